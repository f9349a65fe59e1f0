#pragma once
// How every write of the operator goes: one transaction of one tenant with the rows, the outcome for its idempotency key, the change for
// caches elsewhere and the audit. A COMMIT whose answer was lost is settled by running it again under its key.
#include "auth/rpc/admin.h"
#include "auth/store/changes.h"
#include "auth/store/outcomes.h"
#include "auth/store/page.h"
#include "skybridge/admin/v1/page.pb.h"

namespace sky::auth {

template <class Reply>
struct Written {
    Reply reply;
    Record record;
};

// The digest covers the request as it is serialised; the caller takes secrets out first.
OutcomeKey outcome_key(const Caller& caller, const std::string& key, const google::protobuf::MessageLite& request);

Page page_of(const admin_v1::Page& page);
Result<void> check_page(const admin_v1::Page& page);

// work(AuthShard&, pg::Transaction&, const Input&) -> Task<Result<Written<Reply>>>; may run more than once.
template <class Input, class Reply>
Task<Result<Reply>> write(AuthShard& shard, const Caller& caller, OutcomeKey key, TenantId tenant, const Input& input,
                          Task<Result<Written<Reply>>> (*work)(AuthShard&, pg::Transaction&, const Input&)) {
    const Actor actor{caller.subject.name, caller.peer};
    constexpr int attempts = 3;
    Error last;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        auto before = co_await find_outcome(shard.pool(), key, caller.deadline);
        if (!before) co_return forward(before);
        if (*before) {
            Reply reply;
            if (!reply.ParseFromString(**before)) co_return unexpected(Fault::corrupt, "try again later", "an outcome can't be read");
            co_return reply;
        }
        if (attempt > 0 && last.fault == Fault::already_exists) break;  // not by this key: the name is taken
        auto transaction = co_await shard.pool().begin(tenant, caller.deadline);
        if (!transaction) co_return forward(transaction);
        auto written = co_await work(shard, *transaction, input);
        Result<void> done;
        if (!written)
            done = forward(written);
        else
            done = co_await insert_outcome(*transaction, key, written->reply.SerializeAsString());
        if (done) {
            auto version = co_await record(*transaction, actor, written->record);
            done = version ? co_await transaction->commit() : forward(version);
        }
        if (done) {
            shard.changed();
            co_return std::move(written->reply);
        }
        last = done.error();
        const bool settled_by_key = !key.key.empty() && (transaction->in_doubt() || last.fault == Fault::already_exists);
        if (!settled_by_key && !pg::is_worth_retrying(last)) break;
    }
    co_return unexpected(last);
}

}  // namespace sky::auth
