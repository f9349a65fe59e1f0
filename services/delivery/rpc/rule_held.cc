#include "delivery/rpc/rule_held.h"

#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {

Task<Result<std::uint32_t>> rule_held(DeliveryShard& shard, rpc::Context context, QueueId message, std::string group,
                                      store::Ruling ruling) {
    constexpr std::int32_t most_groups = 1000;
    if (!message) co_return unexpected(Fault::syntax, "name a message, by its number in moderation list");
    ruling.by = context.caller;
    auto entries = co_await store::held(shard.pool(), ascii::to_lower(group), message, most_groups, context.deadline);
    if (!entries) co_return forward(entries);
    if (entries->empty()) {
        auto before = co_await store::ruled_before(shard.pool(), message, ascii::to_lower(group), ruling.route, context.deadline);
        if (!before) co_return forward(before);
        if (!*before) co_return unexpected(Fault::not_found, "nothing of this message waits for a moderator");
        co_return 0U;
    }
    std::uint32_t count = 0;
    for (const auto& entry : *entries) {
        auto ruled = co_await store::rule(shard.pool(), entry.key, entry.position, ruling, shard.settings().duration("QUEUE_LIFE"),
                                          context.deadline);
        if (!ruled) co_return forward(ruled);
        if (*ruled == store::Ruled::busy) co_return unexpected(Fault::unavailable, "it is being worked on, try again");
        if (*ruled == store::Ruled::otherwise) co_return unexpected(Fault::conflict, "somebody else has decided otherwise");
        if (*ruled != store::Ruled::done) continue;
        ++count;
        log::info("delivery.moderation.ruled",
                  {{"by", context.caller}, {"tenant", entry.key.tenant}, {"queue_id", entry.key.id}, {"group", entry.group}});
        shard.runner().due_now({&entry.key, 1});
    }
    co_return count;
}

}  // namespace sky::delivery
