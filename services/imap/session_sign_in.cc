// Who a session belongs to: from the sign-in to the sign-out, and his place among the sessions that one may have.
#include "imap/metrics.h"
#include "imap/session.h"
#include "sky/imap-proto/write.h"
#include "sky/sasl/framing.h"
#include "sky/telemetry/log.h"

namespace sky::imapd {
namespace {

imap::ReaderLimits limits_after_sign_in(const Policy& policy) {
    imap::ReaderLimits limits;
    limits.message = policy.message_size;
    return limits;
}

}  // namespace

Task<Result<Reply>> Session::sign_in(identity::Attempt attempt, std::optional<identity::Dialogue> dialogue) {
    if (!is_private()) co_return unexpected(Fault::privacy_required, "Sign in under TLS only");
    attempt.protocol = "imap";
    attempt.remote_address = wire_.stream().peer().address;
    attempt.transport = identity::Attempt::Transport::tls;
    bool broken = false;  // the client's words, rather than what it claims
    auto ask = [&](std::string challenge) -> Task<Result<std::string>> {
        ((out() += "+ ") += challenge) += "\r\n";
        wire_.stream().expires_at(opened_);
        auto line = co_await answer(sasl::max_line);
        wire_.stream().expires_at(Deadline::max());
        broken = !line;
        co_return line;
    };
    wire_.stream().expires_at(Deadline::max());  // auth's delays are not the client's fault
    Result<identity::Principal> principal;
    if (dialogue)
        principal = co_await house_->identity.converse(std::move(attempt), std::move(*dialogue), ask);
    else
        principal = co_await house_->identity.authenticate(std::move(attempt), after(std::chrono::seconds(30)));
    if (!principal && (broken || principal.error().fault == Fault::syntax || principal.error().fault == Fault::unsupported ||
                       principal.error().fault == Fault::too_large)) {
        wire_.stream().expires_at(opened_);
        co_return forward(principal);
    }
    if (!principal) {
        opened_ = after(house_->policy.before_sign_in);
        wire_.stream().expires_at(opened_);
        counted::sign_ins.with({codes(principal.error().fault).name}).add();
        if (!codes(principal.error().fault).temporary && ++sign_in_failures_ >= house_->policy.sign_in_failures) {
            bye({}, "Too many failed sign-ins");
        }
        co_return forward(principal);
    }
    co_return admit(*std::move(principal));
}

Result<Reply> Session::admit(identity::Principal principal) {
    const std::string place = std::to_string(principal.account.value) + ' ' + wire_.stream().peer().address;
    if (house_->signed_in[place] >= house_->policy.per_user_and_address)
        return unexpected(Fault::limit, "Too many connections of this user from this address");
    ++house_->signed_in[place];
    place_ = place;
    user_ = std::move(principal);
    counted::sign_ins.with({"ok"}).add();
    bad_commands_ = 0;
    command_.set_limits(limits_after_sign_in(house_->policy));
    wire_.stream().expires_after(one_transfer);
    if (house_->presence != nullptr)
        presence_ = house_->presence->add({.tenant = user_->tenant,
                                           .account = user_->account,
                                           .address = user_->address,
                                           .protocol = "imap",
                                           .client = client_,
                                           .remote = wire_.stream().peer().address,
                                           .since = house_->clock.now()},
                                          [this](std::string_view text) { end(std::string(text)); });
    log::info("imap.signed_in",
              {{"session", id_}, {"tenant", user_->tenant}, {"account", user_->account}, {"remote", wire_.stream().peer().address}});
    return Reply::ok("Signed in", "CAPABILITY " + capabilities());
}
void Session::sign_out() {
    log::info("imap.signed_out",
              {{"session", id_}, {"tenant", user_->tenant}, {"account", user_->account}, {"remote", wire_.stream().peer().address}});
    selected_.reset();
    notifier_.reset();
    notifies_ = Notifies::by_default;
    neighbours_.reset();
    presence_ = {};
    leave_place();
    user_.reset();
    condstore = qresync = uid_only = rev2 = utf8 = false;
    appended.reset();
    bad_commands_ = 0;
    command_.set_limits(imap::limits_before_sign_in);
    opened_ = after(house_->policy.before_sign_in);
    wire_.stream().expires_after(before_sign_in);
}

void Session::leave_place() {
    if (place_.empty()) return;
    const auto place = house_->signed_in.find(place_);
    if (place != house_->signed_in.end() && --place->second == 0) house_->signed_in.erase(place);
    place_.clear();
}

}  // namespace sky::imapd
