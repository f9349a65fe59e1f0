#include <algorithm>

#include "imap/commands/all.h"
#include "imap/metadata_text.h"
#include "imap/rights.h"
#include "imap/special_use.h"
#include "sky/imap-proto/metadata.h"

namespace sky::imapd {
namespace {

// By its name, or by "/private" or "/shared", right below which it stands.
bool asks_for(const imap::GetMetadata& request, std::string_view name) {
    return std::ranges::any_of(request.entries, [&](const std::string& entry) {
        return name == entry || (request.depth != imap::MetadataDepth::zero && name.starts_with(entry + '/'));
    });
}

// What the operator says of the server (RFC 5464 §3.2.1.1) stands in the settings and comes first.
void add_server_entries(const Policy& policy, const imap::GetMetadata& request, std::vector<store::MetadataEntry>& found) {
    const auto add = [&](std::string name, const std::string& value) {
        if (value.empty() || !asks_for(request, name)) return;
        const bool fits = !request.max_size || value.size() <= *request.max_size;
        found.push_back({std::move(name), value.size(), fits ? std::optional(value) : std::nullopt});
    };
    add("/shared/admin", policy.admin_contact);
    add("/shared/comment", policy.server_comment);
}

}  // namespace

// RFC 5464 §4.2
Task<Result<Reply>> get_metadata(Session& session, Arguments arguments) {
    const auto request = imap::parse_get_metadata(arguments);
    if (!request) co_return forward(request);
    std::vector<store::MetadataEntry> found;
    store::MailboxRef place{session.account().tenant, session.account().account, MailboxId{}};  // the server
    auto use = store::SpecialUse::none;
    if (!request->mailbox.empty()) {
        // RFC 5464 §3.3: what may not be looked up has none.
        const auto mailbox = co_await find_mailbox(session, request->mailbox, store::Right::lookup | store::Right::read);
        if (!mailbox) co_return forward(mailbox);
        place = mailbox->ref;
        use = mailbox->mailbox.special_use;
    } else {
        add_server_entries(session.house().policy, *request, found);
    }
    store::MetadataQuery query{.entries = request->entries, .below = static_cast<store::Below>(request->depth)};
    if (request->max_size) query.max_size = static_cast<std::size_t>(std::min<std::uint64_t>(*request->max_size, query.max_size));
    const std::size_t longest_wanted = query.max_size;
    auto stored = co_await store::read_metadata(session.house().pool, place.owner(), session.account().account, {place.mailbox},
                                                std::move(query), session.limit());
    if (!stored) co_return forward(stored);
    std::ranges::move((*stored)[place.mailbox], std::back_inserter(found));
    if (place.mailbox && asks_for(*request, special_use_entry)) put_special_use(found, use, longest_wanted);

    const bool by_name = request->depth == imap::MetadataDepth::zero;
    append_metadata(session.out(), request->mailbox, found, by_name ? request->entries : std::vector<std::string>(), session.names());
    std::size_t longest = 0;  // of those that were left out
    for (const store::MetadataEntry& one : found)
        if (!one.value) longest = std::max(longest, one.size);
    co_return Reply::ok("GETMETADATA completed", longest > 0 ? "METADATA LONGENTRIES " + std::to_string(longest) : std::string());
}

}  // namespace sky::imapd
