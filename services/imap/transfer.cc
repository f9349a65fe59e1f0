#include "imap/transfer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "imap/append_target.h"
#include "imap/limits.h"
#include "imap/rights.h"
#include "sky/failpoint/failpoint.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

// RFC 4315 §3: COPYUID validity source-uids target-uids, matching one by one; both ascend.
std::string copy_uid(const store::Copied& copied) {
    imap::NumberSet from, to;
    for (const std::uint32_t uid : copied.from) from.add(uid);
    for (const std::uint32_t uid : copied.to) to.add(uid);
    return "COPYUID " + std::to_string(copied.uid_validity.value) + ' ' + from.text() + ' ' + to.text();
}

// Into another account the messages go as new ones.
Task<Result<store::Copied>> put(Session& session, store::UidSet uids, Found into, Transfer kind) {
    store::Writer writer(session.house().pool, session.house().clock, session.house().ids);
    const Uuid operation = new_uuid(session.house().clock.now());
    const store::MailboxRef from = session.mailbox().ref();
    const store::FlagScope kept = flag_scope(into.rights);
    const Deadline limit = session.limit();
    if (into.ref.account == from.account) {
        if (kind == Transfer::move) co_return co_await writer.move(from, std::move(uids), into.ref.mailbox, operation, limit, kept);
        co_return co_await writer.copy(from, std::move(uids), into.ref.mailbox, operation, limit, kept);
    }
    if (kind == Transfer::move) co_return co_await writer.move_across(from, std::move(uids), into.ref, operation, limit, kept);
    co_return co_await writer.copy_across(from, std::move(uids), into.ref, operation, limit, kept);
}

void tell_others(Session& session, const Found& into, const store::Copied& copied) {
    View& view = session.mailbox().view();
    session.publish(copied.changed);
    session.publish(copied.source);
    if (into.ref.account == view.ref().account) view.heard(copied.changed.modseq);
    if (copied.source.modseq) view.heard(copied.source.modseq);
}

}  // namespace

Task<Result<Reply>> transfer(Session& session, Arguments arguments, Numbers form, Transfer kind) {
    auto set = arguments.sequence_set();
    if (!set) co_return forward(set);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    Selected& mailbox = session.mailbox();
    if (kind == Transfer::move && mailbox.read_only()) co_return unexpected(Fault::forbidden, "The mailbox is open for reading only");
    auto targets = co_await mailbox.resolve(*std::move(set), form, session.limit(), Selected::Ready::numbers);
    if (!targets) co_return forward(targets);
    const bool moving = kind == Transfer::move;
    const std::size_t at_once = most_saved(session.house().policy);
    std::string limited = keep_within_limit(*targets, moving ? session.house().policy.message_limit : at_once);
    if (!moving && !limited.empty()) co_return Reply::no(std::move(limited), "These are too many messages for one command");
    if (moving && !mailbox.rights().has(store::Right::mark | store::Right::expunge)) co_return std::unexpected(not_permitted());
    const auto into = co_await find_target(session, *std::move(name));
    if (!into) co_return forward(into);
    if (!into->found) co_return into->no;
    if (targets->empty()) co_return Reply::ok(moving ? "MOVE completed" : "COPY completed");

    // COPY is one step. MOVE need not be whole (RFC 9051 §6.4.8): each step that succeeds is told, whatever becomes of the next.
    Progress progress = session.progress();
    const std::string_view completed = moving ? "MOVE completed" : "COPY completed";
    bool any = false;
    for (std::size_t at = 0; at < targets->size(); at += at_once) {
        const std::span<const Target> some = std::span(*targets).subspan(at, std::min(at_once, targets->size() - at));
        if (at > 0) progress.at(at, targets->size());
        const auto done = co_await progress.during(put(session, uids_of(some), *into->found, kind));
        if (!done) {
            const bool no_target = done.error().fault == Fault::not_found;
            Reply failed = no_target ? no_such_target() : Reply::no(std::string(codes(done.error().fault).imap), done.error().text);
            if (!any && !no_target) co_return forward(done);
            failed.expunged = any;  // by the steps before
            co_return failed;
        }
        SKY_FAILPOINT("imap.transfer.after_commit");
        tell_others(session, *into->found, *done);
        if (done->from.empty()) continue;
        any = true;
        const std::string uids = into->may_tell_uids() ? copy_uid(*done) : std::string();
        if (!moving) co_return Reply::ok(std::string(completed), uids);
        // The UIDs first, the EXPUNGE responses behind them, the tagged response last (RFC 9051 §6.4.8).
        if (!uids.empty()) imap::append_response(session.out(), "*", "OK", uids, "Moved");
    }
    if (any && session.condstore) tell_limit(session.out(), std::exchange(limited, {}));  // the tagged response says HIGHESTMODSEQ
    Reply reply = Reply::ok(std::string(completed) + (limited.empty() ? "" : " for the newest of them"), std::move(limited));
    reply.expunged = any && moving;
    co_return reply;
}

}  // namespace sky::imapd
