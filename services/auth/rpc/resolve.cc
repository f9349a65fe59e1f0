#include "auth/address.h"
#include "auth/metrics.h"
#include "auth/rpc/handlers.h"
#include "auth/store/routes.h"

namespace sky::auth {
namespace {
using directory_v1::ResolveReply;
constexpr std::chrono::seconds patience{5};
constexpr int most_at_once = 1000;

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

// No address of ours looks like this; nothing is asked of the database.
ResolveReply no_address(AuthShard& shard, const std::string& text) {
    ResolveReply reply;
    reply.set_kind(ResolveReply::UNKNOWN);
    reply.set_address(text);
    reply.set_fault(std::string(codes(Fault::syntax).name));
    reply.set_version(shard.watcher().version());
    return reply;
}

// ResolveRequest and ResolveManyRequest say it alike.
template <class Request>
std::optional<Sender> sender_of(const Request& request) {
    if (!request.check_sender()) return std::nullopt;
    const auto from = parse_address(request.sender());
    return Sender{from ? from->text() : std::string(), request.sender_proved() ? Sender::Proof::signed_in : Sender::Proof::none};
}

ResolveReply reply_of(const std::string& address, const Resolved& found) {
    const auto [kind, name] = kind_of(found.resolution.kind);
    metrics::resolutions.with({name}).add();
    ResolveReply reply;
    reply.set_kind(kind);
    reply.set_tenant_id(found.resolution.tenant.value);
    reply.set_address(address);
    reply.set_version(found.version);
    if (found.resolution.too_many) reply.set_fault(std::string(codes(Fault::limit).name));
    if (found.resolution.verdict == Route::Verdict::forbidden) reply.set_fault(std::string(codes(Fault::forbidden).name));
    reply.set_how(how_of(found.resolution.how));
    reply.set_detail(found.resolution.detail);
    reply.set_matched(found.resolution.matched);
    reply.set_sender_matters(found.resolution.sender_matters);
    reply.set_moderation(found.resolution.verdict == Route::Verdict::moderated);
    for (const auto& destination : found.resolution.destinations) {
        auto& target = *reply.add_targets();
        target.set_tenant_id(destination.tenant.value);
        target.set_account_id(destination.account.value);
        target.set_address(destination.address);
        target.set_public_folders(destination.is_public);
    }
    return reply;
}
}  // namespace

Task<Result<ResolveReply>> resolve(AuthShard& shard, rpc::Context context, directory_v1::ResolveRequest request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const auto address = parse_address(request.address());
    if (!address) co_return no_address(shard, request.address());
    auto found = co_await resolve_address(shard.pool(), address->text(), sender_of(request), std::min(context.deadline, after(patience)));
    if (!found) co_return forward(found);
    co_return reply_of(address->text(), *found);
}

Task<Result<directory_v1::ResolveManyReply>> resolve_many(AuthShard& shard, rpc::Context context,
                                                          const directory_v1::ResolveManyRequest& request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    if (request.addresses_size() > most_at_once) co_return unexpected(Fault::too_large, "at most 1000 addresses at once");
    std::vector<std::string> asked;
    for (const auto& text : request.addresses())
        if (const auto address = parse_address(text)) asked.push_back(address->text());
    auto found = co_await resolve_addresses(shard.pool(), asked, sender_of(request), std::min(context.deadline, after(patience)));
    if (!found) co_return forward(found);
    directory_v1::ResolveManyReply out;
    std::size_t next = 0;
    for (const auto& text : request.addresses()) {
        if (!parse_address(text)) {
            *out.add_replies() = no_address(shard, text);
            continue;
        }
        *out.add_replies() = reply_of(asked[next], (*found)[next]);
        ++next;
    }
    co_return out;
}

ResolveReply failed_resolution(const Error& error) {
    metrics::resolutions.with({"failed"}).add();
    ResolveReply reply;
    reply.set_kind(ResolveReply::FAILED);
    reply.set_fault(std::string(codes(error.fault).name));
    return reply;
}

}  // namespace sky::auth
