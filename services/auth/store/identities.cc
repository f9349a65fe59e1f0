#include "auth/store/identities.h"

namespace sky::auth {
namespace {
constexpr pg::Statement find{
    "directory.find_credentials",
    "select version, tenant_id, account_id, address, display_name, kind, state, tenant_state, scram_salt, second_factor, "
    "second_factor_required, account_protocols, directory_version, external_id, scram_for_main, credential_ids, kinds, verifiers, "
    "scram_sha256, scram_sha1, "
    "protocols, networks "
    "from directory.find_credentials($1)"};

std::vector<Credential> credentials_of(const pg::Row& row) {
    const auto ids = row.get<std::vector<std::int64_t>>(15);
    auto kinds = row.get<std::vector<std::string>>(16), verifiers = row.get<std::vector<std::string>>(17),
         sha256 = row.get<std::vector<std::string>>(18), sha1 = row.get<std::vector<std::string>>(19),
         protocols = row.get<std::vector<std::string>>(20), networks = row.get<std::vector<std::string>>(21);
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

Task<Result<Sought>> seek_identity(pg::Pool& pool, const std::string& address, pg::Deadline deadline) {
    auto rows = co_await pool.query(TenantId{}, find, pg::params(address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return Sought{};
    const auto row = (*rows)[0];
    if (!row.get<AccountId>(2))
        co_return Sought{.who = {}, .strangers = DirectoryOfDomain{row.get<TenantId>(1), row.get<std::int64_t>(12)}};
    Sought out;
    out.who = Identity{.version = row.get<std::int64_t>(0),
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
                       .directory_version = row.get<std::int64_t>(12),
                       .external_id = row.get<std::string>(13),
                       .scram_for_main = row.get<bool>(14),
                       .credentials = credentials_of(row)};
    co_return out;
}

Task<Result<std::optional<Identity>>> find_identity(pg::Pool& pool, const std::string& address, pg::Deadline deadline) {
    auto sought = co_await seek_identity(pool, address, deadline);
    if (!sought) co_return forward(sought);
    co_return std::move(sought->who);
}

}  // namespace sky::auth
