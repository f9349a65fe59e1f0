// ListSessions, EndSessions.
#include "auth/address.h"
#include "auth/rpc/handlers.h"
#include "auth/store/mailboxes.h"
#include "sky/base/ascii.h"
#include "sky/presence/presence.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
admin_v1::Session message(const presence::Session& session) {
    admin_v1::Session out;
    out.set_id(session.id);
    out.set_address(session.address);
    out.set_protocol(session.protocol);
    out.set_client(session.client);
    out.set_remote_address(session.remote);
    out.set_since(unix_seconds(session.since));
    out.set_idle_since(unix_seconds(session.idle_since));
    return out;
}

Result<redis::Client*> client_of(AuthShard& shard) {
    if (!shard.redis()) return unexpected(Fault::unavailable, "sessions are known only with Redis", "no REDIS is set");
    return shard.redis();
}

// Redis is a hint everywhere else; here it is all there is, so the operator hears that it is away.
Error without_redis(const Error& error) {
    return {error.fault, "sessions are known only with Redis, which does not answer; try again", error.reason};
}

Task<Result<AccountId>> account_of(AuthShard& shard, const std::string& text, Deadline deadline) {
    const auto address = parse_address(text);
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    auto mailbox = co_await find_mailbox(shard.pool(), address->text(), deadline);
    if (!mailbox) co_return forward(mailbox);
    co_return mailbox->account;
}
}  // namespace

Task<Result<admin_v1::ListSessionsReply>> list_sessions(AuthShard& shard, rpc::Context context,
                                                        const admin_v1::ListSessionsRequest& request) {
    auto client = client_of(shard);
    if (!client) co_return forward(client);
    presence::Filter filter;
    if (!request.address().empty()) {
        auto account = co_await account_of(shard, request.address(), context.deadline);
        if (!account) co_return forward(account);
        filter.account = *account;
    }
    if (!request.tenant().empty()) {
        auto tenant = co_await find_tenant(shard.pool(), ascii::to_lower(request.tenant()), context.deadline);
        if (!tenant) co_return forward(tenant);
        filter.tenant = tenant->id;
    }
    auto sessions = co_await presence::list(**client, filter, context.deadline);
    if (!sessions) co_return std::unexpected(without_redis(sessions.error()));
    admin_v1::ListSessionsReply reply;
    for (const auto& session : *sessions)
        if (!filter.tenant || session.tenant == filter.tenant) *reply.add_sessions() = message(session);
    co_return reply;
}

Task<Result<admin_v1::EndSessionsReply>> end_sessions(AuthShard& shard, rpc::Context context, const admin_v1::EndSessionsRequest& request) {
    if (request.id().empty() == request.address().empty()) co_return unexpected(Fault::syntax, "name one session or one mailbox");
    auto client = client_of(shard);
    if (!client) co_return forward(client);
    presence::Filter filter{.id = request.id()};
    if (!request.address().empty()) {
        auto account = co_await account_of(shard, request.address(), context.deadline);
        if (!account) co_return forward(account);
        filter.account = *account;
    }
    auto told = co_await presence::end(**client, filter, "Signed out by the administrator", context.deadline);
    if (!told) co_return std::unexpected(without_redis(told.error()));
    if (*told == 0 && !request.id().empty()) co_return unexpected(Fault::not_found, "no such session");
    log::info("auth.sessions.ended", {{"by", context.caller}, {"told", *told}});
    admin_v1::EndSessionsReply reply;
    reply.set_told(static_cast<std::uint32_t>(*told));
    co_return reply;
}

}  // namespace sky::auth
