#include "imap/commands/all.h"
#include "imap/list_names.h"
#include "imap/listed_metadata.h"
#include "imap/rights.h"
#include "imap/status_text.h"
#include "sky/imap-proto/metadata.h"
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
    // SPECIAL-USE is no option that it can go with (RFC 6154 §6: list-select-independent-opt).
    if (request.recursive && !request.only_subscribed) return unexpected(Fault::syntax, "RECURSIVEMATCH goes with SUBSCRIBED");
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

// RETURN "(" … ")" (RFC 5258 §3.2, RFC 5819, RFC 9590)
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
        } else if (in.take_word("MYRIGHTS")) {  // RFC 8440 §3
            request.tell_rights = true;
        } else if (in.take_word("STATUS")) {
            if (const auto space = in.space(); !space) return space;
            auto items = imap::parse_status_items(in);
            if (!items) return forward(items);
            request.status = *std::move(items);
        } else if (in.take_word("METADATA")) {  // RFC 9590 §3
            if (const auto space = in.space(); !space) return space;
            if (in.peek() != '(') return in.expect('(');  // RFC 9590 §5: one entry alone too
            auto entries = imap::parse_metadata_entries(in);
            if (!entries) return forward(entries);
            request.metadata = *std::move(entries);
        } else if (in.take_word("CHILDREN")) {  // of mailboxes told always, as special uses are
            request.tell_children = true;
        } else if (!in.take_word("SPECIAL-USE")) {
            return unexpected(Fault::syntax, "There is no such RETURN option");
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
    auto request = read(arguments);
    if (!request) co_return forward(request);
    if (request->extended) {  // an empty pattern means nothing there (RFC 9051 §6.3.9)
        std::erase(request->patterns, std::string());
    } else if (request->patterns[0].empty()) {
        session.out() += "* LIST (\\Noselect) \"/\" \"\"\r\n";  // only the separator is asked for
        co_return Reply::ok("LIST completed");
    }
    const auto visible = co_await visible_names(session, whose(*request));
    if (!visible) co_return forward(visible);
    std::vector<ListedName> listed = list_names(visible->names, *request);
    if (!request->status.empty())  // what may not be read has no STATUS, and is said not to be selectable (RFC 5819 §2)
        for (ListedName& one : listed)
            if (one.mailbox != nullptr && one.mailbox->selectable && !visible->rights(*one.mailbox).has(store::Right::read))
                one.attributes = "\\Noselect " + one.attributes;
    // Of what is selected itself (RFC 5819 §3, RFC 8440 §3).
    const auto has_status = [&](const ListedName& one) {
        return !request->status.empty() && one.selected && one.mailbox != nullptr && one.mailbox->selectable &&
               visible->rights(*one.mailbox).has(store::Right::read);
    };
    std::vector<const store::Mailbox*> with_status;
    for (const ListedName& one : listed)
        if (has_status(one)) with_status.push_back(one.mailbox);
    const auto counts = co_await read_status_counts(session, std::move(with_status), request->status);
    if (!counts) co_return forward(counts);
    ListedMetadata metadata(session, *visible, request->metadata);
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const ListedName& one = listed[i];
        append_listed(session.out(), "LIST", one, session.names());
        if (request->tell_rights && one.selected && one.mailbox != nullptr)
            append_my_rights(session.out(), one.name, visible->rights(*one.mailbox), session.names());
        if (has_status(one)) append_status(session, *one.mailbox, request->status, *counts);
        if (auto told = co_await metadata.append(std::span(listed).subspan(i)); !told) co_return forward(told);
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return forward(sent);
    }
    co_return Reply::ok("LIST completed");
}

}  // namespace sky::imapd
