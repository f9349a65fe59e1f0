#include "sky/pop3-proto/response.h"

namespace sky::pop3 {
namespace {
std::string line(std::string text) {
    for (char& c : text)
        if (c < 32 || c > 126) c = '?';
    return text.substr(0, 510) + "\r\n";
}
}  // namespace

std::string ok(std::string_view text) { return line("+OK " + std::string(text)); }

std::string err(std::string_view text, std::string_view code) {
    return line("-ERR " + (code.empty() ? std::string() : "[" + std::string(code) + "] ") + std::string(text));
}

std::string err(const Error& error) {
    const FaultCodes& row = codes(error.fault);
    return err(error.text.empty() ? row.name : std::string_view(error.text), row.pop3);
}

}  // namespace sky::pop3
