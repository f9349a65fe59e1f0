#include "imap/commands/all.h"
#include "imap/fetch_batch.h"

namespace sky::imapd {
namespace {

constexpr std::size_t batch = 500;  // messages whose texts are read in one query

// BODY[…] without PEEK marks messages seen: one write for all of them, before anything is answered.
Task<Result<void>> mark_seen(Session& session, const std::vector<Target>& targets) {
    Selected& mailbox = session.mailbox();
    std::vector<std::uint32_t> unseen;
    for (const Target& target : targets) {
        const store::Placement* message = mailbox.view().find(target.uid);
        if (message != nullptr && (message->flags.system & store::seen) == 0) unseen.push_back(target.uid);
    }
    if (unseen.empty()) co_return Result<void>{};
    store::Writer writer(session.house().pool, session.house().clock);
    auto stored =
        co_await writer.store(mailbox.ref(), store::uid_set(std::move(unseen)), {.system = store::seen}, std::nullopt, session.limit());
    if (!stored) co_return forward(stored);
    mailbox.view().apply(*stored);
    session.house().views.publish(stored->changed);
    co_return Result<void>{};
}

Task<Result<Reply>> fetch_these(Session& session, Arguments arguments, Numbers form) {
    auto set = arguments.sequence_set();
    if (!set) co_return forward(set);
    if (const auto space = arguments.space(); !space) co_return forward(space);
    auto request = imap::parse_fetch(arguments);
    if (!request) co_return forward(request);
    using What = imap::FetchItem::What;
    if (request->changed_since || request->wants(What::mod_seq)) session.condstore = true;
    if (request->changed_since && !request->wants(What::mod_seq)) request->items.push_back({.what = What::mod_seq});
    if (form == Numbers::uid && !request->wants(What::uid)) request->items.insert(request->items.begin(), {.what = What::uid});

    Selected& mailbox = session.mailbox();
    auto targets = co_await mailbox.resolve(*std::move(set), form, session.limit());
    if (!targets) co_return forward(targets);
    const std::size_t asked = targets->size();
    if (request->changed_since)
        std::erase_if(*targets, [&](const Target& target) {
            const store::Placement* message = mailbox.view().find(target.uid);
            return message != nullptr && message->modseq.value <= static_cast<std::int64_t>(*request->changed_since);
        });
    if (request->marks_seen() && !mailbox.read_only()) {
        if (auto marked = co_await mark_seen(session, *targets); !marked) co_return forward(marked);
        if (!request->wants(What::flags)) request->items.push_back({.what = What::flags});
    }
    std::size_t answered = 0;
    for (std::size_t at = 0; at < targets->size(); at += batch) {
        const std::span<const Target> some(targets->data() + at, std::min(batch, targets->size() - at));
        const auto written = co_await fetch_batch(session, some, *request);
        if (!written) co_return forward(written);
        answered += *written;
    }
    const bool all = answered == targets->size() || asked == 0;
    if (!all && form == Numbers::sequence) co_return Reply::no("EXPUNGEISSUED", "Some of these messages no longer exist");
    co_return Reply::ok("FETCH completed");
}

}  // namespace

Task<Result<Reply>> fetch(Session& session, Arguments arguments) { return fetch_these(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_fetch(Session& session, Arguments arguments) { return fetch_these(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
