#include "encode.h"
#include "sky/calstore/calstore.h"
#include "sql.h"

namespace sky::calstore {

// RFC 6578 §3.5. Number order is commit order (the account's row lock), so what a token has seen stays seen.
Task<Result<Changes>> CalStore::changes(Owner owner, Collection collection, std::string token, std::size_t limit, WithData data,
                                        Deadline deadline) {
    Token since{.epoch = collection.epoch, .collection = collection.id};
    if (!token.empty()) {
        const auto read = read_token(token);
        if (!read || read->epoch != collection.epoch || read->collection != collection.id)
            co_return Changes{.outcome = Changes::Outcome::invalid_token};
        since = *read;
    }
    auto transaction = co_await pool_->begin(owner.tenant, deadline);
    if (!transaction) co_return forward(transaction);
    // The state is read first: whatever the second statement sees beyond it will be told again, never missed.
    const auto state_ticket = transaction->queue(sql::sync_state, pg::params(owner.tenant, owner.account, collection.id));
    const auto changes_ticket =
        transaction->queue(data == WithData::yes ? sql::changes_with_data : sql::changes,
                           pg::params(owner.tenant, owner.account, collection.id, since.modseq, static_cast<std::int64_t>(limit) + 1));
    auto state = co_await transaction->take(state_ticket);
    if (!state) co_return forward(state);
    auto rows = co_await transaction->take(changes_ticket);
    if (!rows) co_return forward(rows);
    if (state->empty()) co_return Changes{.outcome = Changes::Outcome::no_collection};
    const pg::Row now = (*state)[0];
    if (!token.empty() &&
        (since.modseq > now.get<ModSeq>(0) || since.modseq < now.get<ModSeq>(2) || since.epoch != now.get<std::int32_t>(1))) {
        co_return Changes{.outcome = Changes::Outcome::invalid_token};
    }
    Changes out;
    out.truncated = rows->size() > limit;
    Token next{.epoch = now.get<std::int32_t>(1), .collection = collection.id, .modseq = now.get<ModSeq>(0)};
    std::size_t taken = 0;
    for (const pg::Row row : *rows) {
        if (taken++ == limit) break;
        if (out.truncated) next.modseq = row.get<ModSeq>(6);
        if (row.get<bool>(8))
            out.gone.push_back(row.get<std::string>(0));
        else
            out.changed.push_back(read_object(row));
    }
    out.token = write_token(next);
    co_return out;
}

}  // namespace sky::calstore
