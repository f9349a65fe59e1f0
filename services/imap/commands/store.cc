#include <algorithm>

#include "imap/commands/all.h"
#include "imap/flag_response.h"
#include "imap/gone.h"
#include "imap/limits.h"
#include "imap/rights.h"
#include "sky/failpoint/failpoint.h"

namespace sky::imapd {
namespace {

struct Request {
    imap::SequenceSet set;
    store::FlagChange change;
    std::optional<ModSeq> unchanged_since;
    bool silent = false;
};

Result<Request> read(Arguments& in) {
    Request out;
    auto set = in.sequence_set();
    if (!set) return forward(set);
    out.set = *std::move(set);
    if (const auto space = in.space(); !space) return forward(space);
    if (in.take('(')) {  // RFC 7162 §3.1.3
        if (!in.take_word("UNCHANGEDSINCE")) return unexpected(Fault::syntax, "There is no such STORE modifier");
        if (const auto space = in.space(); !space) return forward(space);
        const auto since = in.number(INT64_MAX);
        if (!since) return forward(since);
        out.unchanged_since = ModSeq(static_cast<std::int64_t>(*since));
        if (const auto close = in.expect(')'); !close) return forward(close);
        if (const auto space = in.space(); !space) return forward(space);
    }
    out.change.mode = in.take('+') ? store::FlagMode::add : in.take('-') ? store::FlagMode::remove : store::FlagMode::replace;
    out.silent = in.take_word("FLAGS.SILENT");
    if (!out.silent && !in.take_word("FLAGS")) return unexpected(Fault::syntax, "STORE changes FLAGS");
    if (const auto space = in.space(); !space) return forward(space);
    auto flags = in.flags();
    if (!flags) return forward(flags);
    if (const auto end = in.end(); !end) return forward(end);
    out.change.system = flags->system;
    out.change.keywords = std::move(flags->keywords);
    return out;
}

// What of the change one may do: something of it, else nothing (RFC 4314 §4). A replacement touches all flags.
Result<void> keep_permitted(store::FlagChange& change, store::Rights rights) {
    change.scope = flag_scope(rights);
    const bool keywords = change.scope.keywords == store::FlagScope::Keywords::touched;
    const bool names_flags = change.mode != store::FlagMode::replace && (change.system != 0 || !change.keywords.empty());
    const bool may_some = (change.system & change.scope.system) != 0 || (keywords && !change.keywords.empty());
    const bool may_any = keywords || change.scope.system != 0;
    if (names_flags ? !may_some : !may_any) return std::unexpected(not_permitted());
    return {};
}

Task<Result<Reply>> change_flags(Session& session, Arguments arguments, Numbers form) {
    auto request = read(arguments);
    if (!request) co_return forward(request);
    Selected& mailbox = session.mailbox();
    if (mailbox.read_only()) co_return unexpected(Fault::forbidden, "The mailbox is open for reading only");
    if (const auto may = keep_permitted(request->change, mailbox.rights()); !may) co_return forward(may);
    if (request->unchanged_since) session.enable_condstore();  // RFC 7162 §3.1, whatever it finds
    auto targets = co_await mailbox.resolve(std::move(request->set), form, session.limit(), Selected::Ready::numbers);
    if (!targets) co_return forward(targets);
    std::string limited = keep_within_limit(*targets, session.house().policy.message_limit);
    if (targets->empty()) co_return Reply::ok("STORE completed");

    store::Writer writer(session.house().pool, session.house().clock);
    Progress progress = session.progress();
    writer.tell_slices([&](std::size_t done) { progress.at(done, targets->size()); });
    auto stored = co_await progress.during(
        writer.store(mailbox.ref(), uids_of(*targets), std::move(request->change), request->unchanged_since, session.limit()));
    if (!stored) co_return forward(stored);
    SKY_FAILPOINT("imap.store.after_commit");
    mailbox.view().apply(*stored);
    session.house().views.publish(stored->changed);

    const bool told = !request->silent;
    if (!limited.empty()) std::ranges::reverse(stored->placements);  // RFC 9738 §3.1: the newest first
    for (const store::Placement& message : stored->placements) {
        const auto target = std::ranges::lower_bound(*targets, message.uid.value, {}, &Target::uid);
        if (target == targets->end() || target->uid != message.uid.value) continue;
        if (told || session.condstore)
            append_flag_response(session, *target, message, form, told ? WithFlags::yes : WithFlags::no);
        else
            mailbox.told(target->uid, message.modseq);
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return forward(sent);
    }
    const bool some_gone = form == Numbers::sequence && stored->placements.size() < targets->size();
    if (!stored->modified.empty() || some_gone) tell_limit(session.out(), limited);
    if (!stored->modified.empty()) {
        imap::NumberSet modified;
        for (const Target& one : *targets)
            if (std::ranges::binary_search(stored->modified, one.uid)) modified.add(form == Numbers::uid ? one.uid : one.number);
        co_return Reply::ok("Some messages had changed", "MODIFIED " + modified.text());
    }
    if (some_gone) {
        if (!request->silent) co_return some_are_gone();
        co_return Reply::ok("STORE completed for those that are there", "EXPUNGEISSUED");  // RFC 2180 §4.2.1
    }
    co_return Reply::ok(limited.empty() ? "STORE completed" : "STORE completed for the newest of them", std::move(limited));
}

}  // namespace

Task<Result<Reply>> store_flags(Session& session, Arguments arguments) { return change_flags(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_store(Session& session, Arguments arguments) { return change_flags(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
