#include "auth/address.h"
#include "auth/metrics.h"
#include "auth/rpc/handlers.h"
#include "auth/store/routes.h"

namespace sky::auth {
namespace {
using directory_v1::ResolveReply;
constexpr std::chrono::seconds patience{5};

std::pair<ResolveReply::Kind, const char*> kind_of(Resolution::Kind kind) {
    switch (kind) {
        case Resolution::Kind::local:
            return {ResolveReply::LOCAL, "local"};
        case Resolution::Kind::remote:
            return {ResolveReply::REMOTE, "remote"};
        case Resolution::Kind::unknown:
            return {ResolveReply::UNKNOWN, "unknown"};
        case Resolution::Kind::refused:
            return {ResolveReply::REFUSED, "refused"};
    }
    return {ResolveReply::FAILED, "failed"};
}

ResolveReply::How how_of(Route::How how) {
    switch (how) {
        case Route::How::exact:
            return ResolveReply::EXACT;
        case Route::How::subaddress:
            return ResolveReply::SUBADDRESS;
        case Route::How::duty:
            return ResolveReply::DUTY;
        case Route::How::catch_all:
            return ResolveReply::CATCH_ALL;
        case Route::How::group:
            return ResolveReply::GROUP;
    }
    return ResolveReply::EXACT;
}
}  // namespace

Task<Result<ResolveReply>> resolve(AuthShard& shard, rpc::Context context, directory_v1::ResolveRequest request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const auto address = parse_address(request.address());
    if (!address) {
        // No address of ours looks like this; nothing is asked of the database.
        ResolveReply reply;
        reply.set_kind(ResolveReply::UNKNOWN);
        reply.set_address(request.address());
        reply.set_fault(std::string(codes(Fault::syntax).name));
        reply.set_version(shard.watcher().version());
        co_return reply;
    }
    std::optional<Sender> sender;
    if (request.check_sender()) {
        const auto from = parse_address(request.sender());
        sender = Sender{from ? from->text() : std::string(), request.sender_proved() ? Sender::Proof::signed_in : Sender::Proof::none};
    }
    auto found = co_await resolve_address(shard.pool(), address->text(), std::move(sender), std::min(context.deadline, after(patience)));
    if (!found) co_return forward(found);
    const auto [kind, name] = kind_of(found->resolution.kind);
    metrics::resolutions.with({name}).add();
    ResolveReply reply;
    reply.set_kind(kind);
    reply.set_tenant_id(found->resolution.tenant.value);
    reply.set_address(address->text());
    reply.set_version(found->version);
    if (found->resolution.too_many) reply.set_fault(std::string(codes(Fault::limit).name));
    if (found->resolution.verdict == Route::Verdict::forbidden) reply.set_fault(std::string(codes(Fault::forbidden).name));
    reply.set_how(how_of(found->resolution.how));
    reply.set_detail(found->resolution.detail);
    reply.set_matched(found->resolution.matched);
    reply.set_sender_matters(found->resolution.sender_matters);
    reply.set_moderation(found->resolution.verdict == Route::Verdict::moderated);
    for (const auto& destination : found->resolution.destinations) {
        auto& target = *reply.add_targets();
        target.set_tenant_id(destination.tenant.value);
        target.set_account_id(destination.account.value);
        target.set_address(destination.address);
    }
    co_return reply;
}

ResolveReply failed_resolution(const Error& error) {
    metrics::resolutions.with({"failed"}).add();
    ResolveReply reply;
    reply.set_kind(ResolveReply::FAILED);
    reply.set_fault(std::string(codes(error.fault).name));
    return reply;
}

}  // namespace sky::auth
