#pragma once
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <vector>

#include "connection.h"

namespace sky::pg {

// What a Pool and its Transactions share. A Transaction may outlive its Pool's wish to close; the last one ends it.
struct Pool::State : std::enable_shared_from_this<Pool::State> {
    boost::asio::any_io_executor executor;
    PoolOptions options;
    std::vector<std::unique_ptr<Connection>> idle;
    std::size_t open = 0;  // idle, in use, and being opened
    std::list<boost::asio::steady_timer*> waiters;
    bool closed = false;

    Task<Result<std::unique_ptr<Connection>>> acquire(Deadline deadline);
    void release(std::unique_ptr<Connection> connection);
    // Rolls back in the background and releases; used when a Transaction is dropped half-way.
    void rollback(std::unique_ptr<Connection> connection);
    void wake_one();
};

struct Transaction::State {
    std::shared_ptr<Pool::State> pool;
    std::unique_ptr<Connection> connection;
    bool begun = false;
    bool ending = false;  // COMMIT is queued or sent
    bool in_doubt = false;
    TenantId tenant;
    Deadline deadline;

    void begin();
};

// Queues what a transaction's statements run under: the tenant that row-level security looks at, and a statement_timeout of three quarters
// of what is left of the deadline. So the server itself ends a statement that nobody will wait for any more, before a COMMIT that was sent
// along with it is reached, and the caller hears of it while it still listens. Several statements that together take too long are ended
// half a second after we gave up their connection (client_connection_check_interval, set once a connection).
void send_scope(Connection& connection, TenantId tenant, Deadline deadline);

namespace statements {
inline constexpr Statement begin{"sky.begin", "begin"};
inline constexpr Statement commit{"sky.commit", "commit"};
inline constexpr Statement rollback{"sky.rollback", "rollback"};
inline constexpr Statement set_limit{"sky.set_limit", "select set_config('statement_timeout', $1, true)"};
inline constexpr Statement set_tenant{"sky.set_tenant",
                                      "select set_config('statement_timeout', $1, true), set_config('sky.tenant', $2, true)"};
}  // namespace statements

}  // namespace sky::pg
