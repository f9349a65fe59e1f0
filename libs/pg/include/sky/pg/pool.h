#pragma once
// PostgreSQL, awaited. Every statement is prepared once per connection and sent in binary through libpq's pipeline mode, so that
// BEGIN, the tenant, several statements and COMMIT travel in one round trip (docs/adr/0001). Nothing here blocks the io_context.
//
// One Pool per shard (io_context); a Pool, its Transactions and Rows belong to that shard's thread.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/ids.h"
#include "sky/base/result.h"
#include "sky/pg/params.h"
#include "sky/pg/rows.h"

namespace sky::pg {

using sky::Deadline;

// A statement text with its name, in static storage: constexpr Statement find_mailbox{"mailstore.find_mailbox", "select … $1"};
// Names are unique in the process.
struct Statement {
    std::string_view name;
    std::string_view sql;
};

// Connections refuse a server whose fsync, full_page_writes or synchronous_commit is off or that has no data checksums, unless allowed.
enum class Durability { required, waived };

// weighed: PostgreSQL plans a statement again for each set of parameters until it finds that pointless, which arrays keep it from finding.
// kept: once a connection for all parameters. For statements that are planned well without knowing them (a test of their owner looks), on
// tables that grow: whole tables are read only where no index helps, and plans are made anew after PoolOptions::plans_last. A connection's
// first ones sooner (a thirty-second of that, then twice as long each time): in a new database tables are still empty when they are made.
enum class Plans { weighed, kept };

struct PoolOptions {
    std::string dsn;              // libpq URI or key=value; several hosts are tried for the one that takes writes
    std::size_t connections = 8;  // at most; opened when needed
    Durability durability = Durability::required;
    Plans plans = Plans::weighed;
    std::chrono::milliseconds plans_last = std::chrono::minutes(1);
    std::string application = "skybridge";
};

class Connection;
class Pool;

// One transaction on one connection. Statements are queued and travel together; awaiting a result sends what is queued.
// Destroyed without commit() it is rolled back. After any failed statement all later ones fail and only rollback remains.
class Transaction {
  public:
    Transaction(Transaction&&) noexcept;
    Transaction& operator=(Transaction&&) noexcept;
    ~Transaction();

    struct Ticket {
        std::size_t number;
    };
    // Queues without sending; the result is fetched with take(). A ticket never taken is still checked for failure by commit().
    Ticket queue(const Statement& statement, const Params& params);
    Task<Result<Rows>> take(Ticket ticket);
    // queue + take.
    Task<Result<Rows>> query(const Statement& statement, const Params& params);

    // Queues COMMIT behind what is queued, so that it travels in the same round trip: nothing can be queued any more, results can be taken,
    // and commit() awaits the end. Whoever finds a result bad then finds it committed; a statement that failed is rolled back as ever.
    void queue_commit();
    // Sends the rest and COMMIT, and awaits it. After an error, in_doubt() says that COMMIT was sent and its answer lost: the caller
    // must run the whole transaction again with the same operation id, and tell its peer a temporary error if it can't.
    Task<Result<void>> commit();
    bool in_doubt() const;

  private:
    friend class Pool;
    struct State;
    explicit Transaction(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class Pool {
  public:
    Pool(boost::asio::any_io_executor executor, PoolOptions options);
    ~Pool();

    // A transaction (READ COMMITTED) whose rows of other tenants are invisible (row-level security by sky.tenant). TenantId{} is no
    // tenant: only tables without tenants can be read then, unless the role has a policy of its own. The deadline bounds the wait for
    // a connection and every statement. A statement that three quarters of it do not suffice for is ended by the server, and so are waits
    // for locks (Fault::timeout, and nothing is done); where no answer comes the connection is given up at the deadline (Fault::timeout).
    Task<Result<Transaction>> begin(TenantId tenant, Deadline deadline);

    // One statement in a transaction of its own, one round trip.
    Task<Result<Rows>> query(TenantId tenant, const Statement& statement, const Params& params, Deadline deadline);

    // Fault::unavailable with the reason when the server can't be reached or is not fit to serve.
    Task<Result<void>> check(Deadline deadline);

    std::size_t in_use() const;
    void close();  // drops idle connections; waiting begin()s fail

  private:
    friend class Transaction;
    struct State;
    std::shared_ptr<State> state_;
};

// SQLSTATEs become faults: 40001, 40P01 → conflict (run it again); 23505 → already_exists; 23503 → not_found; 57014 → timeout; classes 08,
// 53, 55, 57 and 25006 → unavailable; the rest → internal. Error::reason carries the SQLSTATE and the server's text.
bool is_worth_retrying(const Error& error);  // serialization failure or deadlock

}  // namespace sky::pg
