#pragma once
// Who an address belongs to, with what proves it.
#include <optional>
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::auth {

struct Credential {
    std::int64_t id = 0;
    enum class Kind { main, app } kind = Kind::main;
    std::string verifier;
    std::string scram_sha256, scram_sha1;  // empty: none
    std::string protocols;                 // separated by commas; empty: all
    std::string networks;                  // likewise
};

struct Identity {
    std::int64_t version = 0;  // of the directory when this was read
    TenantId tenant;
    AccountId account;
    std::string address;
    std::string display_name;
    std::string kind;
    std::string state;
    std::string tenant_state;
    std::string scram_salt;
    bool second_factor = false;                         // enrolled
    bool second_factor_required = false;                // by the tenant
    std::optional<std::vector<std::string>> protocols;  // the account's, or its plan's; nothing: all
    std::int64_t directory_version = 0;                 // of the tenant's directory elsewhere that proves its main password; 0: none does
    std::string external_id;                            // what it is known by there, as a sync has noted
    bool scram_for_main = false;                        // the tenant wants SCRAM verifiers of main passwords
    std::vector<Credential> credentials;                // main first
};

// Of an address that nobody has: the tenant of its domain whose directory proves the passwords there, and its version.
struct DirectoryOfDomain {
    TenantId tenant;
    std::int64_t version = 0;
};
struct Sought {
    std::optional<Identity> who;
    std::optional<DirectoryOfDomain> strangers;
};

// `address` is normalised. One statement, whoever it is.
Task<Result<Sought>> seek_identity(pg::Pool& pool, const std::string& address, pg::Deadline deadline);
// Empty: nobody.
Task<Result<std::optional<Identity>>> find_identity(pg::Pool& pool, const std::string& address, pg::Deadline deadline);

}  // namespace sky::auth
