#include "sky/pg/pool.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "pool_state.h"

namespace sky::pg {

namespace asio = boost::asio;

Task<Result<std::unique_ptr<Connection>>> Pool::State::acquire(Deadline deadline) {
    auto self = shared_from_this();
    while (!closed) {
        while (!idle.empty()) {
            auto connection = std::move(idle.back());
            idle.pop_back();
            if (connection->usable()) {
                connection->use_deadline(deadline);
                connection->forget_old_plans(options);
                co_return connection;
            }
            --open;
        }
        if (open < options.connections) {
            ++open;
            auto connection = co_await Connection::open(executor, options, deadline);
            if (!connection) {
                --open;
                wake_one();
                co_return forward(connection);
            }
            (*connection)->use_deadline(deadline);
            co_return std::move(*connection);
        }
        asio::steady_timer turn(executor, deadline);
        const auto place = waiters.insert(waiters.end(), &turn);
        const auto [error] = co_await turn.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error != asio::error::operation_aborted) {
            waiters.erase(place);
            co_return unexpected(Fault::timeout, "The store is busy", "no database connection became free in time");
        }
        // wake_one() took us from the list before it cancelled the timer; a cancelled coroutine must take itself out.
        if (std::erase(waiters, &turn) != 0) break;
    }
    co_return unexpected(Fault::unavailable, "The service is shutting down", "the connection pool is closed");
}

void Pool::State::wake_one() {
    if (waiters.empty()) return;
    asio::steady_timer* turn = waiters.front();
    waiters.pop_front();
    turn->cancel();
}

void Pool::State::release(std::unique_ptr<Connection> connection) {
    connection->release_deadline();
    if (!closed && !connection->broken() && !connection->demoted() && !connection->outstanding()) {
        connection->reset_numbers();
        idle.push_back(std::move(connection));
    } else {
        --open;
        connection.reset();
    }
    wake_one();
}

namespace {
constexpr auto rollback_time = std::chrono::seconds(5);
}

void Pool::State::rollback(std::unique_ptr<Connection> connection) {
    if (connection->broken() || closed) return release(std::move(connection));
    // Always from a fresh stack: a Transaction may be destroyed anywhere.
    asio::co_spawn(
        executor,
        [](std::shared_ptr<Pool::State> pool, std::unique_ptr<Connection> left) -> Task<void> {
            left->use_deadline(after(rollback_time));
            left->sync();
            left->send(statements::rollback, Params{});
            left->sync();
            (void)co_await left->drain();  // failures of the statements before are why we are here
            pool->release(std::move(left));
        }(shared_from_this(), std::move(connection)),
        asio::detached);
}

Pool::Pool(asio::any_io_executor executor, PoolOptions options) : state_(std::make_shared<State>()) {
    state_->executor = std::move(executor);
    state_->options = std::move(options);
}
Pool::~Pool() { close(); }

void Pool::close() {
    state_->closed = true;
    state_->open -= state_->idle.size();
    state_->idle.clear();
    while (!state_->waiters.empty()) state_->wake_one();
}

std::size_t Pool::in_use() const { return state_->open - state_->idle.size(); }

Task<Result<Transaction>> Pool::begin(TenantId tenant, Deadline deadline) {
    auto connection = co_await state_->acquire(deadline);
    if (!connection) co_return forward(connection);
    auto state = std::make_unique<Transaction::State>();
    state->pool = state_;
    state->connection = std::move(*connection);
    state->tenant = tenant;
    state->deadline = deadline;
    co_return Transaction(std::move(state));
}

Task<Result<Rows>> Pool::query(TenantId tenant, const Statement& statement, const Params& params, Deadline deadline) {
    auto acquired = co_await state_->acquire(deadline);
    if (!acquired) co_return forward(acquired);
    auto connection = std::move(*acquired);
    // The statements up to a sync are one transaction for the server.
    send_scope(*connection, tenant, deadline);
    const auto number = connection->send(statement, params);
    connection->sync();
    auto rows = co_await connection->result_of(number);
    if (!connection->broken()) {
        auto done = co_await connection->drain();
        if (rows && !done) rows = forward(done);
    }
    state_->release(std::move(connection));
    co_return rows;
}

Task<Result<void>> Pool::check(Deadline deadline) {
    static constexpr Statement alive{"sky.alive", "select 1"};
    auto rows = co_await query(TenantId{}, alive, Params{}, deadline);
    if (!rows) co_return forward(rows);
    co_return Result<void>{};
}

}  // namespace sky::pg
