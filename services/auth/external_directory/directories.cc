#include "auth/external_directory/directories.h"

#include "auth/external_directory/person.h"
#include "auth/external_directory/shape.h"

namespace sky::auth {
namespace {
constexpr std::size_t most_known = 200;

std::unexpected<Error> unreadable(const Error& error) {
    return unexpected(Fault::unavailable, "the directory's configuration can't be used", error.text + " " + error.reason);
}
}  // namespace

SealedFor bind_password_place(TenantId tenant) { return {"ldap", tenant, "bind-password"}; }

Directories::Directories(pg::Pool& pool, const Seal& seal, const ExternalReach& reach) : pool_(pool), seal_(seal), reach_(reach) {}

Result<std::shared_ptr<Directories::Known>> Directories::with(const ExternalDirectoryRow& row) const {
    ldap::Options options{.servers = {},
                          .authorities = row.authorities,
                          .bind_dn = row.bind_dn,
                          .bind_password = {},
                          .connections = reach_.connections,
                          .patience = reach_.patience,
                          .permitted = [reach = reach_](std::string_view address) { return reach.permits(address); }};
    for (const auto& url : row.urls) {
        auto server = ldap::parse_server(url);
        if (!server) return unreadable(server.error());
        options.servers.push_back(std::move(*server));
    }
    if (!row.bind_password.empty()) {
        auto password = seal_.open(bind_password_place(row.tenant), row.bind_password);
        if (!password) return unreadable(password.error());
        options.bind_password = std::move(*password);
    }
    return std::make_shared<Known>(row, ldap::Client(*reach_.pool, std::move(options)));
}

Task<Result<std::shared_ptr<Directories::Known>>> Directories::of(TenantId tenant, std::int64_t version, Deadline deadline) {
    if (const auto found = known_.find(tenant.value); found != known_.end() && found->second->row.version() == version)
        co_return found->second;
    auto row = co_await find_external_directory(pool_, tenant, deadline);
    if (!row) co_return forward(row);
    if (!*row) co_return unexpected(Fault::unavailable, "the tenant has no directory elsewhere any more");
    auto made = with(**row);
    if (!made) co_return forward(made);
    if (!known_.insert_or_assign(tenant.value, *made).second) co_return *made;
    by_age_.push_back(tenant.value);
    if (by_age_.size() > most_known) {
        known_.erase(by_age_.front());
        by_age_.pop_front();
    }
    co_return *made;
}

Task<Result<Directories::Found>> Directories::find(TenantId tenant, std::int64_t version, std::string address, std::string external_id,
                                                   Deadline deadline) {
    auto known = co_await of(tenant, version, deadline);
    if (!known) co_return forward(known);
    Found out{.directory = std::move(*known), .entry = {}, .several = false};
    auto filter = filter_of_person(out.directory->row, address, external_id);
    if (!filter) co_return unreadable(filter.error());
    auto entries = co_await out.directory->client.search(
        {.base = out.directory->row.base_dn, .filter = std::move(*filter), .attributes = {"userAccountControl"}}, deadline);
    if (!entries && entries.error().fault != Fault::too_large) co_return forward(entries);
    out.several = !entries || entries->size() > 1;
    if (!out.several && !entries->empty()) out.entry = std::move(entries->front());
    co_return out;
}

Task<Result<ldap::Verdict>> Directories::prove(const Identity& who, std::string password, Deadline deadline) {
    auto found = co_await find(who.tenant, who.directory_version, who.address, who.external_id, deadline);
    if (!found) co_return forward(found);
    if (found->several) co_return ldap::Verdict{ldap::Proof::wrong, "several entries are this address's"};
    if (!found->entry) co_return ldap::Verdict{ldap::Proof::wrong, "the directory has no such entry"};
    auto verdict = co_await found->directory->client.prove(found->entry->dn, std::move(password), deadline);
    if (verdict && verdict->proof == ldap::Proof::proved && is_disabled(*found->entry))
        co_return ldap::Verdict{ldap::Proof::disabled, "the entry is disabled"};
    co_return verdict;
}

Task<Result<void>> Directories::look_for_stranger(DirectoryOfDomain directory, std::string address, Deadline deadline) {
    auto found = co_await find(directory.tenant, directory.version, std::move(address), {}, deadline);
    if (!found) co_return forward(found);
    co_return Result<void>{};
}

}  // namespace sky::auth
