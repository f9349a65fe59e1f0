#pragma once
// Devices that wait to be let in (RFC 8628).
#include <optional>
#include <string>
#include <vector>

#include "auth/store/oauth_tokens.h"

namespace sky::auth::oauth {

struct NewDevice {
    std::string device_digest, user_digest, client_id;
    std::vector<std::string> scopes, resources;
    std::string remote;
    Time expires;
};
// Fault::limit when too many of this remote address wait.
Task<Result<void>> insert_device(pg::Pool& pool, const NewDevice& device, pg::Deadline deadline);

struct DeviceRow {
    std::string client_id;
    std::vector<std::string> scopes, resources;
};
// One that waits. Empty: none.
Task<Result<std::optional<DeviceRow>>> find_waiting(pg::Pool& pool, const std::string& user_digest, pg::Deadline deadline);
// In a transaction of the tenant; false: it waits no more.
Task<Result<bool>> let_in(pg::Transaction& transaction, const std::string& user_digest, TenantId tenant, std::int64_t grant);
Task<Result<bool>> turn_down(pg::Pool& pool, const std::string& user_digest, pg::Deadline deadline);

// The device asks. One that asks faster than it may has to wait five seconds longer from then on (§3.5).
struct Poll {
    std::string state;  // pending, approved, denied
    bool is_live = false, is_hasty = false;
    TenantId tenant;
    std::int64_t grant = 0;
};
Task<Result<std::optional<Poll>>> poll(pg::Pool& pool, const std::string& device_digest, const std::string& client_id,
                                       pg::Deadline deadline);
// What was granted to the device that asks, as a Held without a token; empty: the account may not sign in (any more).
Task<Result<std::optional<Held>>> find_granted(pg::Pool& pool, TenantId tenant, std::int64_t grant, pg::Deadline deadline);
// True once.
Task<Result<bool>> spend_device(pg::Transaction& transaction, const std::string& device_digest);

}  // namespace sky::auth::oauth
