#include "connection.h"

#include <poll.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>

#include "sky/base/ascii.h"
#include "sqlstate.h"

namespace sky::pg {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
constexpr auto as_awaitable = asio::as_tuple(asio::use_awaitable);

Error error_of(const PGresult* result) {
    const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char* detail = PQresultErrorField(result, PG_DIAG_CONTEXT);
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED)
        return Error{Fault::unavailable, "The store could not do this now", "skipped: an earlier statement of the pipeline failed"};
    const std::string_view state = sqlstate ? sqlstate : "08006";
    std::string reason = "SQLSTATE " + std::string(state) + ": " + ascii::printable(message ? message : PQresultErrorMessage(result), 500);
    if (detail) reason += " (" + ascii::printable(detail, 300) + ")";
    return Error{fault_of(state), "The store could not do this now", std::move(reason)};
}

Connection::Connection(asio::any_io_executor executor, PGconn* connection)
    : socket_(executor), timer_(std::make_shared<asio::steady_timer>(executor)), connection_(connection) {
    PQsetNoticeReceiver(connection_, &Connection::on_notice, this);
}

Connection::~Connection() {
    timer_->cancel();
    if (socket_.is_open()) socket_.release();  // libpq owns the descriptor
    PQfinish(connection_);
}

void Connection::on_notice(void* self, const PGresult* notice) {
    // "canceling wait for synchronous replication": committed here, perhaps nowhere else.
    const char* sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    if (sqlstate && std::strcmp(sqlstate, "01000") == 0) static_cast<Connection*>(self)->doubtful_ = true;
}

Task<Result<std::unique_ptr<Connection>>> Connection::open(asio::any_io_executor executor, const PoolOptions& options, Deadline deadline) {
    const char* keys[] = {"dbname", "application_name", "target_session_attrs", "client_encoding", "keepalives_idle", nullptr};
    const char* values[] = {options.dsn.c_str(), options.application.c_str(), "read-write", "UTF8", "30", nullptr};
    PGconn* raw = PQconnectStartParams(keys, values, 1);
    if (!raw) throw std::bad_alloc();
    std::unique_ptr<Connection> connection(new Connection(executor, raw));
    connection->use_deadline(deadline);
    auto ready = co_await connection->handshake(options);
    if (!ready) co_return forward(ready);
    connection->release_deadline();
    co_return connection;
}

Task<Result<void>> Connection::handshake(const PoolOptions& options) {
    if (PQstatus(connection_) == CONNECTION_BAD) co_return unexpected(broken_error());
    for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;) {
        attach_socket();  // libpq opens another socket for the next host of the DSN
        auto ready = co_await wait(next == PGRES_POLLING_READING ? stream_descriptor::wait_read : stream_descriptor::wait_write);
        if (!ready) co_return ready;
        next = PQconnectPoll(connection_);
        if (next == PGRES_POLLING_FAILED) co_return unexpected(broken_error());
    }
    attach_socket();
    if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1) co_return unexpected(broken_error());
    co_return co_await prepare_session(options);
}

void Connection::attach_socket() {
    if (socket_.is_open()) socket_.release();
    if (PQsocket(connection_) >= 0) socket_.assign(PQsocket(connection_));
}

Task<Result<void>> Connection::prepare_session(const PoolOptions& options) {
    // And no compiling of queries on the way: it takes seconds where a planner that has seen no statistics yet expects many rows. And the
    // server looks whether we are still there while a statement runs: what we gave up is not to be committed later.
    static constexpr Statement check{"sky.durability",
                                     "select current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on', "
                                     "current_setting('synchronous_commit') not in ('off', 'local'), "
                                     "current_setting('data_checksums') = 'on', pg_is_in_recovery(), set_config('jit', 'off', false), "
                                     "set_config('client_connection_check_interval', '500', false), "
                                     "case when $1 then set_config('plan_cache_mode', 'force_generic_plan', false) "
                                     "|| set_config('enable_seqscan', 'off', false) end"};
    static constexpr const char* names[] = {"fsync", "full_page_writes", "synchronous_commit", "data_checksums"};
    const auto number = send(check, params(options.plans == Plans::kept));
    sync();
    auto rows = co_await result_of(number);
    if (!rows) co_return forward(rows);
    auto drained = co_await drain();
    if (!drained) co_return drained;
    reset_numbers();
    const Row row = (*rows)[0];
    if (row.get<bool>(4)) co_return unexpected(Fault::unavailable, "The store is not ready", "the server is a standby");
    for (int i = 0; i < 4 && options.durability == Durability::required; ++i)
        if (!row.get<bool>(i))
            co_return unexpected(Fault::unavailable, "The store is not safe",
                                 std::string("the PostgreSQL setting ") + names[i] + " would lose acknowledged mail; switch it on");
    co_return Result<void>{};
}

void Connection::use_deadline(Deadline deadline) {
    timed_out_ = false;
    timer_->expires_at(deadline);
    timer_->async_wait([this, alive = std::weak_ptr(timer_)](boost::system::error_code error) {
        // A cancelled wait may have been queued as expired already: the timer's own time decides.
        const auto timer = alive.lock();
        if (error || !timer || timer->expiry() > std::chrono::steady_clock::now()) return;
        timed_out_ = true;
        if (socket_.is_open()) socket_.cancel();
    });
}

void Connection::forget_old_plans(const PoolOptions& options) {
    static constexpr Statement forget{"sky.forget_plans", "discard plans"};
    const auto now = std::chrono::steady_clock::now();
    if (options.plans == Plans::weighed || now < planned_ + options.plans_last / shorter_) return;
    planned_ = now;
    shorter_ = std::max(shorter_ / 2, 1);
    send(forget, Params{});
}

void Connection::release_deadline() {
    timer_->expires_at(Deadline::max());
    timed_out_ = false;
}

std::size_t Connection::send(const Statement& statement, const Params& params) {
    const std::size_t number = outcomes_.size();
    outcomes_.emplace_back();
    bool sent = !broken_;
    if (sent && !prepared_.contains(statement.name)) {
        sent = PQsendPrepare(connection_, std::string(statement.name).c_str(), std::string(statement.sql).c_str(),
                             static_cast<int>(params.count()), params.oids()) == 1;
        if (sent) expected_.push_back({Expected::Kind::prepare, number, statement.name});
        prepared_.insert(statement.name);
    }
    if (sent) {
        const auto values = params.values();
        const std::vector<int> formats(params.count(), 1);
        sent = PQsendQueryPrepared(connection_, std::string(statement.name).c_str(), static_cast<int>(params.count()), values.data(),
                                   params.lengths(), formats.data(), 1) == 1;
        if (sent) expected_.push_back({Expected::Kind::statement, number, statement.name});
    }
    if (!sent) broken_ = true;
    return number;
}

void Connection::sync() {
    if (broken_) return;
    if (PQpipelineSync(connection_) == 1)
        expected_.push_back({Expected::Kind::sync, 0, {}});
    else
        broken_ = true;
}

Task<Result<Rows>> Connection::result_of(std::size_t number) {
    while (!outcomes_[number].done) {
        // Behind a sync the server sends what it has anyway.
        if (!broken_ && expected_.back().kind != Expected::Kind::sync && PQsendFlushRequest(connection_) != 1) broken_ = true;
        // The last entry of this statement is the one before the first entry of a later one.
        std::size_t after = 0;
        for (const auto& entry : expected_)
            if (entry.kind == Expected::Kind::sync || entry.number > number) ++after;
        auto read = co_await read_until(after);
        if (!read) co_return forward(read);
    }
    Outcome& outcome = outcomes_[number];
    if (outcome.error) co_return unexpected(*outcome.error);
    co_return std::move(outcome.rows);
}

Task<Result<void>> Connection::drain() {
    auto read = co_await read_until(0);
    if (!read) co_return read;
    for (auto& outcome : outcomes_)
        if (outcome.error) co_return unexpected(*outcome.error);
    co_return Result<void>{};
}

void Connection::reset_numbers() {
    outcomes_.clear();
    doubtful_ = false;
}

Task<Result<void>> Connection::read_until(std::size_t remaining) {
    for (int pauses = 0; expected_.size() > remaining;) {
        if (broken_) co_return unexpected(broken_error());
        while (PQisBusy(connection_)) {
            auto more = co_await wait_readable_or_flush();
            if (!more) co_return more;
        }
        pg_result* result = PQgetResult(connection_);
        if (result) {
            accept(result);
            pauses = 0;
        } else if (expected_.front().answered) {
            expected_.pop_front();
        } else if (PQstatus(connection_) == CONNECTION_BAD) {
            broken_ = true;
        } else if (++pauses > 2) {  // the first NULL only makes libpq turn to its next command
            auto more = co_await wait_readable_or_flush();
            if (!more) co_return more;
        }
    }
    co_return Result<void>{};
}

namespace {
// FATAL: the server ends the connection, perhaps after a COMMIT was carried out. Whoever waits for one is in doubt.
bool is_the_end(const PGresult* result) {
    const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity && (std::string_view(severity) == "FATAL" || std::string_view(severity) == "PANIC");
}
// What was the primary a moment ago, or a session that was told to be read-only: a new connection looks for a server that takes writes.
bool is_demoted(const PGresult* result) {
    const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return sqlstate && std::string_view(sqlstate) == "25006";
}
}  // namespace

void Connection::accept(pg_result* result) {
    Expected& entry = expected_.front();
    const auto status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        expected_.pop_front();  // nothing follows a sync's result
        return;
    }
    entry.answered = true;
    const bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!good && is_the_end(result)) broken_ = true;
    if (!good && is_demoted(result)) demoted_ = true;
    if (entry.kind == Expected::Kind::sync) {  // the server goes after all statements were answered: a COMMIT among them stands
        PQclear(result);
        return;
    }
    if (entry.kind == Expected::Kind::prepare) {
        if (!good) {
            prepared_.erase(entry.name);
            outcomes_[entry.number].error = failure(result);
        }
        PQclear(result);
        return;
    }
    Outcome& outcome = outcomes_[entry.number];
    outcome.done = true;
    if (good)
        outcome.rows = Rows(result);
    else {
        if (!outcome.error) outcome.error = failure(result);
        PQclear(result);
    }
    if (PQstatus(connection_) == CONNECTION_BAD) broken_ = true;
}

// Whoever first takes the result of a statement that was skipped hears why, where that says nothing of the failed statement's meaning.
Error Connection::failure(const PGresult* result) const {
    if (PQresultStatus(result) != PGRES_PIPELINE_ABORTED) return error_of(result);
    for (const Outcome& before : outcomes_) {
        if (!before.error) continue;
        const Fault fault = before.error->fault;
        if (fault == Fault::timeout || fault == Fault::unavailable || fault == Fault::conflict) return *before.error;
        break;
    }
    return error_of(result);
}

Task<Result<void>> Connection::wait_readable_or_flush() {
    using namespace asio::experimental::awaitable_operators;
    if (timed_out_) co_return unexpected(interrupted());
    const int unsent = PQflush(connection_);
    if (unsent < 0) {
        broken_ = true;
        co_return unexpected(broken_error());
    }
    if (unsent == 0) {
        auto ready = co_await wait(stream_descriptor::wait_read);
        if (!ready) co_return ready;
    } else {
        // Both directions: the server may stop reading until we take its answers.
        const auto ready = co_await (socket_.async_wait(stream_descriptor::wait_read, as_awaitable) ||
                                     socket_.async_wait(stream_descriptor::wait_write, as_awaitable));
        const auto [error] = ready.index() == 0 ? std::get<0>(ready) : std::get<1>(ready);
        if (error) co_return unexpected(interrupted());
    }
    if (PQconsumeInput(connection_) != 1) {
        broken_ = true;
        co_return unexpected(broken_error());
    }
    co_return Result<void>{};
}

Task<Result<void>> Connection::wait(stream_descriptor::wait_type type) {
    if (!timed_out_ && socket_.is_open()) {
        const auto [error] = co_await socket_.async_wait(type, as_awaitable);
        if (!error) co_return Result<void>{};
    }
    co_return unexpected(interrupted());
}

Error Connection::interrupted() {
    if (!timed_out_) return broken_error();
    broken_ = true;
    return {Fault::timeout, "The store did not answer in time", "deadline passed while waiting for PostgreSQL"};
}

Error Connection::broken_error() {
    broken_ = true;
    return {Fault::unavailable, "The store is not available", "PostgreSQL: " + ascii::printable(PQerrorMessage(connection_), 400)};
}

bool Connection::usable() {
    if (broken_ || !expected_.empty()) return false;
    pollfd probe{PQsocket(connection_), POLLIN, 0};
    // Whatever the server says to an idle connection, it is nearly always its end.
    if (::poll(&probe, 1, 0) != 0) broken_ = true;
    return !broken_;
}

}  // namespace sky::pg
