#include "sky/imap-proto/thread.h"

#include "imap/commands/all.h"
#include "imap/search_run.h"
#include "imap/store/kept_keys.h"

namespace sky::imapd {
namespace {

using Algorithm = imap::ThreadRequest::Algorithm;
using store::SortBy;

constexpr auto thread_limit = std::chrono::seconds(60);
constexpr std::size_t many = 5'000;  // more would keep other sessions waiting

Task<Result<std::string>> threads_of(const SearchScope& scope, Algorithm algorithm, std::vector<Target> targets, Numbers form) {
    View& view = scope.mailbox.view();
    std::vector<std::uint32_t> uids;
    std::vector<imap::ThreadMessage> messages(targets.size());
    View::Finder placements(view);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const store::Placement* message = placements.find(targets[i].uid);
        uids.push_back(targets[i].uid);
        messages[i].number = form == Numbers::uid ? targets[i].uid : targets[i].number;
        if (message != nullptr) messages[i].arrived = message->internal_date;
    }
    const SortBy wanted = algorithm == Algorithm::ordered_subject ? SortBy::subject | SortBy::sent
                          : algorithm == Algorithm::refs          ? SortBy::sent | SortBy::ancestry
                                                                  : SortBy::subject | SortBy::sent | SortBy::ancestry;
    auto keys = co_await kept_keys(view, std::move(uids), wanted, after(thread_limit));
    if (!keys) co_return forward(keys);
    auto work = [algorithm, messages = std::move(messages), keys = *std::move(keys)]() mutable {
        for (std::size_t i = 0; i < messages.size(); ++i) {
            messages[i].sent = keys.sent(i).time.value_or(messages[i].arrived);
            messages[i].subject = keys.text(SortBy::subject, i);
            messages[i].is_reply = keys.is_reply(i);
            auto ancestry = keys.ancestry(i);
            messages[i].id = ancestry.message;
            messages[i].parents = std::move(ancestry.parents);
        }
        return imap::threads(algorithm, messages);
    };
    if (targets.size() < many) co_return work();
    co_return co_await scope.house.offload.run(after(thread_limit), std::move(work));
}

Task<Result<Reply>> thread_as(Session& session, Arguments arguments, Numbers form) {
    const auto request = imap::parse_thread(arguments, decode_charset);
    if (!request) co_return forward(request);
    if (!request->program.is_known) co_return Reply::no(std::string(bad_charset), "This charset is not known");
    if (session.uid_only && uses_message_numbers(request->program.root)) co_return numbers_not_in_use();
    Progress progress = session.progress();
    const SearchScope scope = scope_of(session, &progress);
    auto found = co_await progress.during(find_messages(scope, request->program.root, {}, TooMany::refused));
    if (!found) co_return forward(found);
    if (found->refused) co_return too_many_messages(*std::move(found));
    const auto text = co_await progress.during(threads_of(scope, request->algorithm, std::move(found->targets), form));
    if (!text) co_return forward(text);
    session.out() += "* THREAD";
    if (!text->empty()) (session.out() += ' ') += *text;
    session.out() += "\r\n";
    Reply reply = Reply::ok("THREAD completed");
    reply.numbered = uses_message_numbers(request->program.root);
    co_return reply;
}

}  // namespace

Task<Result<Reply>> thread(Session& session, Arguments arguments) { return thread_as(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_thread(Session& session, Arguments arguments) { return thread_as(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
