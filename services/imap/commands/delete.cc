#include "imap/commands/all.h"
#include "imap/list_names.h"
#include "imap/rights.h"

namespace sky::imapd {

Task<Result<Reply>> delete_mailbox(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    const auto found = co_await find_mailbox(session, *name, store::Right::remove);
    if (!found && found.error().fault == Fault::syntax) co_return Reply::no("CANNOT", found.error().text);
    if (!found) co_return forward(found);
    auto done = co_await store::Mailboxes(session.house().pool).remove(found->ref.owner(), found->name, session.limit());
    if (!done) {
        if (done.error().fault == Fault::syntax) co_return Reply::no("CANNOT", done.error().text);
        if (done.error().fault == Fault::forbidden)  // RFC 9051 §7.1
            co_return Reply::no(found->name == "INBOX" ? "CANNOT" : "HASCHILDREN", done.error().text);
        co_return forward(done);
    }
    // Who removes the mailbox that he has selected leaves it: he goes on as after CLOSE (RFC 9051 §6.4.1). To others it is gone.
    if (session.state() == State::selected && session.mailbox().ref() == found->ref) {
        session.leave_mailbox();
        session.out() += "* OK [CLOSED] The mailbox was deleted\r\n";
    }
    session.publish(*done);
    if (session.rev2 && found->mailbox.name != *name)  // another spelling (RFC 9051 §6.3.5)
        append_listed(session.out(), "LIST", {.name = found->mailbox.name, .attributes = "\\NonExistent", .old_name = *name},
                      session.names());
    co_return Reply::ok("DELETE completed");
}

}  // namespace sky::imapd
