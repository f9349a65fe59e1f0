#include "auth/rpc/handlers.h"

namespace sky::auth {
namespace {
constexpr std::chrono::seconds patience{10};  // a sign-in that takes longer is refused as unavailable
}

Task<Result<auth_v1::AuthenticateReply>> authenticate(AuthShard& shard, rpc::Context context, auth_v1::AuthenticateRequest request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    Answer answer = co_await shard.sign_in().ask({.username = request.username(),
                                                  .password = std::move(*request.mutable_password()),
                                                  .authorization_id = request.authorization_id(),
                                                  .protocol = request.protocol(),
                                                  .remote_address = request.remote_address(),
                                                  .tls = request.tls()},
                                                 std::min(context.deadline, after(patience)));
    if (!answer.proved) {
        auto reply = refused_sign_in(answer.refusal);
        reply.mutable_refusal()->set_delay_ms(static_cast<std::uint32_t>(answer.delay.count()));
        co_return reply;
    }
    auth_v1::AuthenticateReply reply;
    auto& principal = *reply.mutable_principal();
    principal.set_tenant_id(answer.proved->tenant.value);
    principal.set_account_id(answer.proved->account.value);
    principal.set_address(answer.proved->address);
    principal.set_display_name(answer.proved->display_name);
    principal.set_version(answer.proved->version);
    co_return reply;
}

auth_v1::AuthenticateReply refused_sign_in(const Error& error) {
    auth_v1::AuthenticateReply reply;
    reply.mutable_refusal()->set_fault(std::string(codes(error.fault).name));
    reply.mutable_refusal()->set_text(error.text);
    return reply;
}

}  // namespace sky::auth
