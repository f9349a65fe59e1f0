#pragma once
// Where addresses lead, looked up many at a time.
#include <optional>
#include <string>
#include <vector>

#include "auth/expansion.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct Routes {
    std::int64_t version = 0;   // of the directory when these were read
    std::vector<Route> routes;  // one for each address asked for, in its order
};

// Who writes, where groups' rules are to be asked.
struct Sender {
    std::string address;  // normalised; empty for <>
    enum class Proof { none, signed_in } proof = Proof::none;
};

// `addresses` are normalised.
Task<Result<Routes>> find_routes(pg::Pool& pool, const std::vector<std::string>& addresses, const std::optional<Sender>& sender,
                                 pg::Deadline deadline);

// The whole way of one address. The version is the oldest of all that was read.
struct Resolved {
    Resolution resolution;
    std::int64_t version = 0;
};
Task<Result<Resolved>> resolve_address(pg::Pool& pool, std::string address, std::optional<Sender> sender, pg::Deadline deadline);

// Those of many, in their order; each round of the way is one query for all.
Task<Result<std::vector<Resolved>>> resolve_addresses(pg::Pool& pool, const std::vector<std::string>& addresses,
                                                      std::optional<Sender> sender, pg::Deadline deadline);

}  // namespace sky::auth
