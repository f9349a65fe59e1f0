#pragma once
// Programs that may ask for tokens. `view` is whom a reader sees (Subject::view).
#include "auth/oauth/client.h"
#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth::oauth {

// For the endpoints of programs, which have no tenant: any client, or nothing.
Task<Result<std::optional<Client>>> find_client(pg::Pool& pool, const std::string& id, pg::Deadline deadline);

// Of this tenant (nothing: of nobody), or all that the view shows.
struct ClientFilter {
    std::optional<TenantId> tenant;
};
Task<Result<std::vector<Client>>> list_clients(pg::Pool& pool, TenantId view, const ClientFilter& filter, Page page, pg::Deadline deadline);

// Writes work in a transaction of the client's tenant, or of none.
Task<Result<Client>> insert_client(pg::Transaction& transaction, const Client& client);
// False: there is none of this id and tenant. Its grants go with it.
Task<Result<bool>> delete_client(pg::Transaction& transaction, TenantId tenant, const std::string& id);
Task<Result<std::optional<Client>>> set_client_secret(pg::Transaction& transaction, TenantId tenant, const std::string& id,
                                                      const std::string& digest);
// How many have registered themselves: at all, and within a day from this network.
struct Registered {
    std::int64_t all = 0, of_network = 0;
};
Task<Result<Registered>> count_registered(pg::Pool& pool, const std::string& network, pg::Deadline deadline);
// Those of them that somebody serves.
Task<Result<std::vector<std::string>>> served_of(pg::Pool& pool, const std::vector<std::string>& resources, pg::Deadline deadline);

}  // namespace sky::auth::oauth
