// ListSessions, EndSessions.
#include <map>

#include "auth/rpc/mailbox.h"
#include "auth/rpc/write.h"
#include "auth/store/oauth_grants.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/presence/presence.h"
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

// Whose sessions end. Without an id all of them do, and what programs were let do ends with them.
struct Ending {
    TenantId tenant;
    AccountId account;
    std::string address;
    std::string id;
};
Task<Result<Written<admin_v1::EndSessionsReply>>> note(AuthShard&, pg::Transaction& transaction, const Ending& ending) {
    Record record{.tenant = ending.tenant, .action = "sessions.end", .object = ending.address};
    if (ending.id.empty()) {
        auto ended = co_await oauth::delete_grants(transaction, ending.tenant, ending.account);
        if (!ended) co_return forward(ended);
        record.account_ids = {ending.account.value};
    }
    co_return Written<admin_v1::EndSessionsReply>{{}, std::move(record)};
}

// Nobody signs out whoever has a higher role.
Task<Result<void>> check_rank(AuthShard& shard, const Caller& caller, const Ending& ending) {
    if (caller.is(Role::platform)) co_return Result<void>{};
    auto held = co_await find_role(shard.pool(), ending.tenant, ending.account, caller.deadline);
    if (!held) co_return forward(held);
    if (held->role > caller.subject.role) co_return unexpected(Fault::forbidden, "this account has a higher role than you");
    co_return Result<void>{};
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
        auto mailbox = co_await named_mailbox(shard, caller, request.address());
        if (!mailbox) co_return forward(mailbox);
        filter.account = mailbox->account;
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

// Of an account all is written down first, which holds without Redis; of one session only what was told.
Task<Result<admin_v1::EndSessionsReply>> end_sessions(AuthShard& shard, Caller caller, const admin_v1::EndSessionsRequest& request) {
    if (request.id().empty() == request.address().empty()) co_return unexpected(Fault::syntax, "name one session or one mailbox");
    const bool everywhere = request.id().empty();
    auto client = client_of(shard);
    if (!client && !everywhere) co_return forward(client);
    presence::Filter filter{.id = request.id()};
    Ending ending{.id = request.id()};
    if (everywhere) {
        auto mailbox = co_await named_mailbox(shard, caller, request.address());
        if (!mailbox) co_return forward(mailbox);
        filter.account = mailbox->account;
        ending = {mailbox->tenant_id, mailbox->account, mailbox->address, {}};
    } else {
        auto there = co_await presence::list(**client, filter, caller.deadline);
        if (!there) co_return std::unexpected(without_redis(there.error()));
        auto seen = co_await seen_by(shard, caller, std::move(*there));
        if (!seen) co_return forward(seen);
        if (seen->empty()) co_return unexpected(Fault::not_found, "no such session");
        ending = {seen->front().tenant, seen->front().account, seen->front().address, request.id()};
    }
    if (auto may = co_await check_rank(shard, caller, ending); !may) co_return forward(may);
    admin_v1::EndSessionsReply reply;
    if (everywhere) {
        auto written = co_await write(shard, caller, {}, ending.tenant, ending, &note);
        if (!written) co_return written;
        if (!client) co_return forward(client);
    }
    auto told = co_await presence::end(**client, filter, "Signed out by the administrator", caller.deadline);
    if (!told) co_return std::unexpected(without_redis(told.error()));
    reply.set_told(static_cast<std::uint32_t>(*told));
    if (everywhere) co_return reply;
    if (*told == 0) co_return unexpected(Fault::not_found, "no such session");
    auto written = co_await write(shard, caller, {}, ending.tenant, ending, &note);
    if (!written) co_return written;
    co_return reply;
}

}  // namespace

void serve_sessions(AdminMethods& methods) {
    methods.add(&list_sessions);
    methods.add(&end_sessions);
}

}  // namespace sky::auth
