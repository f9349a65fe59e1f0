// ListSessions, EndSessions.
#include <map>

#include "auth/address.h"
#include "auth/rpc/admin.h"
#include "auth/store/mailboxes.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/presence/presence.h"
#include "sky/telemetry/log.h"
#include "skybridge/admin/v1/sessions.pb.h"

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

Task<Result<AccountId>> account_of(AuthShard& shard, const Caller& caller, const std::string& text) {
    const auto address = parse_address(text);
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    auto mailbox = co_await find_mailbox(shard.pool(), caller.view(), address->text(), caller.deadline);
    if (!mailbox) co_return forward(mailbox);
    co_return mailbox->account;
}

// Redis knows nothing of views: each session is looked at.
Task<Result<std::vector<presence::Session>>> seen_by(AuthShard& shard, const Caller& caller, std::vector<presence::Session> sessions) {
    if (caller.is(Role::platform)) co_return sessions;
    std::map<TenantId, bool> known;
    std::vector<presence::Session> out;
    for (auto& session : sessions) {
        const auto [place, fresh] = known.try_emplace(session.tenant, false);
        if (fresh) {
            auto reached = co_await reaches(shard, caller, session.tenant);
            if (!reached) co_return forward(reached);
            place->second = *reached;
        }
        if (place->second) out.push_back(std::move(session));
    }
    co_return out;
}

Task<Result<admin_v1::ListSessionsReply>> list_sessions(AuthShard& shard, Caller caller, const admin_v1::ListSessionsRequest& request) {
    auto client = client_of(shard);
    if (!client) co_return forward(client);
    presence::Filter filter;
    if (!request.address().empty()) {
        auto account = co_await account_of(shard, caller, request.address());
        if (!account) co_return forward(account);
        filter.account = *account;
    }
    if (!request.tenant().empty()) {
        auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
        if (!tenant) co_return forward(tenant);
        filter.tenant = tenant->id;
    }
    auto sessions = co_await presence::list(**client, filter, caller.deadline);
    if (!sessions) co_return std::unexpected(without_redis(sessions.error()));
    sessions = co_await seen_by(shard, caller, std::move(*sessions));
    if (!sessions) co_return forward(sessions);
    admin_v1::ListSessionsReply reply;
    for (const auto& session : *sessions)
        if (!filter.tenant || session.tenant == filter.tenant) *reply.add_sessions() = message(session);
    co_return reply;
}

Task<Result<admin_v1::EndSessionsReply>> end_sessions(AuthShard& shard, Caller caller, const admin_v1::EndSessionsRequest& request) {
    if (request.id().empty() == request.address().empty()) co_return unexpected(Fault::syntax, "name one session or one mailbox");
    auto client = client_of(shard);
    if (!client) co_return forward(client);
    presence::Filter filter{.id = request.id()};
    if (!request.address().empty()) {
        auto account = co_await account_of(shard, caller, request.address());
        if (!account) co_return forward(account);
        filter.account = *account;
    } else if (!caller.is(Role::platform)) {
        auto there = co_await presence::list(**client, filter, caller.deadline);
        if (!there) co_return std::unexpected(without_redis(there.error()));
        auto seen = co_await seen_by(shard, caller, std::move(*there));
        if (!seen) co_return forward(seen);
        if (seen->empty()) co_return unexpected(Fault::not_found, "no such session");
    }
    auto told = co_await presence::end(**client, filter, "Signed out by the administrator", caller.deadline);
    if (!told) co_return std::unexpected(without_redis(told.error()));
    if (*told == 0 && !request.id().empty()) co_return unexpected(Fault::not_found, "no such session");
    log::info("auth.sessions.ended", {{"by", caller.subject.name}, {"told", *told}});
    admin_v1::EndSessionsReply reply;
    reply.set_told(static_cast<std::uint32_t>(*told));
    co_return reply;
}

}  // namespace

void serve_sessions(AdminMethods& methods) {
    methods.add(&list_sessions);
    methods.add(&end_sessions);
}

}  // namespace sky::auth
