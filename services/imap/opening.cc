#include "imap/opening.h"

#include "imap/resync.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

void describe(Session& session, const Selected& mailbox, const store::Mailbox& row) {
    std::string& out = session.out();
    mailbox.append_flags(out);
    out += "* OK [PERMANENTFLAGS (";
    mailbox.append_permanent_flags(out);
    out += ")] Flags kept\r\n* ";
    imap::append_number(out, mailbox.exists());
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
    const auto request = imap::parse_select(arguments);
    if (!request) co_return forward(request);
    if (request->known && !session.qresync) co_return Reply::bad({}, "ENABLE QRESYNC first");  // RFC 7162 §3.2.5
    if (request->known && request->known->match && session.uid_only)
        co_return Reply::bad("UIDREQUIRED", "Message numbers are not in use: UIDONLY is enabled");
    // The old mailbox is left even when the new one can't be opened (RFC 9051 §6.3.2).
    if (session.state() == State::selected) session.out() += "* OK [CLOSED] Previous mailbox closed\r\n";
    session.leave_mailbox();
    auto row = co_await store::Mailboxes(session.house().pool).find(session.account(), request->mailbox, session.limit());
    if (!row) co_return forward(row);
    if (!row->selectable) co_return Reply::no("NONEXISTENT", "This name can't be selected");
    session.condstore = session.condstore || request->condstore;
    const store::MailboxRef ref{session.account().tenant, row->account, row->id};
    auto view = session.house().views.open(ref, *row);
    // What has changed for a client that was here before tells the mailbox's row as well, of one moment.
    std::optional<store::Changes> changes;
    if (request->known && request->known->uid_validity == row->uid_validity.value) {
        const ModSeq since(static_cast<std::int64_t>(request->known->modseq));
        auto found = co_await store::Reader(session.house().pool).changes(ref, since, session.limit());
        if (!found) co_return forward(found);
        changes = *std::move(found);
        view->note_row(changes->mailbox);
    }
    if (view->loaded())
        if (auto fresh = co_await session.house().views.catch_up(*view, session.limit()); !fresh) co_return forward(fresh);
    const store::Mailbox told = changes ? changes->mailbox : view->row();
    auto selected = std::make_unique<Selected>(view, told, access, session.wake());
    describe(session, *selected, told);
    session.select(std::move(selected));
    if (changes)
        if (auto done = co_await resync(session, *request->known, *changes); !done) {
            session.leave_mailbox();
            co_return forward(done);
        }
    if (access == Access::read_only) co_return Reply::ok("EXAMINE completed", "READ-ONLY");
    co_return Reply::ok("SELECT completed", "READ-WRITE");
}

}  // namespace sky::imapd
