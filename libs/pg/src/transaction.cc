#include <algorithm>

#include "pool_state.h"

namespace sky::pg {

void Transaction::State::begin() {
    if (begun) return;
    begun = true;
    connection->send(statements::begin, Params{});
    send_scope(*connection, tenant, deadline);
}

void send_scope(Connection& connection, TenantId tenant, Deadline deadline) {
    using std::chrono::milliseconds;
    constexpr milliseconds least(1), most(std::chrono::hours(24));  // 0 would be no limit
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    Params params = Params{}.add(std::to_string(std::clamp(left / 4 * 3, least, most).count()));
    if (tenant) params.add(std::to_string(tenant.value));
    connection.send(tenant ? statements::set_tenant : statements::set_limit, params);
}

Transaction::Transaction(std::unique_ptr<State> state) : state_(std::move(state)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&& other) noexcept {
    if (this != &other) {
        Transaction dropped(std::move(*this));
        state_ = std::move(other.state_);
    }
    return *this;
}

Transaction::~Transaction() {
    if (!state_ || !state_->connection) return;
    auto pool = state_->pool;
    if (state_->begun)
        pool->rollback(std::move(state_->connection));
    else
        pool->release(std::move(state_->connection));
}

Transaction::Ticket Transaction::queue(const Statement& statement, const Params& params) {
    state_->begin();
    return {state_->connection->send(statement, params)};
}

Task<Result<Rows>> Transaction::take(Ticket ticket) { co_return co_await state_->connection->result_of(ticket.number); }

Task<Result<Rows>> Transaction::query(const Statement& statement, const Params& params) {
    const Ticket ticket = queue(statement, params);
    co_return co_await take(ticket);
}

void Transaction::queue_commit() {
    if (!state_->begun || state_->ending) return;
    state_->ending = true;
    state_->connection->send(statements::commit, Params{});
    state_->connection->sync();
}

Task<Result<void>> Transaction::commit() {
    auto& connection = *state_->connection;
    if (!state_->begun) {
        state_->pool->release(std::move(state_->connection));
        co_return Result<void>{};
    }
    queue_commit();
    auto done = co_await connection.drain();
    if (!done) {
        // A server that answered with an error has rolled back (a failed COMMIT included). Without an answer nobody knows.
        state_->in_doubt = connection.broken();
        if (!connection.broken()) {
            state_->begun = false;  // after the sync the failed transaction still stands open
            state_->pool->rollback(std::move(state_->connection));
        } else {
            state_->pool->release(std::move(state_->connection));
        }
        co_return done;
    }
    if (connection.doubtful()) {
        state_->in_doubt = true;
        state_->pool->release(std::move(state_->connection));
        co_return unexpected(Fault::unavailable, "The store could not confirm this", "synchronous replication was not confirmed (01000)");
    }
    state_->pool->release(std::move(state_->connection));
    co_return Result<void>{};
}

bool Transaction::in_doubt() const {
    return state_ && (state_->in_doubt || (state_->ending && state_->connection && state_->connection->broken()));
}

}  // namespace sky::pg
