#include "imap/acl_entries.h"

#include <map>

namespace sky::imapd {
namespace {

using Kind = store::Grantee::Kind;
constexpr std::string_view anyone = "anyone";

store::Grantee named(const identity::Neighbour& one) {
    return one.account ? store::Grantee{Kind::account, one.account.value} : store::Grantee{Kind::group, one.group};
}

}  // namespace

Task<Result<std::optional<store::Grantee>>> grantee_of(Session& session, std::string identifier) {
    const bool denies = identifier.starts_with('-');
    if (denies) identifier.erase(0, 1);
    if (identifier.empty()) co_return unexpected(Fault::syntax, "The identifier is empty");
    store::Grantee out;
    if (identifier != anyone) {
        auto found = co_await session.house().identity.find(session.account().tenant,
                                                            {.accounts = {}, .groups = {}, .addresses = {identifier}}, session.limit());
        if (!found) co_return forward(found);
        if (found->size() != 1) co_return std::nullopt;
        out = named(found->front());
    }
    if (denies) out.sign = store::Grantee::Sign::denies;
    co_return out;
}

bool is_owner(const Found& mailbox, const store::Grantee& grantee) {
    return grantee.kind == Kind::account && grantee.id == mailbox.ref.account.value;
}

Task<Result<Reply>> change_acl(Session& session, std::string mailbox, std::string identifier, store::RightsChange change,
                               std::string_view done) {
    const auto found = co_await find_mailbox(session, std::move(mailbox), store::Right::administer);
    if (!found) co_return forward(found);
    const auto grantee = co_await grantee_of(session, std::move(identifier));
    if (!grantee) co_return forward(grantee);
    if (!*grantee) co_return Reply::no({}, "Nobody has this identifier");
    if (is_owner(*found, **grantee)) co_return Reply::no("CANNOT", "Its owner may do everything");
    auto changed = co_await store::Acls(session.house().pool).change(found->ref, **grantee, change, session.limit());
    if (!changed) co_return forward(changed);
    session.publish(*changed);
    co_return Reply::ok(std::string(done));
}

Task<Result<std::vector<NamedEntry>>> acl_of(Session& session, Found mailbox) {
    const auto lists = co_await store::Acls(session.house().pool).of_account(mailbox.ref.owner(), session.limit());
    if (!lists) co_return forward(lists);
    const auto list = lists->find(mailbox.ref.mailbox);
    std::vector<NamedEntry> out;
    if (mailbox.owner == Found::Owner::somebody) out.push_back({mailbox.address, store::Rights::all()});
    if (list == lists->end()) co_return out;
    identity::NeighboursAsked asked;
    for (const store::AclEntry& entry : list->second) {
        if (entry.grantee.kind == Kind::account) asked.accounts.push_back(entry.grantee.id);
        if (entry.grantee.kind == Kind::group) asked.groups.push_back(entry.grantee.id);
    }
    std::map<std::pair<Kind, std::int64_t>, std::string> names{{{Kind::anyone, 0}, std::string(anyone)}};
    if (!asked.accounts.empty() || !asked.groups.empty()) {
        auto found = co_await session.house().identity.find(session.account().tenant, std::move(asked), session.limit());
        if (!found) co_return forward(found);
        for (const identity::Neighbour& one : *found) names.emplace(std::pair(named(one).kind, named(one).id), one.address);
    }
    for (const store::AclEntry& entry : list->second) {
        const auto name = names.find({entry.grantee.kind, entry.grantee.id});
        if (name == names.end()) continue;
        out.push_back({(entry.grantee.sign == store::Grantee::Sign::denies ? "-" : "") + name->second, entry.rights});
    }
    co_return out;
}

}  // namespace sky::imapd
