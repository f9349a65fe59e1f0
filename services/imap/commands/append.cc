#include "imap/append_messages.h"
#include "imap/append_target.h"
#include "imap/commands/all.h"
#include "imap/rights.h"
#include "sky/failpoint/failpoint.h"

namespace sky::imapd {
namespace {

Task<Result<store::Appended>> put(Session& session, const Found& target, std::vector<store::Append> messages) {
    store::Writer writer(session.house().pool, session.house().clock, session.house().ids);
    co_return co_await writer.append(target.ref, std::move(messages), new_uuid(session.house().clock.now()), session.limit(),
                                     target.is_own ? std::optional(target.name) : std::nullopt);
}

}  // namespace

// The mailbox is looked for before a client that waits is asked for its message, unless it is the last one again. All messages or none.
Task<Result<Reply>> append(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    auto target = co_await recall_target(session, *name);
    if (!target) co_return forward(target);
    if (!target->found) co_return target->no;
    auto messages = co_await receive_messages(session, arguments, Several::taken, target->found->ref.owner());
    if (!messages) co_return forward(messages);
    if (messages->refused) co_return *std::move(messages->refused);
    if (!target->found->is_own) {  // the client took its time: may he still?
        target = co_await find_target(session, *name);
        if (!target) co_return forward(target);
        if (!target->found) co_return target->no;
    }

    const auto appends = messages->appends(flag_scope(target->found->rights));
    auto done = co_await put(session, *target->found, appends);
    if (!done && done.error().fault == Fault::not_found && target->found->is_own) {  // it has gone, or was given another name
        session.appended.reset();
        target = co_await find_target(session, *name);
        if (!target) co_return forward(target);
        if (!target->found) co_return target->no;
        done = co_await put(session, *target->found, appends);
    }
    if (!done) {
        if (done.error().fault == Fault::not_found) co_return no_such_target();
        co_return forward(done);
    }
    SKY_FAILPOINT("imap.append.after_commit");
    session.publish(done->changed);
    if (session.state() == State::selected && session.mailbox().ref().account == target->found->ref.account)
        session.mailbox().view().heard(done->changed.modseq);
    co_return Reply::ok("APPEND completed", target->may_tell_uids() ? append_uid(done->placed) : std::string());
}

}  // namespace sky::imapd
