// Tenants, their domains and mailboxes, through the administration, many at once; each write with its own key, so that a second run
// changes nothing.
#include <fmt/format.h>

#include "load.h"
#include "sky/rpc/methods.h"
#include "skybridge/admin/v1/domains.pb.h"
#include "skybridge/admin/v1/mailboxes.pb.h"
#include "skybridge/admin/v1/tenants.pb.h"

namespace load {
namespace {
namespace admin_v1 = skybridge::admin::v1;
using namespace std::chrono_literals;
constexpr auto patience = 30s;

template <class Reply, class Request>
Task<Result<void>> write(const rpc::Channel& channel, Request request) {
    auto done = co_await rpc::call_method<Reply>(channel, request, {.deadline = after(patience), .retry = rpc::Retry::once});
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<void>> add_tenant(const rpc::Channel& channel, std::int64_t tenant) {
    admin_v1::AddTenantRequest request;
    request.set_name(fmt::format("t{}", tenant));
    request.set_idempotency_key(fmt::format("tenant-{}", tenant));
    if (auto added = co_await write<admin_v1::Tenant>(channel, request); !added) co_return added;
    admin_v1::AddDomainRequest domain;
    domain.set_tenant(request.name());
    domain.set_name(fmt::format("t{}.bench.test", tenant));
    domain.set_idempotency_key(fmt::format("domain-{}", tenant));
    co_return co_await write<admin_v1::Domain>(channel, domain);
}

Task<Result<void>> add_mailbox(const rpc::Channel& channel, std::int64_t tenant, std::int64_t user, std::string hash) {
    admin_v1::AddMailboxRequest request;
    request.set_address(fmt::format("user{}@t{}.bench.test", user, tenant));
    request.set_display_name(fmt::format("User {} of tenant {}", user, tenant));
    request.set_password_hash(std::move(hash));
    request.set_idempotency_key(fmt::format("mailbox-{}-{}", tenant, user));
    co_return co_await write<admin_v1::Mailbox>(channel, std::move(request));
}
}  // namespace

// TENANT-FIRST TENANT-END MAILBOXES-EACH FLIGHTS SECONDS HASH. Mailbox i is number i / tenants of tenant i mod tenants, so that calls in
// flight are of different tenants.
int fill(const Place& place, const Words& words) {
    const std::int64_t first = number(words.at(0)), tenants = number(words.at(1)) - first, each = number(words.at(2)),
                       flights = number(words.at(3));
    const std::chrono::seconds limit{number(words.at(4))};
    boost::asio::io_context context;
    const auto channel = place.channel("skyctl");
    std::int64_t failed = drive(context, "tenants", {.count = tenants, .flights = flights, .limit = limit},
                                [&](std::int64_t i) { return add_tenant(*channel, first + i); });
    failed += drive(context, "mailboxes", {.count = tenants * each, .flights = flights, .limit = limit},
                    [&](std::int64_t i) { return add_mailbox(*channel, first + i % tenants, i / tenants, words.at(5)); });
    return failed ? 1 : 0;
}

}  // namespace load
