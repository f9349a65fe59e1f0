#include "sky/pop3-proto/message.h"

#include <algorithm>

namespace sky::pop3 {

void MultiLine::feed(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        if (at_ == At::line_start && bytes[0] == '.') out += '.';
        if (at_ == At::after_cr && bytes[0] == '\n') {
            out += '\n';
            at_ = At::line_start;
            bytes.remove_prefix(1);
            continue;
        }
        const auto cr = bytes.find('\r');
        const auto take = std::min(cr == std::string_view::npos ? cr : cr + 1, bytes.size());
        out += bytes.substr(0, take);
        at_ = cr == std::string_view::npos ? At::inside : At::after_cr;
        bytes.remove_prefix(take);
    }
}

void MultiLine::finish(std::string& out) {
    if (at_ != At::line_start) out += "\r\n";
    out += ".\r\n";
    at_ = At::line_start;
}

std::size_t TopCut::feed(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && !done()) {
        const auto rest = bytes.substr(taken);
        const auto newline = rest.find('\n');
        const auto line = rest.substr(0, newline);
        empty_ = empty_ && (line.empty() || line == "\r");
        if (newline == std::string_view::npos) return bytes.size();
        taken += newline + 1;
        if (in_body_)
            --lines_;
        else if (empty_)
            in_body_ = true;
        empty_ = true;
    }
    return taken;
}

}  // namespace sky::pop3
