#include "imap/rights.h"

#include <algorithm>
#include <set>

#include "imap/neighbours.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

// The mailbox of that name in the account, and what the user may do with it.
struct There {
    const store::Mailbox* mailbox = nullptr;
    store::Rights rights;
};
There look_up(const Neighbours& neighbours, const Neighbour& of, const AccountState& state, const std::string& name) {
    for (const auto& [id, mailbox] : state.mailboxes)
        if (mailbox.name == name) return {&mailbox, neighbours.rights(of, state, id)};
    return {};
}

// Why he may not do with it what takes these rights; nothing when he may.
std::optional<Error> refusal(store::Rights rights, store::Rights needed) {
    if (needed.empty() ? rights.has_any(store::rights_to_reach) : rights.has(needed)) return std::nullopt;
    return rights.has(store::Right::lookup) ? not_permitted() : no_such_mailbox();
}

Task<Result<Found>> find_elsewhere(Session& session, std::string name, store::Rights needed) {
    Neighbours& neighbours = session.neighbours();
    auto of = co_await neighbours.of_name(name, session.limit());
    if (!of) co_return forward(of);
    if (!*of) co_return std::unexpected(no_such_mailbox());
    const auto inner = store::canonical_name(name.substr((*of)->prefix.size()));
    if (!inner) co_return std::unexpected(no_such_mailbox());
    auto state = co_await neighbours.state(**of, session.limit());
    if (!state) co_return forward(state);
    const There there = look_up(neighbours, **of, **state, *inner);
    if (auto refused = refusal(there.rights, needed)) co_return std::unexpected(*std::move(refused));
    const store::MailboxRef ref = ref_of(session, (*of)->account.account, there.mailbox->id);
    auto row = co_await store::Mailboxes(session.house().pool).find(ref, session.limit());
    if (!row) co_return forward(row);
    row->name = (*of)->prefix + *inner;
    row->subscribed = false;
    row->special_use = store::SpecialUse::none;
    co_return Found{*std::move(row),
                    ref,
                    *inner,
                    (*of)->address,
                    (*of)->owner == Neighbour::Owner::somebody ? Found::Owner::somebody : Found::Owner::nobody,
                    there.rights,
                    false};
}

}  // namespace

store::MailboxRef ref_of(Session& session, AccountId account, MailboxId mailbox) {
    const store::AccountRef user = session.account();
    return {user.tenant, account, mailbox, account == user.account ? AccountId{} : session.neighbours().reads_as(account)};
}

Error no_such_mailbox() { return {Fault::not_found, "No such mailbox", {}}; }
Error not_permitted() { return {Fault::forbidden, "You may not do that with this mailbox", {}}; }

Task<Result<Found>> find_mailbox(Session& session, std::string name, store::Rights needed) {
    const auto canonical = store::canonical_name(name);
    if (!canonical) co_return forward(canonical);
    Result<Found> found = std::unexpected(no_such_mailbox());
    if (is_elsewhere(*canonical)) {
        found = co_await find_elsewhere(session, *canonical, needed);
    } else {
        auto row = co_await store::Mailboxes(session.house().pool).find(session.account(), *canonical, session.limit());
        if (!row) co_return forward(row);
        const store::MailboxRef ref = ref_of(session, row->account, row->id);
        co_return Found{*std::move(row), ref, *canonical, session.user().address, Found::Owner::somebody, store::Rights::all(), true};
    }
    // Whatever is missing on the way there, the words are the same.
    if (!found && found.error().fault == Fault::not_found) co_return std::unexpected(no_such_mailbox());
    co_return found;
}

Task<Result<Room>> find_room(Session& session, std::string name) {
    const auto canonical = store::canonical_name(name);
    if (!canonical) co_return forward(canonical);
    if (!is_elsewhere(*canonical)) co_return Room{session.account(), *canonical, {}};
    Neighbours& neighbours = session.neighbours();
    const auto of = co_await neighbours.of_name(*canonical, session.limit());
    if (!of) co_return forward(of);
    if (!*of) co_return std::unexpected(not_permitted());
    const auto inner = store::canonical_name(canonical->substr((*of)->prefix.size()));
    if (!inner) co_return std::unexpected(not_permitted());
    const auto state = co_await neighbours.state(**of, session.limit());
    if (!state && state.error().fault == Fault::not_found) co_return std::unexpected(not_permitted());
    if (!state) co_return forward(state);
    // Above everything there is nobody's mailbox: there only he may create to whom all of it was opened.
    store::Rights above = (*of)->opened == Neighbour::Opened::whole ? store::Rights::all() : store::Rights();
    for (std::size_t cut = inner->rfind('/'); cut != std::string::npos; cut = cut > 0 ? inner->rfind('/', cut - 1) : std::string::npos) {
        const There there = look_up(neighbours, **of, **state, inner->substr(0, cut));
        if (there.mailbox == nullptr) continue;
        above = there.rights;
        break;
    }
    if (!above.has(store::Right::create)) co_return std::unexpected(not_permitted());
    co_return Room{(*of)->account, *inner, (*of)->prefix};
}

store::Rights VisibleNames::rights(const store::Mailbox& mailbox) const {
    const auto known = elsewhere.find(mailbox.id);
    return known != elsewhere.end() ? known->second : store::Rights::all();
}

Whose whose(const ListRequest& request) {
    return asks_for(request, other_users) || asks_for(request, public_folders) ? Whose::everybodys : Whose::own;
}

void append_my_rights(std::string& out, std::string_view name, store::Rights rights, imap::NameForm form) {
    imap::append_mailbox(out += "* MYRIGHTS ", name, form);
    ((out += ' ') += rights.text()) += "\r\n";
}

Task<Result<VisibleNames>> visible_names(Session& session, Whose whose) {
    auto own = co_await store::Mailboxes(session.house().pool).list(session.account(), session.limit());
    if (!own) co_return forward(own);
    VisibleNames out{*std::move(own), {}};
    // Of before there were other namespaces.
    std::erase_if(out.names.mailboxes, [](const store::Mailbox& one) { return is_elsewhere(one.name); });
    if (whose == Whose::own) co_return out;
    const auto all = co_await session.neighbours().all(session.limit());
    if (!all) co_return forward(all);
    std::vector<std::string>& subscribed = out.names.subscribed_elsewhere;
    std::set<std::string_view> unmet(subscribed.begin(), subscribed.end());
    std::set<std::string> met;
    for (const Neighbour& of : *all) {
        const auto state = co_await session.neighbours().state(of, session.limit());
        if (!state && state.error().fault == Fault::not_found) continue;  // gone meanwhile
        if (!state) co_return forward(state);
        for (const auto& [id, mailbox] : (*state)->mailboxes) {
            const store::Rights rights = session.neighbours().rights(of, **state, id);
            if (!rights.has(store::Right::lookup)) continue;
            store::Mailbox one = mailbox;
            one.name = of.prefix + mailbox.name;
            one.special_use = store::SpecialUse::none;
            one.subscribed = unmet.contains(one.name);
            if (one.subscribed) met.insert(one.name);
            out.elsewhere.emplace(id, rights);
            out.names.mailboxes.push_back(std::move(one));
        }
    }
    unmet.clear();  // it refers to what goes now
    std::erase_if(subscribed, [&](const std::string& name) { return met.contains(name); });
    std::ranges::sort(out.names.mailboxes, {}, &store::Mailbox::name);
    co_return out;
}

namespace {

// Of the selected mailbox. Fault::not_found: not even read it.
Task<Result<store::Rights>> rights_now(Session& session) {
    Neighbours& neighbours = session.neighbours();
    const store::MailboxRef ref = session.mailbox().ref();
    const auto of = co_await neighbours.of_account(ref.account, session.limit());
    if (!of) co_return forward(of);
    if (!*of) co_return std::unexpected(no_such_mailbox());
    const auto state = co_await neighbours.state(**of, session.limit());
    if (!state) co_return forward(state);
    const store::Rights now = neighbours.rights(**of, **state, ref.mailbox);
    if (!now.has(store::Right::read)) co_return std::unexpected(no_such_mailbox());
    co_return now;
}

}  // namespace

Task<Result<void>> renew_rights(Session& session) {
    if (session.mailbox().is_own()) co_return Result<void>{};
    const auto now = co_await rights_now(session);
    Selected& mailbox = session.mailbox();
    const store::Rights before = mailbox.rights();
    mailbox.set_rights(now.value_or(store::Rights()));
    if (!now) co_return forward(now);
    if (*now == before || before.empty()) co_return Result<void>{};
    // RFC 4314 §5.1.1
    std::string flags;
    mailbox.append_permanent_flags(flags);
    imap::append_response(session.out(), "*", "OK", "PERMANENTFLAGS (" + flags + ")", "Your rights have changed");
    co_return Result<void>{};
}

store::FlagScope flag_scope(store::Rights rights) {
    using enum store::Right;
    store::FlagScope out{0, store::FlagScope::Keywords::left};
    if (rights.has(seen)) out.system |= store::seen;
    if (rights.has(mark)) out.system |= store::deleted;
    if (rights.has(write)) {
        out.system |= store::answered | store::flagged | store::draft;
        out.keywords = store::FlagScope::Keywords::touched;
    }
    return out;
}

bool can_write(store::Rights rights) {
    using enum store::Right;
    return rights.has_any(insert | expunge | seen | write | mark);
}

}  // namespace sky::imapd
