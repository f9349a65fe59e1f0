#include "sky/imap-proto/status.h"

#include "sky/base/ascii.h"

namespace sky::imap {
namespace {

struct Named {
    StatusItem item;
    std::string_view word;
};
constexpr Named status_words[] = {
    {StatusItem::messages, "MESSAGES"},
    {StatusItem::recent, "RECENT"},
    {StatusItem::uid_next, "UIDNEXT"},
    {StatusItem::uid_validity, "UIDVALIDITY"},
    {StatusItem::unseen, "UNSEEN"},
    {StatusItem::deleted, "DELETED"},
    {StatusItem::size, "SIZE"},
    {StatusItem::highest_mod_seq, "HIGHESTMODSEQ"},
    {StatusItem::mailbox_id, "MAILBOXID"},
    {StatusItem::append_limit, "APPENDLIMIT"},
    {StatusItem::deleted_storage, "DELETED-STORAGE"},
};

}  // namespace

std::string_view name(StatusItem item) {
    for (const Named& named : status_words)
        if (named.item == item) return named.word;
    return {};
}

Result<std::vector<StatusItem>> parse_status_items(Arguments& in) {
    std::vector<StatusItem> out;
    if (const auto open = in.expect('('); !open) return forward(open);
    do {
        bool found = false;
        for (const Named& named : status_words) {
            if (!in.take_word(named.word)) continue;
            out.push_back(named.item);
            found = true;
            break;
        }
        if (!found) return unexpected(Fault::syntax, "There is no such STATUS item");
        if (out.size() > 50) return unexpected(Fault::limit, "Too many STATUS items");
    } while (in.take(' '));
    if (const auto close = in.expect(')'); !close) return forward(close);
    return out;
}

}  // namespace sky::imap
