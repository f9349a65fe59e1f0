#pragma once
// Signatures in the forms of RFC 7518 §3 and RFC 8037 §3.1.
#include "sky/jwt/key.h"

namespace sky::jwt {

Result<std::string> signature_of(const PrivateKey& key, std::string_view signed_octets);
bool is_signed(const PublicKey& key, std::string_view signed_octets, std::string_view signature);

}  // namespace sky::jwt
