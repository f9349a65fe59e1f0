#include "imap/notifier.h"

#include <algorithm>

#include "imap/fetch_batch.h"
#include "imap/rights.h"
#include "imap/session.h"
#include "imap/status_text.h"
#include "imap/update_contexts.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using Filter = imap::NotifyGroup::Filter;

constexpr std::size_t most_lines = 200;  // told at once: beyond, it is cheaper for the client to look for itself
constexpr unsigned message_events = imap::message_new | imap::message_expunge | imap::flag_change;

bool matches(const imap::NotifyGroup& group, const store::Mailbox& mailbox) {
    const auto below = [&](const std::string& name) { return mailbox.name == name || mailbox.name.starts_with(name + '/'); };
    switch (group.filter) {
        case Filter::selected:
        case Filter::selected_delayed:
            return false;
        case Filter::inboxes:
            return mailbox.name == "INBOX";
        case Filter::personal:
            return true;
        case Filter::subscribed:
            return mailbox.subscribed;
        case Filter::subtree:
            return std::ranges::any_of(group.names, below);
        case Filter::mailboxes:
            return std::ranges::find(group.names, mailbox.name) != group.names.end();
    }
    return false;
}

// The events that make these two different.
unsigned difference(const store::Mailbox& before, const store::Mailbox& now) {
    if (before.modseq == now.modseq && before.uid_validity == now.uid_validity) return 0;
    const bool fresh = now.uid_next != before.uid_next;
    const std::int64_t arrived = std::int64_t{now.uid_next.value} - before.uid_next.value;
    const bool gone = now.messages < before.messages + arrived;
    unsigned out = 0;
    if (fresh) out |= imap::message_new;
    if (gone) out |= imap::message_expunge;
    return out != 0 ? out : imap::flag_change;
}

}  // namespace

Notifier::Notifier(std::shared_ptr<AccountWatch> watch, imap::NotifyRequest request, Event& wake)
    : watch_(std::move(watch)), request_(std::move(request)), bell_(watch_->changed, wake) {}

// The first group that holds the mailbox decides (§3.1).
bool Notifier::wants(const store::Mailbox& mailbox, unsigned events) const {
    const auto group = std::ranges::find_if(request_.groups, [&](const imap::NotifyGroup& one) { return matches(one, mailbox); });
    return group != request_.groups.end() && (group->events & events) != 0;
}

void Notifier::status(Session& session, const store::Mailbox& mailbox) {
    using enum imap::StatusItem;
    std::vector<imap::StatusItem> items{messages, uid_next, uid_validity, unseen};
    // RFC 5465 §5.1: who is told of flags in other mailboxes learns by HIGHESTMODSEQ that some have changed.
    if (session.condstore || wants(mailbox, imap::flag_change)) items.push_back(highest_mod_seq);
    append_status(session, mailbox, items);
    ++lines_;
}

void Notifier::list(Session& session, std::string_view attributes, std::string_view name, std::string_view old_name) {
    std::string& out = session.out();
    ((out += "* LIST (") += attributes) += ") \"/\" ";
    imap::append_mailbox(out, name, session.names());
    if (!old_name.empty()) {  // RFC 5465 §5.4
        imap::append_mailbox(out += " (\"OLDNAME\" (", old_name, session.names());
        out += "))";
    }
    out += "\r\n";
    ++lines_;
}

Task<Result<void>> Notifier::begin(Session& session) {
    auto now = co_await watch_->look(session.hearing(), session.limit());
    if (!now) co_return forward(now);
    told_ = *std::move(now);
    if (!request_.status) co_return Result<void>{};
    const bool selected = session.state() == State::selected;
    for (const auto& [id, mailbox] : told_->mailboxes) {
        if (!mailbox.selectable || !wants(mailbox, message_events)) continue;
        if (selected && session.mailbox().ref().mailbox == id) continue;
        status(session, mailbox);
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return sent;
    }
    co_return Result<void>{};
}

void Notifier::mailbox_changed(Session& session, const store::Mailbox& before, const store::Mailbox& now) {
    if ((before.name != now.name || before.selectable != now.selectable) &&
        (wants(before, imap::mailbox_name) || wants(now, imap::mailbox_name)))
        list(session, now.selectable ? "" : "\\Noselect", now.name, before.name == now.name ? std::string_view() : before.name);
    if (before.subscribed != now.subscribed && before.name == now.name &&
        (wants(before, imap::subscription_change) || wants(now, imap::subscription_change)))
        list(session, now.subscribed ? "\\Subscribed" : "", now.name);
    const bool is_selected = session.state() == State::selected && session.mailbox().ref().mailbox == now.id;
    if (!is_selected && now.selectable && wants(now, difference(before, now))) status(session, now);
}

// RFC 5465 §5.6, §5.7: the names of what changed, without values.
void Notifier::metadata_changed(Session& session, const AccountState& before, const AccountState& now) {
    std::map<MailboxId, std::set<std::string>> entries;
    for (const store::MetadataChange& one : now.metadata)
        if (one.modseq > before.modseq) entries[one.mailbox].insert(one.entry);
    const bool wants_server =
        std::ranges::any_of(request_.groups, [](const imap::NotifyGroup& group) { return (group.events & imap::server_metadata) != 0; });
    for (const auto& [id, names] : entries) {
        const auto mailbox = now.mailboxes.find(id);
        const bool told = id ? mailbox != now.mailboxes.end() && wants(mailbox->second, imap::mailbox_metadata) : wants_server;
        if (!told) continue;
        std::string& out = session.out();
        imap::append_mailbox(out += "* METADATA ", id ? mailbox->second.name : std::string(), session.names());
        for (const std::string& name : names) imap::append_astring(out += ' ', name);
        out += "\r\n";
        ++lines_;
    }
}

void Notifier::compare(Session& session, const AccountState& before, const AccountState& now) {
    for (const auto& [id, mailbox] : before.mailboxes)
        if (!now.mailboxes.contains(id) && wants(mailbox, imap::mailbox_name)) list(session, "\\NonExistent", mailbox.name);
    for (const auto& [id, mailbox] : now.mailboxes) {
        const auto known = before.mailboxes.find(id);
        if (known != before.mailboxes.end()) {
            mailbox_changed(session, known->second, mailbox);
        } else if (wants(mailbox, imap::mailbox_name)) {
            list(session, "", mailbox.name);
        } else if (mailbox.messages > 0 && wants(mailbox, imap::message_new)) {
            status(session, mailbox);
        }
    }
    metadata_changed(session, before, now);
    const auto subscription = [&](const std::string& name, std::string_view attributes) {
        store::Mailbox gone;
        gone.name = name;
        gone.subscribed = true;
        if (wants(gone, imap::subscription_change)) list(session, attributes, name);
    };
    for (const std::string& name : now.subscribed_elsewhere)
        if (!before.subscribed_elsewhere.contains(name)) subscription(name, "\\Subscribed \\NonExistent");
    for (const std::string& name : before.subscribed_elsewhere) {
        if (now.subscribed_elsewhere.contains(name)) continue;
        const bool there = std::ranges::any_of(now.mailboxes, [&](const auto& one) { return one.second.name == name; });
        if (!there) subscription(name, "\\NonExistent");
    }
}

Task<Result<bool>> Notifier::tell(Session& session) {
    auto now = co_await watch_->look(session.hearing(), session.limit());
    if (!now) co_return forward(now);
    if (*now == told_) co_return true;
    const std::size_t start = session.out().size();
    lines_ = 0;
    compare(session, *told_, **now);
    told_ = *std::move(now);
    if (lines_ <= most_lines) co_return true;
    session.out().resize(start);
    imap::append_response(session.out(), "*", "OK", "NOTIFICATIONOVERFLOW", "Too much has changed; notifications are off");
    co_return false;
}

Task<Result<void>> tell_selected(Session& session, Expunges expunges, Telling telling) {
    if (auto renewed = co_await renew_rights(session); !renewed) co_return renewed;
    Selected& mailbox = session.mailbox();
    const imap::NotifyGroup* group = session.notifier() != nullptr ? session.notifier()->selected() : nullptr;
    const bool collects = group != nullptr && !group->items.empty();
    mailbox.collect_fresh(collects);
    const bool keeps_results = !mailbox.searches().contexts.empty();
    if (keeps_results)
        if (auto told = co_await tell_vanished(session); !told) co_return told;
    if (auto told = co_await mailbox.announce(session.out(), session.house().views, expunges, telling, session.limit()); !told)
        co_return told;
    if (keeps_results)
        if (auto told = co_await tell_changed(session); !told) co_return told;
    if (!collects) co_return Result<void>{};
    // RFC 5465 §5.2: new messages come with what the client wants to know of them.
    const std::vector<Target> fresh = mailbox.take_fresh();
    imap::FetchRequest request{.items = group->items};
    for (imap::FetchItem& item : request.items) item.marks_seen = false;
    if ((session.qresync || session.rev2) && !session.uid_only && !request.wants(imap::FetchItem::What::uid))
        request.items.insert(request.items.begin(), {.what = imap::FetchItem::What::uid});
    if (auto ready = co_await mailbox.touch(fresh, session.limit()); !ready) co_return ready;
    const auto written = co_await fetch_batch(session, fresh, request);
    if (!written) co_return forward(written);
    co_return Result<void>{};
}

Task<Result<void>> tell_news(Session& session, Waiting waiting) {
    Notifier* notifier = session.notifier();
    const imap::NotifyGroup* group = notifier != nullptr ? notifier->selected() : nullptr;
    const bool in_idle = waiting == Waiting::in_idle;
    if (session.state() == State::selected && (in_idle || (group != nullptr && group->events != 0))) {
        const bool at_once = in_idle || group->filter == Filter::selected;
        Telling telling = session.telling();
        telling.flags = in_idle || (group->events & imap::flag_change) != 0;
        if (auto told = co_await tell_selected(session, at_once ? Expunges::told : Expunges::held_back, telling); !told) co_return told;
    }
    if (notifier == nullptr) co_return Result<void>{};
    const auto goes_on = co_await notifier->tell(session);
    if (!goes_on) co_return forward(goes_on);
    if (!*goes_on) session.notify(nullptr);
    co_return Result<void>{};
}

}  // namespace sky::imapd
