#include "imap/opening.h"

#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

void describe(Session& session, const Selected& mailbox, const store::Mailbox& row, std::uint64_t exists) {
    std::string& out = session.out();
    mailbox.append_flags(out);
    out += "* OK [PERMANENTFLAGS (";
    mailbox.append_permanent_flags(out);
    out += ")] Flags kept\r\n* ";
    imap::append_number(out, exists);
    out += " EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY ";
    imap::append_number(out, row.uid_validity.value);
    out += "] UIDs valid\r\n* OK [UIDNEXT ";
    imap::append_number(out, row.uid_next.value);
    out += "] Next UID\r\n* OK [HIGHESTMODSEQ ";
    imap::append_number(out, static_cast<std::uint64_t>(std::max<std::int64_t>(row.modseq.value, 1)));
    out += "] Highest\r\n* OK [MAILBOXID (M";
    imap::append_number(out, static_cast<std::uint64_t>(row.id.value));
    out += ")] Id\r\n";
}

}  // namespace

// One row is read, whatever the mailbox's size; its messages when somebody asks for them.
Task<Result<Reply>> open_mailbox(Session& session, Arguments arguments, Access access) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    bool condstore = false;
    if (arguments.take(' ')) {  // RFC 7162 §3.1.8
        if (!arguments.take('(') || !arguments.take_word("CONDSTORE") || !arguments.take(')'))
            co_return unexpected(Fault::syntax, "There is no such parameter");
        condstore = true;
    }
    if (const auto end = arguments.end(); !end) co_return forward(end);
    // The old mailbox is left even when the new one can't be opened (RFC 9051 §6.3.2).
    if (session.state() == State::selected) session.out() += "* OK [CLOSED] Previous mailbox closed\r\n";
    session.leave_mailbox();
    auto row = co_await store::Mailboxes(session.house().pool).find(session.account(), *std::move(name), session.limit());
    if (!row) co_return forward(row);
    if (!row->selectable) co_return Reply::no("NONEXISTENT", "This name can't be selected");
    session.condstore = session.condstore || condstore;
    const store::MailboxRef ref{session.account().tenant, row->account, row->id};
    auto view = session.house().views.open(ref, *row);
    if (view->loaded())
        if (auto fresh = co_await session.house().views.catch_up(*view, session.limit()); !fresh) co_return forward(fresh);
    auto selected = std::make_unique<Selected>(view, access, session.wake());
    describe(session, *selected, view->row(), selected->exists());
    session.select(std::move(selected));
    if (access == Access::read_only) co_return Reply::ok("EXAMINE completed", "READ-ONLY");
    co_return Reply::ok("SELECT completed", "READ-WRITE");
}

}  // namespace sky::imapd
