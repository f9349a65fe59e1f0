#include "imap/search_run.h"

#include <algorithm>

#include "imap/limits.h"
#include "imap/sorting.h"
#include "imap/update_contexts.h"

namespace sky::imapd {
namespace {

using Kind = imap::SearchKey::Kind;

// What a search leaves out by its numbers does not count as searched: so a client goes on below the newest (RFC 9738 §3.1).
void leave_out_by_numbers(Selected& mailbox, const imap::SearchKey& key, std::vector<Target>& targets) {
    if (key.kind == Kind::both)
        for (const imap::SearchKey& child : key.children) leave_out_by_numbers(mailbox, child, targets);
    if (key.kind == Kind::nothing) targets.clear();
    if (key.kind != Kind::sequence && key.kind != Kind::uid) return;
    if (key.set.is_last_result()) {
        const std::vector<std::uint32_t>& saved = mailbox.searches().saved;
        std::erase_if(targets, [&](const Target& one) { return !std::ranges::binary_search(saved, one.uid); });
        return;
    }
    const bool by_uid = key.kind == Kind::uid;
    const imap::NumberSet set = key.set.resolve(by_uid ? mailbox.largest_uid() : mailbox.count());
    std::erase_if(targets, [&](const Target& one) { return !set.contains(by_uid ? one.uid : one.number); });
}

// The messages to look at. Of a mailbox that holds more than one command may work on, no others are loaded.
Task<Result<std::vector<Target>>> searched(const SearchScope& scope, const imap::SearchKey& root, TooMany too_many, SearchResult& out) {
    Selected& mailbox = scope.mailbox;
    const Deadline deadline = after(scope.house.policy.store_limit);
    const std::size_t limit = scope.house.policy.message_limit;
    if (auto numbered = co_await mailbox.number(deadline); !numbered) co_return forward(numbered);
    if (mailbox.count() <= limit) co_return co_await mailbox.all(deadline);
    auto targets = co_await mailbox.all(deadline, Selected::Ready::numbers);
    if (!targets) co_return targets;
    leave_out_by_numbers(mailbox, root, *targets);
    out.limited = keep_within_limit(*targets, limit);
    out.refused = !out.limited.empty() && too_many == TooMany::refused;
    if (out.refused) out.limited = limit_code(limit);
    if (out.refused) co_return std::vector<Target>();
    if (auto ready = co_await mailbox.touch(*targets, deadline); !ready) co_return forward(ready);
    co_return targets;
}

}  // namespace

Reply too_many_messages(SearchResult refused) {
    return Reply::no(std::move(refused.limited), "These are too many messages for one command: UIDAFTER and UIDBEFORE make them fewer");
}

Task<Result<SearchResult>> find_messages(const SearchScope& scope, const imap::SearchKey& root, std::vector<imap::SortCriterion> criteria,
                                         TooMany too_many) {
    const View::Use in_use(scope.mailbox.view());  // also where it is not a command's selected mailbox
    SearchResult out{.tells_mod_seq = imap::uses(root, Kind::mod_seq)};
    auto everything = co_await searched(scope, root, too_many, out);
    if (!everything) co_return forward(everything);
    auto found = co_await search_messages(scope, root, *std::move(everything), &out.scores);
    if (!found) co_return forward(found);
    out.targets = *std::move(found);
    if (criteria.empty()) co_return out;
    auto in_order = co_await sorted(scope, std::move(criteria), std::move(out.targets), out.scores);
    if (!in_order) co_return forward(in_order);
    out.targets = *std::move(in_order);
    co_return out;
}

// "$" is no number.
bool uses_message_numbers(const imap::SearchKey& key) {
    if (key.kind == Kind::sequence && !key.set.is_last_result()) return true;
    return std::ranges::any_of(key.children, [](const imap::SearchKey& child) { return uses_message_numbers(child); });
}

Reply numbers_not_in_use() { return Reply::bad("UIDREQUIRED", "Message numbers are not in use: UIDONLY is enabled"); }  // RFC 9586 §3

// A search that fails leaves an empty saved result (RFC 5182 §2.1).
Task<Result<Reply>> run_search(Session& session, SearchCommand command) {
    SearchState& state = session.mailbox().searches();
    const imap::SearchReturn& asked = command.result;
    if (asked.update && is_kept(session, session.tag()))
        co_return unexpected(Fault::syntax, "This tag has a search that is kept up to date");
    if (session.utf8 && command.verb == "SEARCH" && !command.program.charset.empty())
        co_return unexpected(Fault::syntax, "UTF8=ACCEPT is enabled: SEARCH takes no CHARSET");  // RFC 6855 §3
    if (!command.program.is_known) {
        if (asked.save) state.saved.clear();
        co_return Reply::no(std::string(bad_charset), "This charset is not known");
    }
    if (session.uid_only && uses_message_numbers(command.program.root)) co_return numbers_not_in_use();
    const bool by_numbers = uses_message_numbers(command.program.root);
    Progress progress = session.progress();
    const SearchScope scope = scope_of(session, &progress);
    const ModSeq since = session.mailbox().view().modseq();
    const TooMany too_many = command.criteria.empty() ? TooMany::newest : TooMany::refused;
    auto result = co_await progress.during(find_messages(scope, command.program.root, command.criteria, too_many));
    if (asked.save && (!result || result->refused)) state.saved.clear();
    if (!result) co_return forward(result);
    if (result->refused) co_return too_many_messages(*std::move(result));
    if (result->tells_mod_seq) session.enable_condstore();
    const bool is_answered = command.named == nullptr || !result->targets.empty();
    if (!asked.extended)
        append_plain(session.out(), command.verb, scope, *result, command.form);
    else if (is_answered)
        append_extended(session.out(), {session.tag(), session.names(), command.named}, asked, scope, *result, command.form);
    if (asked.update)
        if (auto kept = co_await keep_updated(session, command.program.root, std::move(command.criteria), command.form, result->targets,
                                              since, asked.update_items);
            !kept)
            co_return forward(kept);
    if (asked.save) state.saved = saved_of(asked, result->targets);
    Reply reply = Reply::ok(std::string(command.verb) + (result->limited.empty() ? " completed" : " completed for the newest messages"),
                            std::move(result->limited));
    reply.numbered = by_numbers;
    co_return reply;
}

}  // namespace sky::imapd
