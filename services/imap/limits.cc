#include "imap/limits.h"

#include <algorithm>

#include "sky/imap-proto/write.h"

namespace sky::imapd {

std::string limit_capabilities(const Policy& policy) {
    return " MESSAGELIMIT=" + std::to_string(policy.message_limit) + " SAVELIMIT=" + std::to_string(policy.save_limit) +
           " APPENDLIMIT=" + std::to_string(policy.message_size);
}

std::size_t most_saved(const Policy& policy) { return std::min(policy.save_limit, policy.message_limit); }

void tell_limit(std::string& out, std::string_view code) {
    if (!code.empty()) imap::append_response(out, "*", "NO", code, "Only the newest of them");
}

std::string limit_code(std::size_t limit) { return "MESSAGELIMIT " + std::to_string(limit); }

std::string keep_within_limit(std::vector<Target>& targets, std::size_t limit) {
    if (targets.size() <= limit) return {};
    targets.erase(targets.begin(), targets.end() - static_cast<std::ptrdiff_t>(limit));
    return limit_code(limit) + ' ' + std::to_string(targets.front().uid);
}

}  // namespace sky::imapd
