#include "imap/commands/all.h"
#include "imap/limits.h"
#include "imap/rights.h"
#include "imap/search_run.h"
#include "imap/search_sources.h"

namespace sky::imapd {
namespace {

// A mailbox that is not selected: opened for this search alone.
Task<Result<void>> search_one(Session& session, const store::Mailbox& row, const imap::SearchRequest& request) {
    House& house = session.house();
    Event nobody;
    auto view = house.views.open(ref_of(session, row.account, row.id), row);
    if (view->loaded())
        if (auto fresh = co_await house.views.catch_up(*view, session.limit()); !fresh) co_return fresh;
    const store::Mailbox now = view->row();
    Selected mailbox(std::move(view), now, Access::read_only, nobody);
    Progress progress = session.progress();
    const SearchScope scope{house, mailbox, session.stream()};  // how far one of several is says little
    auto result = co_await progress.during(find_messages(scope, request.program.root, {}, TooMany::newest));
    if (!result) co_return forward(result);
    tell_limit(session.out(), result->limited);
    if (result->targets.empty()) co_return Result<void>{};  // RFC 7377 §2.1: no response
    append_extended(session.out(), {session.tag(), session.names(), &row}, request.result, scope, *result, Numbers::uid);
    co_return co_await session.wire().flush_if_large();
}

}  // namespace

// ESEARCH: one search over several mailboxes. The selected one is searched as SEARCH would; of the others each answers for itself.
Task<Result<Reply>> multi_search(Session& session, Arguments arguments) {
    auto request = imap::parse_multi_search(arguments, decode_charset);
    if (!request) co_return forward(request);
    for (imap::SearchSource& source : request->sources)
        for (std::string& name : source.names)
            if (auto canonical = store::canonical_name(name)) name = *std::move(canonical);
    const bool is_selected = session.state() == State::selected;
    const bool selected_too = request->sources.empty() || std::ranges::any_of(request->sources, [](const imap::SearchSource& source) {
                                  return source.kind == imap::SearchSource::Kind::selected;
                              });
    if (selected_too && !is_selected) co_return unexpected(Fault::wrong_state, "Select a mailbox first");
    if (request->only_selected()) {
        store::Mailbox row = session.mailbox().view().row();
        row.name = session.mailbox().name();
        SearchCommand command{"ESEARCH", request->search.result, {}, std::move(request->search.program), Numbers::uid, &row};
        co_return co_await run_search(session, std::move(command));
    }
    if (!request->search.program.is_known) co_return Reply::no(std::string(bad_charset), "This charset is not known");
    const auto mailboxes = co_await find_sources(session, request->sources);
    if (!mailboxes) co_return forward(mailboxes);
    if (session.uid_only && uses_message_numbers(request->search.program.root)) co_return numbers_not_in_use();
    for (const store::Mailbox& row : *mailboxes) {
        auto searched = co_await search_one(session, row, request->search);
        if (!searched && searched.error().fault != Fault::not_found) co_return forward(searched);  // removed meanwhile
    }
    co_return Reply::ok("ESEARCH completed");
}

}  // namespace sky::imapd
