#include "sky/smtp-proto/decision.h"

#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/base/sha256.h"

namespace sky::smtp {
namespace {
constexpr std::size_t token_octets = 16;
constexpr std::string_view approve = "approve-", reject = "reject-";
}  // namespace

std::optional<DecisionAddress> parse_decision(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || at + 1 == address.size()) return std::nullopt;
    DecisionAddress out;
    out.domain = ascii::to_lower(address.substr(at + 1));
    auto local = ascii::to_lower(address.substr(0, at));
    if (local.starts_with(approve)) {
        out.token = local.substr(approve.size());
    } else if (local.starts_with(reject)) {
        out.choice = Choice::reject;
        out.token = local.substr(reject.size());
    }
    const auto octets = hex_decode(out.token);
    if (!octets || octets->size() != token_octets) return std::nullopt;
    return out;
}

std::string print(const DecisionAddress& decision) {
    return std::string(decision.choice == Choice::approve ? approve : reject) + decision.token + "@" + decision.domain;
}

std::string digest_of_token(std::string_view token) { return hex_encode(sha256(token).substr(0, token_octets)); }

}  // namespace sky::smtp
