#include "auth/sign_in/admission.h"

#include <algorithm>

#include "auth/address.h"
#include "auth/sign_in/protocols.h"
#include "sky/base/ascii.h"
#include "sky/net/address.h"

namespace sky::auth {

Answer refuse(Fault fault, std::string text, std::string reason, std::chrono::milliseconds delay) {
    return {.refusal = {fault, std::move(text), std::move(reason)}, .delay = delay};
}

Answer wrong(std::string reason, std::chrono::milliseconds delay) {
    return refuse(Fault::bad_credentials, "the address or the password is wrong", std::move(reason), delay);
}

Answer away(const Error& error) { return refuse(Fault::unavailable, "sign-in is not possible now, try again later", error.reason); }

bool can_ask_for_code(std::string_view protocol) { return protocol == "web" || protocol == sign_in_protocol; }

bool is_usable(const Credential& credential, const Identity& who, const Question& question) {
    if (credential.kind == Credential::Kind::main)
        return can_ask_for_code(question.protocol) || !(who.second_factor || who.second_factor_required);
    if (can_ask_for_code(question.protocol)) return false;  // it would go around the second factor
    if (!credential.protocols.empty()) {
        const auto protocols = parse_protocols(credential.protocols);
        if (!protocols || !has_protocol(*protocols, question.protocol)) return false;
    }
    if (credential.networks.empty()) return true;
    const auto networks = net::parse_networks(credential.networks);
    return networks && net::contains(*networks, question.remote_address);
}

Answer admit(const Identity& who, const Question& question) {
    if (!question.authorization_id.empty()) {
        const auto wanted = parse_address(question.authorization_id);
        if (!wanted || wanted->text() != who.address) return refuse(Fault::forbidden, "you may not act as another account");
    }
    if ((who.kind != "user" && who.kind != "service") || who.state != "active") return refuse(Fault::forbidden, "the account is suspended");
    if (who.tenant_state == "closing") return refuse(Fault::forbidden, "the organisation is closed");
    if (who.tenant_state == "suspended" && question.protocol == "submission")
        return refuse(Fault::forbidden, "the organisation is suspended and can't send");
    if (question.protocol != sign_in_protocol && who.protocols && !has_protocol(*who.protocols, question.protocol))
        return refuse(Fault::forbidden, "this account may not use " + question.protocol);
    return {.proved = Proved{who.tenant, who.account, who.address, who.display_name, who.version, question.protocol == "submission"}};
}

}  // namespace sky::auth
