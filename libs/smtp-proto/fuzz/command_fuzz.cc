// print(parse(x)) is a fixpoint for whole lines and for the arguments of each verb.
#include <cstdint>
#include <cstdlib>

#include "sky/smtp-proto/command.h"

namespace {
template <class Parse>
void fixpoint(Parse parse, std::string_view text) {
    const auto first = parse(text);
    if (!first) return;
    const auto again = parse(sky::smtp::print(*first));
    if (!again || *again != *first) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::smtp;
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    fixpoint(parse_command, line);
    if (const auto command = parse_command(line)) {
        fixpoint(parse_mail, command->argument);
        fixpoint(parse_rcpt, command->argument);
        fixpoint(parse_auth, command->argument);
        if (const auto name = parse_helo(command->argument); name && name->find_first_of("\r\n ()") != std::string::npos) std::abort();
    }
    return 0;
}
