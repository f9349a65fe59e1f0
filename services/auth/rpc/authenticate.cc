#include "auth/rpc/handlers.h"
#include "auth/sign_in/admission.h"
#include "auth/store/plans.h"

namespace sky::auth {
namespace {
constexpr std::chrono::seconds patience{10};  // a sign-in that takes longer is refused as unavailable

Question question_of(auth_v1::AuthenticateRequest& request) {
    return {.username = request.username(),
            .password = std::move(*request.mutable_password()),
            .authorization_id = request.authorization_id(),
            .protocol = request.protocol(),
            .remote_address = request.remote_address(),
            .tls = request.tls(),
            .one_time_code = std::move(*request.mutable_one_time_code()),
            .certificate_addresses = {request.certificate_addresses().begin(), request.certificate_addresses().end()}};
}

Opening opening_of(auth_v1::AuthenticateRequest& request) {
    Opening out{.mechanism = request.mechanism(),
                .enabled = {request.enabled().begin(), request.enabled().end()},
                .connection = {.transport = request.tls() ? sasl::Connection::Transport::tls : sasl::Connection::Transport::plain,
                               .bindings = {},
                               .certificate =
                                   request.certificate() ? sasl::Connection::Certificate::verified : sasl::Connection::Certificate::none},
                .initial = {}};
    for (const auto& binding : request.bindings()) out.connection.bindings.push_back({binding.type(), binding.data()});
    if (request.has_initial()) out.initial = std::move(*request.mutable_initial());
    return out;
}

void say_limits(auth_v1::SendLimits& out, const PlanRow& plan) {
    out.set_hour(static_cast<std::uint32_t>(plan.sends_hour));
    out.set_day(static_cast<std::uint32_t>(plan.sends_day));
    out.set_recipients(static_cast<std::uint32_t>(plan.recipients));
}

auth_v1::AuthenticateReply reply_of(const Answer& answer) {
    if (!answer.proved) {
        auto reply = refused_sign_in(answer.refusal);
        reply.mutable_refusal()->set_delay_ms(static_cast<std::uint32_t>(answer.delay.count()));
        return reply;
    }
    auth_v1::AuthenticateReply reply;
    auto& principal = *reply.mutable_principal();
    principal.set_tenant_id(answer.proved->tenant.value);
    principal.set_account_id(answer.proved->account.value);
    principal.set_address(answer.proved->address);
    principal.set_display_name(answer.proved->display_name);
    principal.set_version(answer.proved->version);
    return reply;
}

// Who comes to send is told how much; while that can't be read nobody is let in.
Task<Result<auth_v1::AuthenticateReply>> answered(AuthShard& shard, Answer answer, Deadline deadline) {
    auto reply = reply_of(answer);
    if (!answer.proved || !answer.proved->submits) co_return reply;
    auto plan = co_await effective_plan(shard.pool(), answer.proved->tenant, answer.proved->account, deadline);
    if (!plan) co_return reply_of(away(plan.error()));
    if (*plan) say_limits(*reply.mutable_principal()->mutable_sends(), **plan);
    co_return reply;
}
}  // namespace

Task<Result<auth_v1::AuthenticateReply>> authenticate(AuthShard& shard, rpc::Context context, auth_v1::AuthenticateRequest request) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    const Deadline deadline = std::min(context.deadline, after(patience));
    if (request.mechanism().empty() && request.exchange().empty())
        co_return co_await answered(shard, co_await shard.sign_in().ask(question_of(request), deadline), deadline);
    Turn turn;
    if (request.exchange().empty())
        turn = co_await shard.dialogues().begin(question_of(request), opening_of(request), deadline);
    else
        turn = co_await shard.dialogues().answer(request.exchange(), std::move(*request.mutable_response()), deadline);
    if (auto* answer = std::get_if<Answer>(&turn)) co_return co_await answered(shard, std::move(*answer), deadline);
    auto& challenge = std::get<Challenge>(turn);
    auth_v1::AuthenticateReply reply;
    reply.mutable_challenge()->set_exchange(std::move(challenge.exchange));
    reply.mutable_challenge()->set_octets(std::move(challenge.octets));
    co_return reply;
}

auth_v1::AuthenticateReply refused_sign_in(const Error& error) {
    auth_v1::AuthenticateReply reply;
    reply.mutable_refusal()->set_fault(std::string(codes(error.fault).name));
    reply.mutable_refusal()->set_text(error.text);
    return reply;
}

}  // namespace sky::auth
