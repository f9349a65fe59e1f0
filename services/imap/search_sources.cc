#include "imap/search_sources.h"

#include <algorithm>

#include "imap/rights.h"

namespace sky::imapd {

using Kind = imap::SearchSource::Kind;

bool means(const imap::SearchSource& source, const store::Mailbox& mailbox) {
    const auto under = [&](const std::string& top) { return top.empty() || mailbox.name.starts_with(top + '/'); };
    const auto one_level = [&](const std::string& top) {
        return under(top) && mailbox.name.find('/', top.empty() ? 0 : top.size() + 1) == std::string::npos;
    };
    switch (source.kind) {
        case Kind::personal:
            return true;
        case Kind::inboxes:  // where mail comes to (RFC 5465 §6.3)
            return mailbox.name == "INBOX";
        case Kind::subscribed:
            return mailbox.subscribed;
        case Kind::subtree:
            return std::ranges::any_of(source.names, [&](const std::string& top) { return top == mailbox.name || under(top); });
        case Kind::subtree_one:
            return std::ranges::any_of(source.names, [&](const std::string& top) { return top == mailbox.name || one_level(top); });
        case Kind::mailboxes:
            return std::ranges::find(source.names, mailbox.name) != source.names.end();
        case Kind::selected:
            return false;
    }
    return false;
}

Task<Result<std::vector<store::Mailbox>>> find_sources(Session& session, const std::vector<imap::SearchSource>& sources) {
    const bool selected = std::ranges::any_of(sources, [](const imap::SearchSource& source) { return source.kind == Kind::selected; });
    const MailboxId open = selected ? session.mailbox().ref().mailbox : MailboxId{};
    const bool open_elsewhere = selected && !session.mailbox().is_own();
    const bool others = open_elsewhere || std::ranges::any_of(sources, [](const imap::SearchSource& source) {
                            return source.kind == Kind::subscribed || std::ranges::any_of(source.names, is_elsewhere);
                        });
    auto visible = co_await visible_names(session, others ? Whose::everybodys : Whose::own);
    if (!visible) co_return forward(visible);
    std::vector<store::Mailbox> out;
    bool met = false;  // what is selected
    for (store::Mailbox& mailbox : visible->names.mailboxes) {
        if (!mailbox.selectable || !visible->rights(mailbox).has(store::Right::read)) continue;
        const bool own = !visible->elsewhere.contains(mailbox.id);
        const bool wanted = (selected && mailbox.id == open) || std::ranges::any_of(sources, [&](const imap::SearchSource& source) {
                                return means(source, mailbox) && (own || (source.kind != Kind::personal && source.kind != Kind::inboxes));
                            });
        if (!wanted) continue;
        met = met || mailbox.id == open;
        if (out.size() == max_searched_mailboxes) co_return unexpected(Fault::limit, "Too many mailboxes at once");
        out.push_back(std::move(mailbox));
    }
    if (open_elsewhere && !met) {  // who may read it need not be one who may look it up (RFC 4314 §4)
        out.push_back(session.mailbox().view().row());
        out.back().name = session.mailbox().name();
    }
    co_return out;
}

}  // namespace sky::imapd
