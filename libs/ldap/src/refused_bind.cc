#include <charconv>

#include "sky/base/ascii.h"
#include "sky/ldap/client.h"

namespace sky::ldap {
namespace {
constexpr int constraint_violation = 19, unwilling_to_perform = 53;

// "… AcceptSecurityContext error, data 52e, v4563" → 0x52e; 0: none.
int data_of(std::string_view message) {
    const auto found = message.find(", data ");
    int out = 0;
    if (found != message.npos) std::from_chars(message.data() + found + 7, message.data() + message.size(), out, 16);
    return out;
}
}  // namespace

Verdict refused_bind(int code, std::string_view message) {
    const auto say = [&](Proof proof, const char* what) {
        return Verdict{proof,
                       std::string(what) + " (" + std::to_string(code) + (message.empty() ? "" : " " + ascii::printable(message)) + ")"};
    };
    switch (data_of(message)) {
        case 0x530:
            return say(Proof::disabled, "not at this time");
        case 0x531:
            return say(Proof::disabled, "not from this workstation");
        case 0x532:
            return say(Proof::disabled, "the password has expired");
        case 0x533:
            return say(Proof::disabled, "the account is disabled");
        case 0x701:
            return say(Proof::disabled, "the account has expired");
        case 0x773:
            return say(Proof::disabled, "the password must be changed first");
        case 0x775:
            return say(Proof::locked, "the account is locked");
        default:
            break;
    }
    // Other directories lock by these (389 Directory Server: 19 after too many attempts, 53 for an account that is switched off).
    if (code == constraint_violation) return say(Proof::locked, "the account is locked");
    if (code == unwilling_to_perform) return say(Proof::disabled, "the directory is unwilling");
    return say(Proof::wrong, "wrong password");
}

}  // namespace sky::ldap
