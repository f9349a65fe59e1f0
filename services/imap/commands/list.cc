#include "imap/commands/all.h"
#include "imap/list_names.h"
#include "imap/status_text.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

// list-select-opts: "(" [option *(SP option)] ")" (RFC 5258 §3.1)
Result<void> read_selection(Arguments& in, ListRequest& request) {
    if (!in.take('(')) return {};
    if (!in.take(')')) {
        do {
            if (in.take_word("SUBSCRIBED"))
                request.only_subscribed = true;
            else if (in.take_word("SPECIAL-USE"))
                request.only_special = true;
            else if (in.take_word("RECURSIVEMATCH"))
                request.recursive = true;
            else if (!in.take_word("REMOTE"))
                return unexpected(Fault::syntax, "There is no such LIST option");
        } while (in.take(' '));
        if (const auto close = in.expect(')'); !close) return close;
    }
    if (request.recursive && !request.only_subscribed && !request.only_special)
        return unexpected(Fault::syntax, "RECURSIVEMATCH needs another option");
    request.extended = true;
    return in.space();
}

Result<void> read_patterns(Arguments& in, ListRequest& request) {
    const bool many = in.take('(');
    do {
        auto pattern = in.list_mailbox();
        if (!pattern) return forward(pattern);
        if (request.patterns.size() == 100) return unexpected(Fault::limit, "Too many patterns");
        request.patterns.push_back(*std::move(pattern));
    } while (many && in.take(' '));
    if (!many) return {};
    request.extended = true;
    return in.expect(')');
}

// RETURN "(" … ")" (RFC 5258 §3.2, RFC 5819)
Result<void> read_return(Arguments& in, ListRequest& request) {
    if (!in.take(' ')) return {};
    if (!in.take_word("RETURN")) return unexpected(Fault::syntax, "RETURN is expected here");
    if (const auto space = in.space(); !space) return space;
    if (const auto open = in.expect('('); !open) return open;
    request.extended = true;
    if (in.take(')')) return {};
    do {
        if (in.take_word("SUBSCRIBED")) {
            request.tell_subscribed = true;
        } else if (in.take_word("STATUS")) {
            if (const auto space = in.space(); !space) return space;
            auto items = imap::parse_status_items(in);
            if (!items) return forward(items);
            request.status = *std::move(items);
        } else if (!in.take_word("CHILDREN") && !in.take_word("SPECIAL-USE")) {
            return unexpected(Fault::syntax, "There is no such RETURN option");  // those two are always told
        }
    } while (in.take(' '));
    return in.expect(')');
}

Result<ListRequest> read(Arguments& in) {
    ListRequest request;
    if (const auto done = read_selection(in, request); !done) return forward(done);
    auto reference = in.mailbox();
    if (!reference) return forward(reference);
    request.reference = *std::move(reference);
    if (const auto done = in.space(); !done) return forward(done);
    if (const auto done = read_patterns(in, request); !done) return forward(done);
    if (const auto done = read_return(in, request); !done) return forward(done);
    if (const auto done = in.end(); !done) return forward(done);
    return request;
}

}  // namespace

Task<Result<Reply>> list(Session& session, Arguments arguments) {
    const auto request = read(arguments);
    if (!request) co_return forward(request);
    if (request->patterns.size() == 1 && request->patterns[0].empty()) {
        session.out() += "* LIST (\\Noselect) \"/\" \"\"\r\n";  // only the separator is asked for
        co_return Reply::ok("LIST completed");
    }
    const auto names = co_await store::Mailboxes(session.house().pool).list(session.account(), session.limit());
    if (!names) co_return forward(names);
    for (const ListedName& one : list_names(*names, *request)) {
        append_listed(session.out(), "LIST", one);
        if (!request->status.empty() && one.mailbox != nullptr && one.mailbox->selectable)
            append_status(session.out(), *one.mailbox, request->status);
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return forward(sent);
    }
    co_return Reply::ok("LIST completed");
}

}  // namespace sky::imapd
