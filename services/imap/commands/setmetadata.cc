#include <algorithm>

#include "imap/commands/all.h"
#include "imap/rights.h"
#include "imap/special_use.h"
#include "sky/imap-proto/metadata.h"
#include "sky/mailstore/metadata.h"

namespace sky::imapd {
namespace {

// Takes the mailbox's use out of the values (RFC 6154 §4). No value: it can't be that; INBOX, names that can't be selected and mailboxes of
// others are for nothing else.
struct Use {
    std::optional<store::SpecialUse> wanted;  // nothing: it stays what it is
};
std::optional<Use> take_use(imap::SetMetadata& request, const Found& mailbox) {
    Use out;
    for (const auto& [entry, value] : request.values)
        if (entry == special_use_entry) {
            out.wanted = use_of(value);
            if (!out.wanted) return std::nullopt;
        }
    std::erase_if(request.values, [](const auto& one) { return one.first == special_use_entry; });
    if (mailbox.is_own && mailbox.name != "INBOX" && mailbox.mailbox.selectable) return out;
    if (out.wanted.value_or(store::SpecialUse::none) != store::SpecialUse::none) return std::nullopt;
    return Use{};
}

}  // namespace

// RFC 5464 §4.3. What all see of the server is the operator's.
Task<Result<Reply>> set_metadata(Session& session, Arguments arguments) {
    auto request = imap::parse_set_metadata(arguments);
    if (!request) co_return forward(request);
    store::MailboxRef place{session.account().tenant, session.account().account, MailboxId{}};
    std::optional<store::SpecialUse> use;
    if (!request->mailbox.empty()) {
        // What all see is changed by who may change the flags that all see. What may not be looked up has none (RFC 5464 §3.3).
        const bool only_private = std::ranges::all_of(request->values, [](const auto& one) { return imap::is_private_entry(one.first); });
        const store::Rights needed = store::Right::lookup | (only_private ? store::Right::read : store::Right::write);
        const auto mailbox = co_await find_mailbox(session, request->mailbox, needed);
        if (!mailbox) co_return forward(mailbox);
        place = mailbox->ref;
        const auto taken = take_use(*request, *mailbox);
        if (!taken) co_return Reply::no("USEATTR", "The mailbox can't be for this use");
        use = taken->wanted;
    } else {
        for (const auto& [entry, value] : request->values)
            if (!imap::is_private_entry(entry)) co_return Reply::no("NOPERM", "This entry is set by the operator");
    }
    const auto done = co_await store::write_metadata(session.house().pool, place, session.account().account,
                                                     {.entries = std::move(request->values), .use = use}, session.limit());
    if (!done && done.error().fault == Fault::too_large)
        co_return Reply::no("METADATA MAXSIZE " + std::to_string(store::most_metadata_octets), "A value is too large");
    if (!done && done.error().fault == Fault::limit) co_return Reply::no("METADATA TOOMANY", "There are too many entries");
    if (!done && done.error().fault == Fault::wrong_state) co_return Reply::no("USEATTR", done.error().text);
    if (!done) co_return forward(done);
    session.publish(*done);
    co_return Reply::ok("SETMETADATA completed");
}

}  // namespace sky::imapd
