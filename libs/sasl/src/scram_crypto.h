#pragma once
// The functions of RFC 5802 §2.2 and the formulas of §3, by OpenSSL.
#include <span>
#include <string>
#include <string_view>

#include "sky/sasl/scram.h"

namespace sky::sasl {

std::size_t size_of(ScramHash hash);
std::string scram_h(ScramHash hash, std::string_view text);
std::string scram_hmac(ScramHash hash, std::string_view key, std::string_view text);
std::string scram_hi(ScramHash hash, std::string_view text, std::string_view salt, std::uint32_t iterations);

// The verifier whose secret made `proof` over `auth_message`, or verifiers.size(). Its time depends on how many there are, in steps of
// eight, and on nothing else.
std::size_t find_prover(ScramHash hash, std::span<const ScramVerifier> verifiers, std::string_view auth_message, std::string_view proof);

}  // namespace sky::sasl
