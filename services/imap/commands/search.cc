#include "sky/imap-proto/search.h"

#include "imap/commands/all.h"
#include "imap/search_run.h"

namespace sky::imapd {
namespace {

Task<Result<Reply>> search_as(Session& session, Arguments arguments, Numbers form) {
    auto request = imap::parse_search(arguments, decode_charset);
    if (!request) co_return forward(request);
    imap::SearchReturn& result = request->result;
    if (session.rev2 && !result.extended) result.extended = result.all = true;  // RFC 9051 §6.4.4: ESEARCH always
    co_return co_await run_search(session, {"SEARCH", request->result, {}, request->program, form});
}

}  // namespace

Task<Result<Reply>> search(Session& session, Arguments arguments) { return search_as(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_search(Session& session, Arguments arguments) { return search_as(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
