#include "imap/neighbours.h"

#include <algorithm>

#include "sky/mailstore/acl.h"

namespace sky::imapd {
namespace {

// Looked at no more often than this. With the second that a word from auth may take, it is within five.
constexpr std::chrono::seconds trusted_for{2};
constexpr std::chrono::seconds patience{5};  // with auth

using Clock = std::chrono::steady_clock;

}  // namespace

bool is_elsewhere(std::string_view name) {
    for (const std::string_view top : {other_users, public_folders})
        if (name.starts_with(top) && (name.size() == top.size() || name[top.size()] == '/')) return true;
    return false;
}

// Whatever changed in the directory, and when silence proves nothing: it is asked again.
Task<Result<void>> Neighbours::know_standing(Deadline deadline) {
    identity::Identity& identity = house_->identity;
    const Moment now = Clock::now();
    if (standing_) {
        const bool is_newest = identity.watching() && identity.version() != 0 && identity.version() == standing_->version;
        if (is_newest || now < standing_read_ + trusted_for) co_return Result<void>{};
    }
    auto read = co_await identity.standing(own_.tenant, own_.account, std::min(deadline, after(patience)));
    if (!read) co_return forward(read);
    standing_ = *std::move(read);
    standing_read_ = now;
    subject_ = {own_.account, standing_->groups};
    accounts_read_.reset();
    names_.clear();
    co_return Result<void>{};
}

Task<Result<void>> Neighbours::know_names(std::vector<std::int64_t> accounts, Deadline deadline) {
    constexpr std::size_t at_once = 1000;
    std::erase_if(accounts, [this](std::int64_t id) { return names_.contains(AccountId{id}); });
    for (std::size_t at = 0; at < accounts.size(); at += at_once) {
        const auto first = accounts.begin() + static_cast<std::ptrdiff_t>(at);
        const auto last = accounts.begin() + static_cast<std::ptrdiff_t>(std::min(at + at_once, accounts.size()));
        auto found = co_await house_->identity.find(own_.tenant, {.accounts = {first, last}, .groups = {}, .addresses = {}},
                                                    std::min(deadline, after(patience)));
        if (!found) co_return forward(found);
        for (identity::Neighbour& one : *found) names_.insert_or_assign(one.account, std::move(one));
    }
    co_return Result<void>{};
}

void Neighbours::add(const identity::Neighbour& who, std::string prefix) {
    Neighbour& one = neighbours_[who.account];
    one.account = {own_.tenant, who.account};
    if (!one.watch) one.watch = house_->views.watch(one.account);
    one.prefix = std::move(prefix);
    one.address = who.address;
    one.owner = who.kind == "user" ? Neighbour::Owner::somebody : Neighbour::Owner::nobody;
    const bool opened = std::ranges::find(standing_->opened, who.account, &identity::Neighbour::account) != standing_->opened.end();
    one.opened = opened ? Neighbour::Opened::whole : Neighbour::Opened::by_lists;
}

Task<Result<void>> Neighbours::know_accounts(Deadline deadline) {
    if (auto known = co_await know_standing(deadline); !known) co_return known;
    const Moment now = Clock::now();
    if (accounts_read_ && now < *accounts_read_ + trusted_for) co_return Result<void>{};
    const auto granting = co_await store::Acls(house_->pool).granting(own_.tenant, subject_, deadline);
    if (!granting) co_return forward(granting);
    std::vector<std::int64_t> unnamed;
    for (const AccountId id : *granting) unnamed.push_back(id.value);
    for (const auto* list : {&standing_->opened, &standing_->public_trees})
        for (const identity::Neighbour& one : *list) names_.insert_or_assign(one.account, one);
    if (auto named = co_await know_names(std::move(unnamed), deadline); !named) co_return named;

    const std::map<AccountId, Neighbour> before = std::exchange(neighbours_, {});
    for (const auto& [id, one] : before) neighbours_[id].watch = one.watch;
    std::vector<AccountId> present;
    const auto meet = [&](const identity::Neighbour& one, std::string prefix) {
        if (!one.active || one.account == own_.account) return;
        present.push_back(one.account);
        add(one, std::move(prefix));
    };
    // The first tree is the public folders; others, where there are any, stand below it by their address.
    for (const identity::Neighbour& tree : standing_->public_trees) {
        const bool is_first = tree.account == standing_->public_trees.front().account;
        meet(tree, std::string(public_folders) + '/' + (is_first ? std::string() : tree.address + '/'));
    }
    for (const auto& [id, one] : names_)
        if (one.kind != "public_folders") meet(one, std::string(other_users) + '/' + one.address + '/');
    std::erase_if(neighbours_, [&](const auto& one) { return std::ranges::find(present, one.first) == present.end(); });
    accounts_read_ = now;
    co_return Result<void>{};
}

Task<Result<std::vector<Neighbour>>> Neighbours::all(Deadline deadline) {
    if (auto known = co_await know_accounts(deadline); !known) co_return forward(known);
    std::vector<Neighbour> out;
    for (const auto& [id, one] : neighbours_) out.push_back(one);
    std::ranges::sort(out, {}, &Neighbour::prefix);
    co_return out;
}

Task<Result<std::optional<Neighbour>>> Neighbours::of_name(std::string name, Deadline deadline) {
    if (auto known = co_await know_accounts(deadline); !known) co_return forward(known);
    const Neighbour* best = nullptr;
    for (const auto& [id, one] : neighbours_)
        if (name.starts_with(one.prefix) && (best == nullptr || best->prefix.size() < one.prefix.size())) best = &one;
    co_return best != nullptr ? std::optional(*best) : std::nullopt;
}

Task<Result<std::optional<Neighbour>>> Neighbours::of_account(AccountId account, Deadline deadline) {
    if (auto known = co_await know_standing(deadline); !known) co_return forward(known);
    // Who was met keeps being met while the directory is the same: the lists themselves are weighed by rights().
    if (!accounts_read_ || !neighbours_.contains(account))
        if (auto known = co_await know_accounts(deadline); !known) co_return forward(known);
    const auto found = neighbours_.find(account);
    co_return found != neighbours_.end() ? std::optional(found->second) : std::nullopt;
}

Task<Result<SharedAccountState>> Neighbours::state(Neighbour of, Deadline deadline) {
    const auto hearing = house_->views.hearing() ? AccountWatch::Hearing::yes : AccountWatch::Hearing::no;
    co_return co_await of.watch->look(hearing, deadline, trusted_for);
}

AccountId Neighbours::reads_as(AccountId account) const {
    const auto found = neighbours_.find(account);
    return found != neighbours_.end() && found->second.owner == Neighbour::Owner::nobody ? own_.account : AccountId{};
}

store::Rights Neighbours::rights(const Neighbour& of, const AccountState& state, MailboxId mailbox) const {
    if (of.opened == Neighbour::Opened::whole) return store::Rights::all();
    const auto acl = state.acls.find(mailbox);
    return acl != state.acls.end() ? store::rights_of(subject_, acl->second) : store::Rights();
}

}  // namespace sky::imapd
