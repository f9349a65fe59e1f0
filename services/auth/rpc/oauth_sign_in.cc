// SignIn, SignOut: people at the pages where programs are let in.
#include "auth/access/access.h"
#include "auth/oauth/secrets.h"
#include "auth/rpc/oauth.h"
#include "sky/base/ascii.h"

namespace sky::auth::oauth {
namespace {
oauth_v1::SignInReply refused(const Error& error, std::chrono::milliseconds delay = {}) {
    oauth_v1::SignInReply out;
    out.mutable_refusal()->set_fault(std::string(codes(error.fault).name));
    out.mutable_refusal()->set_text(error.text);
    out.mutable_refusal()->set_delay_ms(static_cast<std::uint32_t>(delay.count()));
    return out;
}
}  // namespace

Task<Result<oauth_v1::SignInReply>> sign_in(AuthShard& shard, rpc::Context context, const oauth_v1::SignInRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    const auto answer = co_await shard.sign_in().ask({.username = request.username(),
                                                      .password = request.password(),
                                                      .protocol = std::string(sign_in_protocol),
                                                      .remote_address = request.remote_address(),
                                                      .tls = true,  // the gateway's pages have nothing else
                                                      .one_time_code = request.one_time_code()},
                                                     deadline);
    co_return co_await session_for(shard, answer, request.remote_address(), std::nullopt, deadline);
}

Task<oauth_v1::SignInReply> session_for(AuthShard& shard, const Answer& answer, const std::string& remote,
                                        std::optional<std::vector<std::string>> methods, Deadline deadline) {
    if (!answer.proved) co_return refused(answer.refusal, answer.delay);
    const Time now = std::chrono::system_clock::now();
    const std::string token = new_secret(session_prefix);
    auto kept = co_await insert_session(shard.pool(),
                                        {.tenant = answer.proved->tenant,
                                         .account = answer.proved->account,
                                         .digest = token_digest(token),
                                         .remote = ascii::printable(remote, 64),
                                         .authenticated = now,
                                         .expires = now + shard.oauth().session_life,
                                         .methods = std::move(methods)},
                                        deadline);
    if (!kept) co_return refused({Fault::unavailable, "sign-in is not possible now, try again later", kept.error().reason});
    oauth_v1::SignInReply out;
    out.mutable_session()->set_token(token);
    out.mutable_session()->set_address(answer.proved->address);
    out.mutable_session()->set_expires(unix_seconds(now + shard.oauth().session_life));
    co_return out;
}

Task<Result<oauth_v1::SignOutReply>> sign_out(AuthShard& shard, rpc::Context context, const oauth_v1::SignOutRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const Deadline deadline = patience_of(context);
    oauth_v1::SignOutReply out;
    auto session = co_await session_of(shard, request.session(), deadline);
    if (!session) co_return forward(session);
    if (!*session) co_return out;
    auto gone = co_await delete_session(shard.pool(), (*session)->tenant, token_digest(request.session()), deadline);
    if (!gone) co_return forward(gone);
    out.set_ended(*gone);
    co_return out;
}

}  // namespace sky::auth::oauth
