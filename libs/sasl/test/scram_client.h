#pragma once
// A SCRAM client for tests: what an honest client answers, and what one would that lies in one place.
#include <string>
#include <vector>

#include "../src/scram_crypto.h"
#include "sky/base/encode.h"
#include "sky/sasl/server.h"

namespace sky::sasl::testing {

inline const std::string salt = "0123456789abcdef";
inline const std::string nonce = "abcdefghijklmnopqrstuvwx";

inline ScramAccount account(ScramHash hash, const std::vector<std::string_view>& passwords) {
    ScramAccount out{salt, scram_least_iterations, {}};
    for (const auto password : passwords) out.verifiers.push_back(*scram_verifier(hash, password, out.salt, out.iterations));
    return out;
}

// client-final for these messages by a client that holds SaltedPassword; channel binding input and nonce are as given.
inline std::string final_of(ScramHash hash, std::string_view salted, std::string_view client_first_bare, std::string_view server_first,
                            std::string_view binding_input, std::string_view full_nonce, std::string_view extension = "") {
    auto proof = scram_hmac(hash, salted, "Client Key");
    auto without = "c=" + base64_encode(binding_input) + ",r=" + std::string(full_nonce) + std::string(extension);
    const auto message = std::string(client_first_bare) + "," + std::string(server_first) + "," + without;
    const auto signature = scram_hmac(hash, scram_h(hash, proof), message);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ signature[i]);
    return without + ",p=" + base64_encode(proof);
}

}  // namespace sky::sasl::testing
