#pragma once
// One connection to PostgreSQL in pipeline mode, driven by its socket's readiness on the shard's io_context.
#include <libpq-fe.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "sky/pg/pool.h"

namespace sky::pg {

class Connection {
  public:
    // Tries the hosts of the DSN until one takes writes, and refuses a server that could lose what it acknowledged.
    // libpq resolves host names with a blocking call here, once a connection.
    static Task<Result<std::unique_ptr<Connection>>> open(boost::asio::any_io_executor executor, const PoolOptions& options,
                                                          Deadline deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // From now on every wait ends at the deadline; the connection is broken then. release_deadline() between uses.
    void use_deadline(Deadline deadline);
    void release_deadline();

    // Before the first statement of a use: kept plans that are too old are made anew.
    void forget_old_plans(const PoolOptions& options);

    // Queues a statement (and its preparation when it is new here); returns its number, counted up from 0 since reset_numbers().
    std::size_t send(const Statement& statement, const Params& params);
    // Queues the end of the implicit transaction or of the error state.
    void sync();
    // Flushes and reads until statement `number` has its result.
    Task<Result<Rows>> result_of(std::size_t number);
    // Flushes and reads until nothing is outstanding; the first failure of a statement whose result nobody took.
    Task<Result<void>> drain();
    void reset_numbers();

    bool usable();  // idle, not broken, and the server has not hung up
    bool broken() const { return broken_; }
    bool demoted() const { return demoted_; }    // the server takes no writes any more: not to be used again
    bool doubtful() const { return doubtful_; }  // a synchronous commit was not confirmed by the standby (warning 01000)
    bool outstanding() const { return !expected_.empty(); }

  private:
    Connection(boost::asio::any_io_executor executor, PGconn* connection);
    struct Expected {
        enum class Kind { prepare, statement, sync } kind;
        std::size_t number = 0;  // of the statement
        std::string_view name;   // of the prepared statement
        bool answered = false;
    };
    struct Outcome {
        bool done = false;
        Rows rows;
        std::optional<Error> error;
    };

    Task<Result<void>> handshake(const PoolOptions& options);
    Task<Result<void>> prepare_session(const PoolOptions& options);
    Task<Result<void>> wait_readable_or_flush();
    Task<Result<void>> wait(boost::asio::posix::stream_descriptor::wait_type type);
    Task<Result<void>> read_until(std::size_t remaining);  // expected_ has at most `remaining` entries left
    void attach_socket();
    void accept(pg_result* result);
    Error failure(const PGresult* result) const;
    Error broken_error();
    Error interrupted();  // a wait ended early: deadline or cancellation
    static void on_notice(void* self, const PGresult* notice);

    boost::asio::posix::stream_descriptor socket_;
    std::shared_ptr<boost::asio::steady_timer> timer_;
    PGconn* connection_;
    std::set<std::string_view> prepared_;
    std::deque<Expected> expected_;
    std::deque<Outcome> outcomes_;  // by statement number
    std::chrono::steady_clock::time_point planned_ = std::chrono::steady_clock::now();
    int shorter_ = 32;  // so many times shorter than plans_last these plans last
    bool timed_out_ = false;
    bool broken_ = false;
    bool doubtful_ = false;
    bool demoted_ = false;
};

// The error of a failed result or connection, with SQLSTATE and text in the reason.
Error error_of(const PGresult* result);

}  // namespace sky::pg
