#include "imap/append_messages.h"
#include "imap/append_target.h"
#include "imap/commands/all.h"
#include "sky/failpoint/failpoint.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

// seq-number / uniqueid: one message, never "*" (RFC 8508 §5)
Task<Result<std::optional<Target>>> read_old(Session& session, Arguments& arguments, Numbers form) {
    const auto number = arguments.number();
    if (!number) co_return forward(number);
    if (*number == 0) co_return unexpected(Fault::syntax, "Messages are counted from 1");
    if (const auto space = arguments.space(); !space) co_return forward(space);
    imap::NumberSet one;
    one.add(static_cast<std::uint32_t>(*number));
    const auto found = co_await session.mailbox().resolve(imap::SequenceSet::of(one), form, session.limit(), Selected::Ready::numbers);
    if (!found) co_return forward(found);
    if (found->empty()) co_return std::nullopt;
    co_return found->front();
}

// The new message is told by APPENDUID before the old one's EXPUNGE, the tagged response is last (RFC 8508 §4.3).
Task<Result<Reply>> replace_one(Session& session, Arguments arguments, Numbers form) {
    Selected& mailbox = session.mailbox();
    const auto old = co_await read_old(session, arguments, form);
    if (!old) co_return forward(old);
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (mailbox.read_only()) co_return unexpected(Fault::forbidden, "The mailbox is open for reading only");
    const auto no_message = [] { return Reply::no("NONEXISTENT", "There is no such message"); };
    if (!*old) co_return no_message();
    // As COPY, STORE of \Deleted and EXPUNGE together (RFC 8508 §4.1, RFC 4314 §4).
    if (!mailbox.rights().has(store::Right::mark | store::Right::expunge)) co_return std::unexpected(not_permitted());
    auto target = co_await find_target(session, *name);
    if (!target) co_return forward(target);
    if (!target->found) co_return target->no;
    auto messages = co_await receive_messages(session, arguments, Several::refused, target->found->ref.owner());
    if (!messages) co_return forward(messages);
    if (messages->refused) co_return *std::move(messages->refused);
    if (!mailbox.is_own()) {  // the client took its time: may he still?
        if (auto renewed = co_await renew_rights(session); !renewed) co_return forward(renewed);
        if (!mailbox.rights().has(store::Right::mark | store::Right::expunge)) co_return std::unexpected(not_permitted());
        target = co_await find_target(session, *name);
        if (!target) co_return forward(target);
        if (!target->found) co_return target->no;
    }

    store::Writer writer(session.house().pool, session.house().clock, session.house().ids);
    auto done = co_await writer.replace(mailbox.ref(), Uid{(*old)->uid}, target->found->ref,
                                        std::move(messages->appends(flag_scope(target->found->rights)).front()),
                                        new_uuid(session.house().clock.now()), session.limit());
    if (!done) {
        if (done.error().fault == Fault::not_found) co_return no_such_target();
        co_return forward(done);
    }
    if (!done->placed) co_return form == Numbers::uid ? no_message() : Reply::no("EXPUNGEISSUED", "The message no longer exists");
    SKY_FAILPOINT("imap.replace.after_commit");
    session.publish(done->changed);
    if (done->source.account != done->changed.account) session.publish(done->source);
    mailbox.view().heard(done->source.modseq);
    if (target->may_tell_uids()) imap::append_response(session.out(), "*", "OK", append_uid({*done->placed}), "Replacement is there");
    Reply reply = Reply::ok("REPLACE completed");
    reply.expunged = true;
    co_return reply;
}

}  // namespace

Task<Result<Reply>> replace(Session& session, Arguments arguments) { return replace_one(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_replace(Session& session, Arguments arguments) { return replace_one(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
