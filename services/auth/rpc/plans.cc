// AddPlan, GetPlan, ListPlans, ChangePlan, RemovePlan, SetPlanPrice, ListPlanPrices.
#include "auth/store/plans.h"

#include <algorithm>

#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/sign_in/protocols.h"
#include "auth/store/limits.h"
#include "auth/store/tenants.h"
#include "skybridge/admin/v1/plans.pb.h"

namespace sky::auth {
namespace {
constexpr std::int64_t most_storage = std::int64_t{1} << 50;
constexpr std::uint32_t most_sends = 10'000'000, most_recipients = 1000, longest_retention = 36'500;

admin_v1::Plan message(const PlanRow& row) {
    admin_v1::Plan out;
    out.set_id(row.id);
    out.set_name(row.name);
    out.set_owner(row.owner);
    out.set_storage_bytes(row.storage_octets);
    out.set_storage(row.storage);
    out.mutable_protocols()->Assign(row.protocols.begin(), row.protocols.end());
    out.set_sends_hour(static_cast<std::uint32_t>(row.sends_hour));
    out.set_sends_day(static_cast<std::uint32_t>(row.sends_day));
    out.set_recipients(static_cast<std::uint32_t>(row.recipients));
    out.set_retention_days(static_cast<std::uint32_t>(row.retention_days.value_or(0)));
    out.set_proration(row.proration);
    out.set_created(unix_seconds(row.created));
    out.set_last_used(row.last_used);
    return out;
}

admin_v1::PlanPrice message(const std::string& plan, const PriceRow& row) {
    admin_v1::PlanPrice out;
    out.set_plan(plan);
    out.set_valid_from(text_of(row.valid_from));
    out.set_minor_units(row.price.minor_units);
    out.set_currency(row.price.currency);
    out.set_tax_name(row.price.tax_name);
    out.set_tax_basis_points(static_cast<std::uint32_t>(row.price.tax_basis_points));
    return out;
}

Result<std::string> plan_name(std::string_view text) {
    const auto allowed = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || c == '_'; };
    if (text.empty() || text.size() > 64 || !ascii::is_alnum(text.front()) || !std::ranges::all_of(text, allowed))
        return unexpected(Fault::syntax, "a plan's name is up to 64 letters, digits, hyphens, dots and underscores");
    return ascii::to_lower(text);
}

Result<void> check(const PlanRow& plan) {
    if (plan.storage_octets < 1 || plan.storage_octets > most_storage)
        return unexpected(Fault::syntax, "a plan's storage is at least one octet and at most 1024 TiB");
    if (plan.storage != "mailbox" && plan.storage != "pooled") return unexpected(Fault::syntax, "storage is by mailbox or pooled");
    if (plan.proration != "full_month" && plan.proration != "daily") return unexpected(Fault::syntax, "proration is full_month or daily");
    return {};
}

Result<std::int32_t> limit(std::uint32_t value, std::uint32_t least, std::uint32_t most, const char* text) {
    if (value < least || value > most) return unexpected(Fault::syntax, text);
    return static_cast<std::int32_t>(value);
}
Result<std::int32_t> sends(std::uint32_t value) { return limit(value, 0, most_sends, "at most 10000000 messages are sent"); }
Result<std::int32_t> recipients(std::uint32_t value) { return limit(value, 1, most_recipients, "a message has 1 to 1000 recipients"); }
Result<std::int32_t> retention(std::uint32_t value) { return limit(value, 0, longest_retention, "retention is at most 36500 days"); }

// Whose plans the request is about: a reseller's, or (nothing) the provider's.
Task<Result<TenantId>> owner_of(AuthShard& shard, const Caller& caller, const std::string& owner) {
    if (owner.empty()) co_return caller.subject.over;
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(owner), caller.deadline);
    if (!tenant) co_return forward(tenant);
    if (tenant->kind != "reseller") co_return unexpected(Fault::conflict, "the owner of a plan is a reseller");
    co_return tenant->id;
}

Task<Result<PlanRow>> named(AuthShard& shard, const Caller& caller, const std::string& owner, const std::string& name, Fallback fallback) {
    auto whose = co_await owner_of(shard, caller, owner);
    if (!whose) co_return forward(whose);
    if (!owner.empty()) fallback = Fallback::none;
    auto plan = co_await find_plan(shard.pool(), caller.view(), *whose, ascii::to_lower(name), fallback, caller.deadline);
    co_return plan;
}

Record record_of(const PlanRow& plan, std::string action) {
    return {.tenant = plan.owner_id, .action = std::move(action), .object = plan.name};
}

Task<Result<Written<admin_v1::Plan>>> add(AuthShard&, pg::Transaction& transaction, const PlanRow& plan) {
    auto row = co_await insert_plan(transaction, plan);
    if (!row) co_return forward(row);
    co_return Written<admin_v1::Plan>{message(*row), record_of(*row, "plan.add")};
}

Task<Result<Written<admin_v1::Plan>>> change(AuthShard&, pg::Transaction& transaction, const PlanRow& plan) {
    auto row = co_await update_plan(transaction, plan);
    if (!row) co_return forward(row);
    if (auto soon = co_await limits_due_by_plan(transaction, row->id); !soon) co_return forward(soon);
    co_return Written<admin_v1::Plan>{message(*row), record_of(*row, "plan.change")};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const PlanRow& plan) {
    auto gone = co_await delete_plan(transaction, plan.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such plan");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, record_of(plan, "plan.remove")};
}

struct NewPrice {
    PlanRow plan;
    PriceRow price;
};
Task<Result<Written<admin_v1::PlanPrice>>> price(AuthShard&, pg::Transaction& transaction, const NewPrice& to) {
    if (auto done = co_await put_price(transaction, to.price); !done) co_return forward(done);
    co_return Written<admin_v1::PlanPrice>{message(to.plan.name, to.price), record_of(to.plan, "plan.price")};
}

Task<Result<admin_v1::Plan>> add_plan(AuthShard& shard, Caller caller, const admin_v1::AddPlanRequest& request) {
    PlanRow plan{.storage_octets = request.storage_bytes()};
    auto name = plan_name(request.name());
    if (!name) co_return forward(name);
    plan.name = std::move(*name);
    if (!request.storage().empty()) plan.storage = request.storage();
    if (!request.proration().empty()) plan.proration = request.proration();
    if (auto good = check(plan); !good) co_return forward(good);
    auto protocols = parse_protocols(request.protocols());
    if (!protocols) co_return forward(protocols);
    plan.protocols = std::move(*protocols);
    if (plan.protocols.empty()) plan.protocols.assign(std::begin(known_protocols), std::end(known_protocols));
    const auto hour = sends(request.sends_hour()), day = sends(request.sends_day()),
               most = recipients(request.recipients() ? request.recipients() : 100), kept = retention(request.retention_days());
    for (const auto* number : {&hour, &day, &most, &kept})
        if (!*number) co_return forward(*number);
    plan.sends_hour = *hour;
    plan.sends_day = *day;
    plan.recipients = *most;
    if (*kept) plan.retention_days = *kept;
    auto owner = co_await owner_of(shard, caller, request.owner());
    if (!owner) co_return forward(owner);
    plan.owner_id = *owner;
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), *owner, plan, &add);
}

Task<Result<admin_v1::Plan>> get_plan(AuthShard& shard, Caller caller, const admin_v1::GetPlanRequest& request) {
    auto plan = co_await named(shard, caller, request.owner(), request.name(), Fallback::or_providers);
    if (!plan) co_return forward(plan);
    co_return message(*plan);
}

Task<Result<admin_v1::ListPlansReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListPlansRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    TenantId owner;
    if (!request.owner().empty()) {
        auto found = co_await owner_of(shard, caller, request.owner());
        if (!found) co_return forward(found);
        owner = *found;
    }
    auto rows = co_await list_plans(shard.pool(), caller.view(), owner, page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListPlansReply reply;
    for (const auto& row : *rows) *reply.add_plans() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(std::to_string(rows->back().id));
    co_return reply;
}

Result<PlanRow> changed(PlanRow plan, const admin_v1::ChangePlanRequest& request) {
    if (request.has_new_name()) {
        auto name = plan_name(request.new_name());
        if (!name) return forward(name);
        plan.name = std::move(*name);
    }
    if (request.has_storage_bytes()) plan.storage_octets = request.storage_bytes();
    if (request.has_storage()) plan.storage = request.storage();
    if (request.has_proration()) plan.proration = request.proration();
    if (auto good = check(plan); !good) return forward(good);
    if (request.has_protocols()) {
        auto protocols = parse_protocols(request.protocols());
        if (!protocols) return forward(protocols);
        plan.protocols = std::move(*protocols);
        if (plan.protocols.empty()) plan.protocols.assign(std::begin(known_protocols), std::end(known_protocols));
    }
    struct Number {
        bool given;
        Result<std::int32_t> value;
        std::int32_t* into;
    };
    std::int32_t kept = plan.retention_days.value_or(0);
    for (const auto& number : {Number{request.has_sends_hour(), sends(request.sends_hour()), &plan.sends_hour},
                               {request.has_sends_day(), sends(request.sends_day()), &plan.sends_day},
                               {request.has_recipients(), recipients(request.recipients()), &plan.recipients},
                               {request.has_retention_days(), retention(request.retention_days()), &kept}}) {
        if (!number.given) continue;
        if (!number.value) return forward(number.value);
        *number.into = *number.value;
    }
    plan.retention_days = kept ? std::optional(kept) : std::nullopt;
    return plan;
}

Task<Result<admin_v1::Plan>> change_plan(AuthShard& shard, Caller caller, const admin_v1::ChangePlanRequest& request) {
    auto plan = co_await named(shard, caller, request.owner(), request.name(), Fallback::none);
    if (!plan) co_return forward(plan);
    auto to = changed(std::move(*plan), request);
    if (!to) co_return forward(to);
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), to->owner_id, *to, &change);
}

Task<Result<admin_v1::RemoveReply>> remove_plan(AuthShard& shard, Caller caller, const admin_v1::RemovePlanRequest& request) {
    auto plan = co_await named(shard, caller, request.owner(), request.name(), Fallback::none);
    if (!plan) co_return forward(plan);
    co_return co_await write(shard, caller, {}, plan->owner_id, *plan, &remove);
}

Task<Result<admin_v1::PlanPrice>> set_price(AuthShard& shard, Caller caller, const admin_v1::SetPlanPriceRequest& request) {
    const auto day = parse_day(request.valid_from());
    if (!day) co_return unexpected(Fault::syntax, "a price is valid from a day: YYYY-MM-DD");
    if (request.minor_units() < 0 || request.minor_units() > most_minor_units)
        co_return unexpected(Fault::syntax, "a price is given in minor units, from 0 to 1000000000000");
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (request.currency().size() != 3 || !std::ranges::all_of(request.currency(), upper))
        co_return unexpected(Fault::syntax, "a currency is three capital letters (ISO 4217)");
    if (auto good = check_text(request.tax_name(), 64, "tax's name"); !good) co_return forward(good);
    if (request.tax_basis_points() > 10'000) co_return unexpected(Fault::syntax, "a tax has 0 to 10000 basis points");
    auto plan = co_await named(shard, caller, request.owner(), request.name(), Fallback::none);
    if (!plan) co_return forward(plan);
    NewPrice to{.plan = *plan,
                .price = {.plan = plan->id,
                          .valid_from = *day,
                          .price = {.minor_units = request.minor_units(),
                                    .currency = request.currency(),
                                    .tax_name = request.tax_name(),
                                    .tax_basis_points = static_cast<std::int32_t>(request.tax_basis_points())}}};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), plan->owner_id, to, &price);
}

Task<Result<admin_v1::ListPlanPricesReply>> list_plan_prices(AuthShard& shard, Caller caller,
                                                             const admin_v1::ListPlanPricesRequest& request) {
    auto plan = co_await named(shard, caller, request.owner(), request.name(), Fallback::or_providers);
    if (!plan) co_return forward(plan);
    auto rows = co_await list_prices(shard.pool(), caller.view(), plan->id, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListPlanPricesReply reply;
    for (const auto& row : *rows) *reply.add_prices() = message(plan->name, row);
    co_return reply;
}
}  // namespace

void serve_plans(AdminMethods& methods) {
    methods.add(&add_plan);
    methods.add(&get_plan);
    methods.add(&list_all);
    methods.add(&change_plan);
    methods.add(&remove_plan);
    methods.add(&set_price);
    methods.add(&list_plan_prices);
}

}  // namespace sky::auth
