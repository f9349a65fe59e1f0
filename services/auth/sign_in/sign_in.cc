#include "auth/sign_in/sign_in.h"

#include "auth/address.h"
#include "auth/metrics.h"
#include "auth/store/identities.h"
#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
constexpr std::size_t remembered_verdicts = 100'000;

Answer refuse(Fault fault, std::string text, std::string reason = {}, std::chrono::milliseconds delay = {}) {
    return {.refusal = {fault, std::move(text), std::move(reason)}, .delay = delay};
}

// One text for a wrong password and for nobody, so that it tells no names.
Answer wrong(std::string reason, std::chrono::milliseconds delay) {
    return refuse(Fault::bad_credentials, "the address or the password is wrong", std::move(reason), delay);
}

Answer away(const Error& error) { return refuse(Fault::unavailable, "sign-in is not possible now, try again later", error.reason); }

// What the right password may still not do.
Answer admit(const Identity& who, const Question& question) {
    if (!question.authorization_id.empty()) {
        const auto wanted = parse_address(question.authorization_id);
        if (!wanted || wanted->text() != who.address) return refuse(Fault::forbidden, "you may not act as another account");
    }
    if (who.kind != "user" || who.state != "active") return refuse(Fault::forbidden, "the account is suspended");
    if (who.tenant_state == "closing") return refuse(Fault::forbidden, "the organisation is closed");
    if (who.tenant_state == "suspended" && question.protocol == "submission")
        return refuse(Fault::forbidden, "the organisation is suspended and can't send");
    return {.proved = Proved{who.tenant, who.account, who.address, who.display_name, who.version}};
}
}  // namespace

SignIn::SignIn(pg::Pool& pool, const Passwords& passwords, Attempts& attempts, std::string secret, std::chrono::seconds verdict_life)
    : pool_(pool),
      passwords_(passwords),
      attempts_(attempts),
      secret_(secret),
      verdicts_(std::move(secret), remembered_verdicts, verdict_life) {}

Task<Answer> SignIn::ask(Question question, Deadline deadline) {
    const auto address = parse_address(question.username);
    // What is no address is nobody's, and takes the same way.
    const std::string name = address ? address->text() : ascii::to_lower(ascii::printable(question.username, 320));
    Answer answer = co_await decide(question, name, deadline);
    const char* outcome = answer.proved ? "proved" : codes(answer.refusal.fault).name.data();
    metrics::sign_ins.with({outcome}).add();
    log::write(answer.proved ? log::Level::info : log::Level::warning, "auth.sign_in",
               {{"outcome", outcome},
                {"address", name},
                {"protocol", ascii::printable(question.protocol, 32)},
                {"remote", ascii::printable(question.remote_address, 64)},
                {"reason", answer.refusal.reason},
                {"delay_ms", answer.delay.count()}});
    co_return answer;
}

Task<Answer> SignIn::decide(const Question& question, const std::string& address, Deadline deadline) {
    // RFC 4616 §1, RFC 4954 §4: passwords in the clear only under TLS.
    if (!question.tls) co_return refuse(Fault::privacy_required, "passwords are accepted only under TLS");
    if (question.password.empty() || question.password.size() > longest_password || question.password.contains('\0'))
        co_return wrong("no possible password", std::chrono::seconds(2));

    auto found = co_await find_identity(pool_, address, deadline);
    if (!found) co_return away(found.error());
    const std::optional<Identity>& who = *found;
    if (who) {
        for (const auto& verifier : who->verifiers)
            if (verdicts_.proved(verdicts_.digest(who->account, question.password, verifier), std::chrono::steady_clock::now())) {
                metrics::cached_verdicts.add();
                co_return admit(*who, question);
            }
    }

    const std::string network = network_of(question.remote_address);
    const AttemptKey key{address, network, keyed_digest(secret_, {address, network, question.password})};
    const Reservation reservation = co_await attempts_.reserve(key);
    const auto delay = delay_of(reservation.standing);
    if (is_exhausted(reservation.standing))
        co_return refuse(Fault::limit, "too many failed sign-ins, try again later", "too many failed sign-ins", delay);

    auto proved = co_await passwords_.verify(who ? who->verifiers : std::vector<std::string>{}, question.password, deadline);
    if (!proved) {
        co_await attempts_.refund(key, reservation, Refund::not_tried);
        co_return away(proved.error());
    }
    if (*proved < 0) co_return wrong(who ? "wrong password" : "no such account", delay);
    co_await attempts_.refund(key, reservation, Refund::proved);
    const auto& verifier = who->verifiers[static_cast<std::size_t>(*proved)];
    verdicts_.remember(verdicts_.digest(who->account, question.password, verifier), std::chrono::steady_clock::now());
    co_return admit(*who, question);
}

}  // namespace sky::auth
