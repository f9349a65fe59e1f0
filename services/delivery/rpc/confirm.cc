// Confirm.
#include "delivery/rpc/handlers.h"
#include "delivery/store/ingest.h"

namespace sky::delivery {

Task<Result<v1::ConfirmReply>> confirm(DeliveryShard& shard, rpc::Context context, const v1::ConfirmRequest& request) {
    std::vector<std::int64_t> tenants;
    std::vector<Uuid> ingests;
    for (const auto& one : request.ingests()) {
        const auto id = Uuid::from_bytes(one.ingest_id());
        if (!id) co_return unexpected(Fault::syntax, "an ingest id has 16 octets");
        tenants.push_back(one.tenant_id());
        ingests.push_back(*id);
    }
    if (ingests.empty()) co_return v1::ConfirmReply{};
    if (auto done = co_await store::confirm(shard.pool(), std::move(tenants), std::move(ingests), context.deadline); !done)
        co_return forward(done);
    co_return v1::ConfirmReply{};
}

}  // namespace sky::delivery
