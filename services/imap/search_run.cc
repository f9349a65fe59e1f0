#include "imap/search_run.h"

#include <algorithm>

#include "imap/limits.h"
#include "imap/sorting.h"
#include "imap/update_contexts.h"

namespace sky::imapd {

Task<Result<SearchResult>> find_messages(const SearchScope& scope, const imap::SearchKey& root, std::vector<imap::SortCriterion> criteria) {
    auto everything = co_await scope.mailbox.all(after(scope.house.policy.store_limit));
    if (!everything) co_return forward(everything);
    const std::size_t limit = scope.house.policy.message_limit;
    // What the search leaves out by its numbers does not count: so a client goes on below the newest (RFC 9738 §3.1).
    for (const imap::SearchKey& key : root.children) {
        if (everything->size() <= limit) break;
        if (key.kind != imap::SearchKey::Kind::sequence && key.kind != imap::SearchKey::Kind::uid) continue;
        auto named = co_await search_messages(scope, key, *std::move(everything));
        if (!named) co_return forward(named);
        everything = std::move(named);
    }
    std::string limited = keep_within_limit(*everything, limit);
    SearchResult out{.tells_mod_seq = imap::uses(root, imap::SearchKey::Kind::mod_seq), .limited = std::move(limited)};
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
    if (key.kind == imap::SearchKey::Kind::sequence && !key.set.is_last_result()) return true;
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
    auto result = co_await progress.during(find_messages(scope, command.program.root, command.criteria));
    if (!result) {
        if (asked.save) state.saved.clear();
        co_return forward(result);
    }
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
