#include "auth/rpc/mailbox.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "auth/address.h"

namespace sky::auth {
namespace {
namespace json = google::protobuf::util;
constexpr std::uint32_t longest_window = 3660, longest_booking = 525600, largest_room = 100'000;

// Which of the limits it is that the store enforces.
void say_limit(admin_v1::Mailbox& out, const MailboxRow& row, const mailstore::Usage& usage) {
    out.set_used_bytes(usage.used_octets);
    out.set_quota_bytes(row.quota_octets.value_or(0));
    out.set_limit_bytes(usage.pool ? usage.pool->limit_octets : usage.quota_octets.value_or(0));
    if (row.quota_octets)
        out.set_limit_source("own");
    else if (usage.pool)
        out.set_limit_source("pool");
    else
        out.set_limit_source(row.plan_in_force.empty() ? "default" : "plan");
    if (usage.pool) out.set_pool_used_bytes(usage.pool->used_octets);
    out.set_deleted_kept_days(static_cast<std::uint32_t>(usage.retention_days));
}
}  // namespace

admin_v1::Mailbox mailbox_message(const MailboxRow& row, const mailstore::Usage& usage) {
    admin_v1::Mailbox out;
    out.set_account_id(row.account.value);
    out.set_address(row.address);
    out.set_display_name(row.display_name);
    out.set_tenant(row.tenant);
    say_limit(out, row, usage);
    out.set_state(row.state);
    out.set_created(unix_seconds(row.created));
    out.set_kind(row.kind);
    out.set_title(row.title);
    out.set_department(row.department);
    out.set_phone(row.phone);
    out.set_mobile(row.mobile);
    out.set_office(row.office);
    out.set_manager(row.manager);
    out.set_listed(row.listed);
    if (row.kind == "shared") out.set_sent_copy(row.sent_copy);
    if (row.booking != "{}") static_cast<void>(json::JsonStringToMessage(row.booking, out.mutable_booking()));
    out.set_plan(row.plan);
    out.set_password_by(row.password_by);
    if (row.protocols) out.mutable_protocols()->Assign(row.protocols->begin(), row.protocols->end());
    return out;
}

Task<Result<mailstore::Usage>> usage_of(AuthShard& shard, const MailboxRow& row, Deadline deadline, mailstore::PoolUse pool) {
    auto usage = co_await mailstore::usage(shard.pool(), {row.tenant_id, row.account}, deadline, pool);
    if (!usage && usage.error().fault == Fault::not_found) co_return mailstore::Usage{};
    co_return usage;
}

Task<Result<MailboxRow>> named_mailbox(AuthShard& shard, const Caller& caller, const std::string& text) {
    const auto address = parse_address(text);
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    co_return co_await find_mailbox(shard.pool(), caller.view(), address->text(), caller.deadline);
}

bool is_mailbox_kind(std::string_view kind) {
    constexpr std::string_view kinds[] = {"user", "shared", "room", "equipment", "public_folders", "service"};
    return std::ranges::find(kinds, kind) != std::end(kinds);
}

Result<std::string> booking_json(const admin_v1::Booking& booking) {
    if (booking.window_days() > longest_window || booking.longest_minutes() > longest_booking || booking.capacity() > largest_room)
        return unexpected(Fault::syntax, "a room is booked at most ten years ahead, for a year, by 100000 people");
    admin_v1::Booking checked = booking;
    for (auto* list : {checked.mutable_bookers(), checked.mutable_approvers()}) {
        if (list->size() > 100) return unexpected(Fault::too_large, "at most 100 people book or approve");
        for (auto& text : *list) {
            const auto address = parse_address(text);
            if (!address) return unexpected(Fault::syntax, "one who books or approves is not an address");
            text = address->text();
        }
    }
    json::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string out;
    if (!json::MessageToJsonString(checked, &out, options).ok()) return unexpected(Fault::internal, "the booking rules can't be written");
    return out;
}

}  // namespace sky::auth
