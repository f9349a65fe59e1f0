#include <cstdint>
#include <cstdlib>

#include "sky/base/ascii.h"
#include "sky/imap-proto/message_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto url = sky::imap::parse_message_url(input);
    if (!url) return 0;
    if (url->uid == 0 || url->uid_validity == 0u || url->mailbox.empty() || url->section.path.size() > sky::imap::max_section_depth)
        std::abort();
    if (!sky::ascii::is_utf8(url->mailbox) || url->mailbox.find('\0') != std::string::npos) std::abort();
    if (url->mailbox.size() > input.size() || url->host.size() > input.size()) std::abort();
    return 0;
}
