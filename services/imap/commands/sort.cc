#include "sky/imap-proto/sort.h"

#include "imap/commands/all.h"
#include "imap/search_run.h"

namespace sky::imapd {
namespace {

Task<Result<Reply>> sort_as(Session& session, Arguments arguments, Numbers form) {
    const auto request = imap::parse_sort(arguments, decode_charset);
    if (!request) co_return forward(request);
    co_return co_await run_search(session, {"SORT", request->result, request->criteria, request->program, form});
}

}  // namespace

Task<Result<Reply>> sort(Session& session, Arguments arguments) { return sort_as(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_sort(Session& session, Arguments arguments) { return sort_as(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
