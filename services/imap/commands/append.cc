#include "imap/commands/all.h"
#include "sky/failpoint/failpoint.h"
#include "sky/imap-proto/status.h"
#include "sky/imap-proto/write.h"
#include "sky/mailstore/message.h"

namespace sky::imapd {
namespace {

constexpr std::size_t small = 64 * 1024;  // prepared on the spot: about a millisecond

Task<Result<store::PreparedMessage>> prepare(Session& session, std::string message) {
    if (message.size() <= small) co_return store::prepare(message);
    co_return co_await session.house().offload.run(session.limit(), [message = std::move(message)] { return store::prepare(message); });
}

}  // namespace

// The mailbox is looked for before a client that waits is asked for its message.
Task<Result<Reply>> append(Session& session, Arguments arguments) {
    auto request = imap::parse_append(arguments);
    if (!request) co_return forward(request);
    store::Mailboxes mailboxes(session.house().pool);
    const auto target = co_await mailboxes.find(session.account(), request->mailbox, session.limit());
    if (!target || !target->selectable) {
        if (!target && target.error().fault != Fault::not_found) co_return forward(target);
        co_return Reply::no("TRYCREATE", "There is no such mailbox");
    }
    auto message = co_await session.receive_message();
    if (!message) co_return forward(message);
    auto prepared = co_await prepare(session, *std::move(message));
    if (!prepared) co_return forward(prepared);

    store::Writer writer(session.house().pool, session.house().clock);
    std::vector<store::Append> messages;
    messages.push_back({.message = &*prepared,
                        .system = request->flags.system,
                        .keywords = std::move(request->flags.keywords),
                        .internal_date = request->date});
    const store::MailboxRef ref{session.account().tenant, target->account, target->id};
    auto done = co_await writer.append(ref, std::move(messages), new_uuid(session.house().clock.now()), session.limit());
    if (!done) {
        if (done.error().fault == Fault::not_found) co_return Reply::no("TRYCREATE", "There is no such mailbox");
        co_return forward(done);
    }
    SKY_FAILPOINT("imap.append.after_commit");
    session.house().views.publish(done->changed);
    if (session.state() == State::selected) session.mailbox().view().heard(done->changed.modseq);
    std::string code = "APPENDUID ";  // RFC 4315 §3
    imap::append_number(code, done->placed.at(0).uid_validity.value);
    code += ' ';
    imap::append_number(code, done->placed.at(0).uid.value);
    co_return Reply::ok("APPEND completed", std::move(code));
}

}  // namespace sky::imapd
