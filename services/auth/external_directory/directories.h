#pragma once
// The directories elsewhere that this shard has asked lately: one client each, as configured then. One shard only.
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "auth/external_directory/reach.h"
#include "auth/sealing.h"
#include "auth/store/external_directories.h"
#include "auth/store/identities.h"
#include "sky/ldap/client.h"
#include "sky/pg/pool.h"

namespace sky::auth {

// Whose secret the bind password is.
SealedFor bind_password_place(TenantId tenant);

class Directories {
  public:
    // All outlive this.
    Directories(pg::Pool& pool, const Seal& seal, const ExternalReach& reach);

    // A tenant's directory and how to ask it.
    struct Known {
        ExternalDirectoryRow row;
        ldap::Client client;
    };
    // Kept by the caller while it asks: others may have it replaced meanwhile. `version` is what find_credentials said: an older client is
    // not used. Fault::unavailable when it is gone, or its bind password can't be read.
    Task<Result<std::shared_ptr<Known>>> of(TenantId tenant, std::int64_t version, Deadline deadline);
    // As this row says, which need not be stored.
    Result<std::shared_ptr<Known>> with(const ExternalDirectoryRow& row) const;

    // Whether the password is that of the one entry which is this account's: by its address, and by its external id where a sync has noted
    // one. Could not be looked at: a fault, always temporary.
    Task<Result<ldap::Verdict>> prove(const Identity& who, std::string password, Deadline deadline);
    // The same work and the same faults, but for the bind, about an address that nobody has here.
    Task<Result<void>> look_for_stranger(DirectoryOfDomain directory, std::string address, Deadline deadline);

  private:
    struct Found {
        std::shared_ptr<Known> directory;
        std::optional<ldap::Entry> entry;
        bool several;  // and so nobody's
    };
    Task<Result<Found>> find(TenantId tenant, std::int64_t version, std::string address, std::string external_id, Deadline deadline);

    pg::Pool& pool_;
    const Seal& seal_;
    const ExternalReach& reach_;
    std::unordered_map<std::int64_t, std::shared_ptr<Known>> known_;  // by tenant
    std::deque<std::int64_t> by_age_;
};

}  // namespace sky::auth
