#include "imap/opening.h"

#include <algorithm>
#include <limits>

#include "imap/list_names.h"
#include "imap/resync.h"
#include "imap/rights.h"
#include "sky/imap-proto/write.h"
#include "sky/mailstore/recent.h"
#include "sky/mailstore/seen.h"

namespace sky::imapd {
namespace {

constexpr std::int64_t small_mailbox = 4096;  // messages: the first unseen one is looked for

// Messages nobody was told of before this session (RFC 3501 §2.3.2): UIDs [first, bound).
struct Fresh {
    std::uint32_t first = 0;
    std::uint32_t bound = 0;
    std::uint64_t messages = 0;
};

// Takes them for a session that may write; `row` becomes that of this very moment. A session that only looks leaves them to the next.
Task<Fresh> claim(Session& session, const store::MailboxRef& ref, Access access, std::uint32_t bound, store::Mailbox& row) {
    if (session.rev2 || row.recent_uid >= row.uid_next) co_return Fresh{};  // IMAP4rev2 knows no \Recent
    pg::Pool& pool = session.house().pool;
    if (access == Access::read_only) {
        Fresh out{row.recent_uid.value, row.uid_next.value, 0};
        const auto counted = co_await store::count_recent(pool, ref, session.limit());
        if (!counted) co_return Fresh{};
        out.messages = static_cast<std::uint64_t>(*counted);
        co_return out;
    }
    const std::string name = row.name;
    auto claimed = co_await store::claim_recent(pool, ref, bound, session.limit());
    if (!claimed) co_return Fresh{};  // they stay as they are for the next
    row = std::move(claimed->mailbox);
    row.name = name;
    co_return Fresh{claimed->first, row.recent_uid.value, static_cast<std::uint64_t>(claimed->messages)};
}

// The message number for UNSEEN (RFC 3501 §6.3.1); 0 when it is not said: SELECT does not walk through a large mailbox for it.
Task<std::uint32_t> first_unseen(Session& session, const store::MailboxRef& ref, const store::Mailbox& row) {
    if (session.uid_only || session.rev2) co_return 0;  // RFC 9586 §3.6, RFC 9051 Appendix E
    if (!ref.has_reader() && row.unseen == 0) co_return 0;
    if (!ref.has_reader() && row.unseen == row.messages) co_return 1;
    if (row.messages > small_mailbox) co_return 0;
    const auto found = co_await store::first_unseen(session.house().pool, ref, session.limit());
    co_return found && *found <= row.messages ? *found : 0;
}

// `asked`: the name that the client gave, which may be another spelling.
void describe(Session& session, const Selected& mailbox, const store::Mailbox& row, std::uint32_t unseen, const std::string& asked) {
    std::string& out = session.out();
    mailbox.append_flags(out);
    out += "* OK [PERMANENTFLAGS (";
    mailbox.append_permanent_flags(out);
    out += ")] Flags kept\r\n* ";
    imap::append_number(out, mailbox.exists());
    out += " EXISTS\r\n";
    if (session.rev2)  // which mailbox this is, under the name that it has (RFC 9051 §6.3.2)
        append_listed(out, "LIST",
                      {.name = row.name,
                       .attributes = std::string(store::attribute(row.special_use)),
                       .old_name = asked == row.name ? std::string() : asked},
                      session.names());
    else
        ((out += "* ") += std::to_string(mailbox.recent())) += " RECENT\r\n";
    out += "* OK [UIDVALIDITY ";
    imap::append_number(out, row.uid_validity.value);
    out += "] UIDs valid\r\n* OK [UIDNEXT ";
    imap::append_number(out, row.uid_next.value);
    out += "] Next UID\r\n* OK [HIGHESTMODSEQ ";
    imap::append_number(out, static_cast<std::uint64_t>(std::max<std::int64_t>(row.modseq.value, 1)));
    out += "] Highest\r\n* OK [MAILBOXID (M";
    imap::append_number(out, static_cast<std::uint64_t>(row.id.value));
    out += ")] Id\r\n";
    if (unseen == 0) return;
    imap::append_number(out += "* OK [UNSEEN ", unseen);
    out += "] First\r\n";
}

}  // namespace

// One row is read, whatever the mailbox's size, and new mail taken note of; its messages when somebody asks for them.
Task<Result<Reply>> open_mailbox(Session& session, Arguments arguments, Access access) {
    const bool is_examine = access == Access::read_only;
    const auto request = imap::parse_select(arguments);
    if (!request) co_return forward(request);
    if (request->known && !session.qresync) co_return Reply::bad({}, "ENABLE QRESYNC first");  // RFC 7162 §3.2.5
    if (request->known && request->known->match && session.uid_only)
        co_return Reply::bad("UIDREQUIRED", "Message numbers are not in use: UIDONLY is enabled");
    // The old mailbox is left even when the new one can't be opened (RFC 9051 §6.3.2).
    if (session.state() == State::selected) session.out() += "* OK [CLOSED] Previous mailbox closed\r\n";
    session.leave_mailbox();
    auto found = co_await find_mailbox(session, request->mailbox, store::Right::read);
    if (!found) co_return forward(found);
    if (!found->mailbox.selectable) co_return Reply::no("NONEXISTENT", "This name can't be selected");
    if (!can_write(found->rights)) access = Access::read_only;
    session.condstore = session.condstore || request->condstore;
    const store::MailboxRef ref = found->ref;
    const std::string name = std::exchange(found->mailbox.name, found->name);
    store::Mailbox* const row = &found->mailbox;
    const Fresh fresh = co_await claim(session, ref, access, std::numeric_limits<std::uint32_t>::max(), *row);
    auto view = session.house().views.open(ref, *row);
    // What has changed for a client that was here before tells the mailbox's row as well, of one moment.
    std::optional<store::Changes> changes;
    if (request->known && request->known->uid_validity == row->uid_validity.value) {
        auto news = co_await news_since(session, *view, ModSeq(static_cast<std::int64_t>(request->known->modseq)));
        if (!news) co_return forward(news);
        changes = *std::move(news);
    }
    if (view->loaded())
        if (auto done = co_await session.house().views.catch_up(*view, session.limit()); !done) co_return forward(done);
    store::Mailbox told = changes ? changes->mailbox : view->row();
    auto selected = std::make_unique<Selected>(view, told, access, session.wake());
    selected->reached_as(name, found->rights, found->is_own ? Selected::Whose::own : Selected::Whose::others);
    selected->note_recent(fresh.first, fresh.bound, fresh.messages);
    if (told.uid_next > row->uid_next) {  // more has come meanwhile
        told.recent_uid = std::max(told.recent_uid, row->uid_next);
        store::Mailbox now = told;
        const Fresh more = co_await claim(session, ref, access, told.uid_next.value, now);
        selected->note_recent(std::max(more.first, row->uid_next.value), more.bound, more.messages);
    }
    told.name = name;
    describe(session, *selected, told, co_await first_unseen(session, ref, told), request->mailbox);
    session.select(std::move(selected));
    if (changes)
        if (auto done = co_await resync(session, *request->known, *changes); !done) {
            session.leave_mailbox();
            co_return forward(done);
        }
    if (is_examine) co_return Reply::ok("EXAMINE completed", "READ-ONLY");
    co_return Reply::ok("SELECT completed", access == Access::read_only ? "READ-ONLY" : "READ-WRITE");
}

}  // namespace sky::imapd
