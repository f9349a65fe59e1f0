#include "imap/notify_changes.h"

#include <algorithm>

#include "imap/neighbours.h"
#include "imap/rights.h"
#include "imap/session.h"
#include "imap/status_text.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using Filter = imap::NotifyGroup::Filter;

constexpr unsigned message_events = imap::message_new | imap::message_expunge | imap::flag_change;

bool is_below(const std::string& name, const std::string& top) { return name.starts_with(top) && name[top.size()] == '/'; }

// "a" of "a/b"; nothing of "a".
std::string parent_of(const std::string& name) {
    const std::size_t cut = name.rfind('/');
    return cut == std::string::npos ? std::string() : name.substr(0, cut);
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

const store::Mailbox* WatchedState::find(MailboxId mailbox) const {
    if (!state || (!is_own() && !rights.contains(mailbox))) return nullptr;
    const auto found = state->mailboxes.find(mailbox);
    return found == state->mailboxes.end() ? nullptr : &found->second;
}

const store::Mailbox* WatchedState::named(const std::string& wanted) const {
    const store::Mailbox* out = nullptr;
    each([&](const store::Mailbox& one) {
        if (name(one) == wanted) out = &one;
    });
    return out;
}

bool WatchedState::may_read(MailboxId mailbox) const {
    if (is_own()) return true;
    const auto found = rights.find(mailbox);
    return found != rights.end() && found->second.has(store::Right::read);
}

bool WatchedState::has_children(const std::string& top) const {
    bool out = false;
    each([&](const store::Mailbox& one) { out = out || is_below(name(one), top); });
    return out;
}

NotifyChanges::Named NotifyChanges::named(const WatchedState& in, const store::Mailbox& mailbox) const {
    std::string name = in.name(mailbox);
    const bool subscribed = in.is_own() ? mailbox.subscribed : own_->subscribed_elsewhere.contains(name);
    return {std::move(name), in.is_own(), subscribed};
}

// Several groups may hold one mailbox: each adds its events (RFC 5465 §6).
bool NotifyChanges::wants(const Named& mailbox, unsigned events) const {
    const auto matches = [&](const imap::NotifyGroup& group) {
        switch (group.filter) {
            case Filter::selected:
            case Filter::selected_delayed:
                return false;
            case Filter::inboxes:
                return mailbox.is_own && mailbox.name == "INBOX";
            case Filter::personal:
                return mailbox.is_own;
            case Filter::subscribed:
                return mailbox.subscribed;
            case Filter::subtree:
                return std::ranges::any_of(
                    group.names, [&](const std::string& top) { return top.empty() || mailbox.name == top || is_below(mailbox.name, top); });
            case Filter::mailboxes:
                return std::ranges::find(group.names, mailbox.name) != group.names.end();
        }
        return false;
    };
    return std::ranges::any_of(request_->groups, [&](const imap::NotifyGroup& one) { return (one.events & events) != 0 && matches(one); });
}

bool NotifyChanges::is_selected(MailboxId mailbox) const {
    return session_->state() == State::selected && session_->mailbox().ref().mailbox == mailbox;
}

void NotifyChanges::status(const WatchedState& in, const store::Mailbox& mailbox) {
    using enum imap::StatusItem;
    store::Mailbox told = mailbox;
    told.name = in.name(mailbox);
    std::vector<imap::StatusItem> items{messages, uid_next, uid_validity, unseen};
    // RFC 5465 §5.1: who is told of flags in other mailboxes learns by HIGHESTMODSEQ that some have changed.
    if (session_->condstore || wants(named(in, mailbox), imap::flag_change)) items.push_back(highest_mod_seq);
    ++lines_;
    if (!ref_of(*session_, told.account, told.id).has_reader())
        append_status(*session_, told, items, {});
    else
        postponed_.push_back({std::move(told), std::move(items)});
}

Task<Result<void>> tell_states(Session& session, std::vector<NotifyChanges::MailboxState> states) {
    std::vector<const store::Mailbox*> mailboxes;
    for (const auto& one : states) mailboxes.push_back(&one.mailbox);
    const auto counts = co_await read_status_counts(session, std::move(mailboxes), {imap::StatusItem::unseen});
    if (!counts) co_return forward(counts);
    for (const auto& one : states) append_status(session, one.mailbox, one.items, *counts);
    co_return Result<void>{};
}

void NotifyChanges::list(std::string_view attributes, const std::string& name, std::string_view old_name) {
    std::string& out = session_->out();
    ((out += "* LIST (") += attributes) += ") \"/\" ";
    imap::append_mailbox(out, name, session_->names());
    if (!old_name.empty()) {  // RFC 5465 §5.4
        imap::append_mailbox(out += " (\"OLDNAME\" (", old_name, session_->names());
        out += "))";
    }
    out += "\r\n";
    ++lines_;
}

// All of them, as LIST would tell them (RFC 5465 §5.4, §5.5).
std::string NotifyChanges::attributes(const WatchedState& in, const store::Mailbox& mailbox) const {
    std::string out = in.has_children(in.name(mailbox)) ? "\\HasChildren" : "\\HasNoChildren";
    if (!mailbox.selectable) out += " \\Noselect";
    if (!in.may_read(mailbox.id)) out += " \\NoAccess";
    if (in.is_own() && mailbox.special_use != store::SpecialUse::none) (out += ' ') += store::attribute(mailbox.special_use);
    if (named(in, mailbox).subscribed) out += " \\Subscribed";
    return out;
}

void NotifyChanges::begin(const WatchedState& now) {
    now.each([&](const store::Mailbox& one) {
        const Named mailbox = named(now, one);
        if (!now.may_read(one.id)) {
            if (wants(mailbox, ~0U)) list("\\NoAccess", mailbox.name);
        } else if (request_->status && one.selectable && !is_selected(one.id) && wants(mailbox, message_events)) {
            status(now, one);
        }
    });
}

// A mailbox that goes with the one above it is told with that one (RFC 5465 §5.4).
bool NotifyChanges::moved_with_parent(const WatchedState& before, const std::string& was, const WatchedState& now,
                                      const std::string& is) const {
    const std::string above = parent_of(was), now_above = parent_of(is);
    if (above == now_above || now_above.empty() || above.empty() || was.substr(above.size()) != is.substr(now_above.size())) return false;
    const store::Mailbox* parent = before.named(above);
    const store::Mailbox* now_there = parent != nullptr ? now.find(parent->id) : nullptr;
    return now_there != nullptr && now.name(*now_there) == now_above;
}

void NotifyChanges::changed(const WatchedState& before, const store::Mailbox& was, const WatchedState& now, const store::Mailbox& is) {
    const std::string old_name = before.name(was);
    const Named mailbox = named(now, is);
    const bool renamed = old_name != mailbox.name;
    const auto wants_either = [&](unsigned events) {
        return wants(mailbox, events) || (renamed && wants({old_name, mailbox.is_own, mailbox.subscribed}, events)) ||
               (was.subscribed && wants({old_name, mailbox.is_own, true}, events));
    };
    const bool other_access = before.may_read(is.id) != now.may_read(is.id);  // told whatever is watched there (RFC 5465 §5.9)
    if (((renamed || was.selectable != is.selectable) && wants_either(imap::mailbox_name)) || (other_access && wants_either(~0U))) {
        if (!renamed || !moved_with_parent(before, old_name, now, mailbox.name))
            list(attributes(now, is), mailbox.name, renamed ? std::string_view(old_name) : std::string_view());
    }
    if (now.is_own() && was.subscribed != is.subscribed && !renamed && wants_either(imap::subscription_change))
        list(attributes(now, is), mailbox.name);
    if (!is_selected(is.id) && is.selectable && now.may_read(is.id) && wants(mailbox, difference(was, is))) status(now, is);
}

void NotifyChanges::compare(const WatchedState& before, const WatchedState& now) {
    if (before.state == now.state && before.rights == now.rights && before.prefix == now.prefix) return;
    std::set<std::string> told, affected;  // with a mailbox that comes or goes, the one above it is affected
    const auto note = [&](const std::string& name) {
        told.insert(name);
        if (std::string above = parent_of(name); !above.empty()) affected.insert(std::move(above));
    };
    before.each([&](const store::Mailbox& one) {
        if (now.find(one.id) != nullptr) return;
        const Named mailbox = named(before, one);
        note(mailbox.name);
        // A right that was taken away looks like a mailbox that is gone, to the octet.
        if (wants(mailbox, imap::mailbox_name)) list("\\NonExistent", mailbox.name);
    });
    now.each([&](const store::Mailbox& one) {
        if (const store::Mailbox* known = before.find(one.id)) return changed(before, *known, now, one);
        const Named mailbox = named(now, one);
        note(mailbox.name);
        if (wants(mailbox, imap::mailbox_name)) list(attributes(now, one), mailbox.name);
        if (one.messages > 0 && one.selectable && now.may_read(one.id) && wants(mailbox, imap::message_new)) status(now, one);
    });
    for (const std::string& name : affected) {
        if (told.contains(name)) continue;
        const store::Mailbox* parent = now.named(name);
        const Named mailbox = parent != nullptr ? named(now, *parent) : Named{name, now.is_own(), false};
        if (!wants(mailbox, imap::mailbox_name)) continue;
        if (parent != nullptr)
            list(attributes(now, *parent), name);
        else
            list(now.has_children(name) ? "\\NonExistent \\HasChildren" : "\\NonExistent", name);
    }
    metadata(before, now);
}

// RFC 5465 §5.6, §5.7: the names of what changed, without values. What somebody keeps to himself is told to nobody else.
void NotifyChanges::metadata(const WatchedState& before, const WatchedState& now) {
    if (!before.state || !now.state) return;
    std::map<MailboxId, std::set<std::string>> entries;
    for (const store::MetadataChange& one : now.state->metadata)
        if (one.modseq > before.state->modseq && (now.is_own() || !one.entry.starts_with("/private/")))
            entries[one.mailbox].insert(one.entry);
    const bool wants_server = now.is_own() && std::ranges::any_of(request_->groups, [](const imap::NotifyGroup& group) {
                                  return (group.events & imap::server_metadata) != 0;
                              });
    for (const auto& [id, names] : entries) {
        const store::Mailbox* mailbox = id ? now.find(id) : nullptr;
        const bool is_told =
            id ? mailbox != nullptr && now.may_read(id) && wants(named(now, *mailbox), imap::mailbox_metadata) : wants_server;
        if (!is_told) continue;
        std::string& out = session_->out();
        imap::append_mailbox(out += "* METADATA ", id ? now.name(*mailbox) : std::string(), session_->names());
        for (const std::string& name : names) imap::append_astring(out += ' ', name);
        out += "\r\n";
        ++lines_;
    }
}

void NotifyChanges::subscriptions(const AccountState& own_before, const std::vector<const WatchedState*>& now) {
    const auto tell = [&](const std::string& name, std::string_view subscribed) {
        if (!wants({name, !is_elsewhere(name), true}, imap::subscription_change)) return;
        for (const WatchedState* one : now)
            if (const store::Mailbox* mailbox = one->named(name)) {
                if (!one->is_own()) list(attributes(*one, *mailbox), name);  // own ones are told with their own change
                return;
            }
        list(std::string(subscribed) + "\\NonExistent", name);
    };
    for (const std::string& name : own_->subscribed_elsewhere)
        if (!own_before.subscribed_elsewhere.contains(name)) tell(name, "\\Subscribed ");
    for (const std::string& name : own_before.subscribed_elsewhere)
        if (!own_->subscribed_elsewhere.contains(name)) tell(name, {});
}

}  // namespace sky::imapd
