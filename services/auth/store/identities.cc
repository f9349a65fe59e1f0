#include "auth/store/identities.h"

namespace sky::auth {
namespace {
constexpr pg::Statement find{
    "directory.find_credentials",
    "select version, tenant_id, account_id, address, display_name, kind, state, tenant_state, scram_salt, second_factor, "
    "second_factor_required, account_protocols, has_ldap, scram_for_main, credential_ids, kinds, verifiers, scram_sha256, scram_sha1, "
    "protocols, networks "
    "from directory.find_credentials($1)"};

std::vector<Credential> credentials_of(const pg::Row& row) {
    const auto ids = row.get<std::vector<std::int64_t>>(14);
    auto kinds = row.get<std::vector<std::string>>(15), verifiers = row.get<std::vector<std::string>>(16),
         sha256 = row.get<std::vector<std::string>>(17), sha1 = row.get<std::vector<std::string>>(18),
         protocols = row.get<std::vector<std::string>>(19), networks = row.get<std::vector<std::string>>(20);
    std::vector<Credential> out;
    for (std::size_t i = 0; i < ids.size(); ++i)
        out.push_back({.id = ids[i],
                       .kind = kinds[i] == "main" ? Credential::Kind::main : Credential::Kind::app,
                       .verifier = std::move(verifiers[i]),
                       .scram_sha256 = std::move(sha256[i]),
                       .scram_sha1 = std::move(sha1[i]),
                       .protocols = std::move(protocols[i]),
                       .networks = std::move(networks[i])});
    return out;
}
}  // namespace

Task<Result<std::optional<Identity>>> find_identity(pg::Pool& pool, const std::string& address, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, find, pg::params(address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    const auto row = (*rows)[0];
    co_return Identity{.version = row.get<std::int64_t>(0),
                       .tenant = row.get<TenantId>(1),
                       .account = row.get<AccountId>(2),
                       .address = row.get<std::string>(3),
                       .display_name = row.get<std::string>(4),
                       .kind = row.get<std::string>(5),
                       .state = row.get<std::string>(6),
                       .tenant_state = row.get<std::string>(7),
                       .scram_salt = row.get<std::string>(8),
                       .second_factor = row.get<bool>(9),
                       .second_factor_required = row.get<bool>(10),
                       .protocols = row.get<std::optional<std::vector<std::string>>>(11),
                       .has_ldap = row.get<bool>(12),
                       .scram_for_main = row.get<bool>(13),
                       .credentials = credentials_of(row)};
}

}  // namespace sky::auth
