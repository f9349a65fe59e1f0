#include "delivery/shard.h"

#include "delivery/store/ingest.h"
#include "sky/async/timer.h"
#include "sky/mailstore/upkeep.h"
#include "sky/pg/schema.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {
using namespace std::chrono_literals;

constexpr pg::KnownSchema schemas[] = {{"queue", "delivery", 2}, {"mail", "mailstore", mailstore::schema_version}};

pg::PoolOptions pool_options(const settings::Settings& settings) {
    return {.dsn = settings.text("PG_DSN"),
            .connections = static_cast<std::size_t>(settings.number("PG_CONNECTIONS")),
            .durability = settings.text("PG_DURABILITY") == "waived" ? pg::Durability::waived : pg::Durability::required,
            .application = "skybridge-delivery"};
}

Schedule schedule(const settings::Settings& settings) {
    return {.first = settings.duration("RETRY_FIRST"),
            .most = settings.duration("RETRY_MOST"),
            .life = settings.duration("QUEUE_LIFE"),
            .bounce_life = settings.duration("BOUNCE_LIFE"),
            .held_life = settings.duration("MODERATION_LIFE")};
}

// Two commits at once leave connections for the queue and the operator.
BatchLimits batch_limits(const settings::Settings& settings) {
    const auto connections = static_cast<std::size_t>(settings.number("PG_CONNECTIONS"));
    return {.in_flight = std::max<std::size_t>(1, connections / 2)};
}
}  // namespace

DeliveryShard::DeliveryShard(Process& process, ShardContext context)
    : process_(process),
      context_(context),
      pool_(context.executor, pool_options(process.settings)),
      redis_(process.redis ? std::make_unique<redis::Client>(context.executor, *process.redis) : nullptr),
      announcer_(context.executor, redis_.get()),
      indexer_(pool_, process.offload,
               {.delay = process.settings.duration("INDEX_DELAY"),
                .sweep = process.settings.duration("INDEX_SWEEP"),
                .sweeps = context.index == 0},
               process.attachment_converter),
      identity_(context.executor, process.auth),
      writer_(pool_, ids_, schedule(process.settings)),
      batcher_(context.executor, writer_, batch_limits(process.settings),
               [this](TenantId tenant, const BatchOutcome& outcome) { committed(tenant, outcome); }),
      runner_(context.executor,
              {.pool = pool_,
               .redis = redis_.get(),
               .ids = ids_,
               .identity = identity_,
               .announce = [this](const mailstore::Changed& change) { announcer_.changed(change); },
               .offload = &process.offload},
              {.schedule = schedule(process.settings),
               .smarthost = process.smarthost,
               .hostname = process.settings.text("HOSTNAME"),
               .lease = process.settings.duration("QUEUE_LEASE"),
               .poll = process.settings.duration("QUEUE_POLL"),
               .at_once = static_cast<std::size_t>(process.settings.number("QUEUE_AT_ONCE")),
               .keeps_index = context.index == 0,
               .spool = process.settings.text("SPOOL_DIR")}),
      group_(context.executor) {}

Task<Result<std::unique_ptr<Shard>>> DeliveryShard::start(Process& process, ShardContext context) {
    auto shard = std::make_unique<DeliveryShard>(process, context);
    if (auto known = co_await pg::check_schemas(shard->pool_, schemas, after(30s)); !known) co_return forward(known);
    shard->runner_.start();
    shard->group_.spawn("delivery.index", shard->indexer_.run());
    if (context.index == 0) {
        shard->group_.spawn("delivery.forget_old", shard->forget_old());
        shard->group_.spawn("delivery.tidy", shard->tidy());
        shard->group_.spawn("delivery.fill_sort_keys", shard->fill_sort_keys());
        const HealthOptions where{process.settings.text("HEALTH_ADDRESS"), process.settings.port("HEALTH_PORT")};
        auto health =
            HealthServer::open(context.executor, where, [self = shard.get()](Deadline deadline) { return self->ready(deadline); });
        if (!health) co_return forward(health);
        shard->health_ = std::move(*health);
    }
    process.shards.enter(context.index, context.executor, *shard);
    co_return std::unique_ptr<Shard>(std::move(shard));
}

// Submissions first, then what they were committed by; the queue puts back what it can't end.
Task<void> DeliveryShard::drain(Deadline deadline) {
    if (context_.index == 0 && process_.server) process_.server->set_serving(rpc::Serving::no);
    co_await process_.shards.leave(context_.index, deadline - 3s);
    if (context_.index == 0 && process_.server) co_await process_.server->stop(deadline - 3s);
    co_await runner_.drain(deadline - 2s);
    co_await batcher_.drain(deadline - 1s);
    co_await group_.stop(deadline);
    co_await announcer_.stop(deadline);
    co_await identity_.stop();
    if (redis_) co_await redis_->stop();
    if (health_) co_await health_->stop(deadline);
    pool_.close();
}

Result<void> DeliveryShard::permit(std::string_view caller, Right right) const {
    const auto& names = right == Right::administer ? process_.operators : process_.gateways;
    if (names.contains(caller)) return {};
    return unexpected(Fault::forbidden, "this certificate may not do that", "caller " + std::string(caller));
}

void DeliveryShard::committed(TenantId tenant, const BatchOutcome& outcome) {
    for (const auto& change : outcome.changed) {
        announcer_.changed(change);
        indexer_.changed({tenant, change.account});
    }
    if (!outcome.queued.empty()) runner_.due_now(outcome.queued);
}

Task<Result<void>> DeliveryShard::ready(Deadline deadline) { co_return co_await pg::check_schemas(pool_, schemas, deadline); }

Task<void> DeliveryShard::forget_old() {
    constexpr std::int32_t slice = 1000;
    const auto kept = std::chrono::duration_cast<std::chrono::hours>(process_.settings.duration("LEDGER_KEPT"));
    for (;;) {
        auto forgotten = co_await store::forget_old(pool_, kept, slice, after(30s));
        if (!forgotten) log::warning("delivery.forget_old.failed", {{"reason", forgotten.error().reason}});
        co_await sleep_for(forgotten && *forgotten >= slice ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10min));
    }
}

// The log's partitions reach weeks ahead: a day without this hurts nobody.
Task<void> DeliveryShard::tidy() {
    constexpr std::int32_t slice = 1000;
    const auto kept = std::chrono::duration_cast<std::chrono::days>(process_.settings.duration("CHANGES_KEPT"));
    for (;;) {
        if (auto done = co_await mailstore::rotate_log(pool_, kept, after(60s)); !done)
            log::warning("delivery.tidy.failed", {{"reason", done.error().reason}});
        auto purged = co_await mailstore::purge_deleted(pool_, slice, after(60s));
        while (purged && *purged > 0) purged = co_await mailstore::purge_deleted(pool_, slice, after(60s));
        if (!purged) log::warning("delivery.tidy.failed", {{"reason", purged.error().reason}});
        auto collected = co_await mailstore::collect_garbage(pool_, slice, after(60s));
        if (!collected) log::warning("delivery.tidy.failed", {{"reason", collected.error().reason}});
        co_await sleep_for(collected && *collected >= slice ? std::chrono::minutes(1) : std::chrono::hours(1));
    }
}

// Once through the store after each start; what an older version stores meanwhile is found by the next one, and sorted correctly before.
Task<void> DeliveryShard::fill_sort_keys() {
    constexpr std::int32_t slice = 1000;
    mailstore::EmailCursor cursor;
    while (!cursor.at_end) {
        const auto filled = co_await mailstore::fill_sort_keys(pool_, cursor, slice, after(60s));
        if (!filled) log::warning("delivery.fill_sort_keys.failed", {{"reason", filled.error().reason}});
        co_await sleep_for(!filled ? std::chrono::milliseconds(60s) : std::chrono::milliseconds(*filled > 0 ? 200 : 20));
    }
}

}  // namespace sky::delivery
