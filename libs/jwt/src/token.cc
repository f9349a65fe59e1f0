#include "sky/jwt/token.h"

#include <algorithm>
#include <array>

#include "signature.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/json/read.h"

namespace sky::jwt {
namespace {
constexpr std::size_t largest_signature = 1024;
constexpr json::Limits header_limits{.octets = 4096, .depth = 2, .members = 32};
constexpr json::Limits payload_limits{.octets = largest_token, .depth = 8, .members = 512};

// Each would let the token bring its own key, or a rule that we don't know (RFC 7515 §4.1.2, §4.1.3, §4.1.5, §4.1.6, §4.1.11; RFC 8725
// §3.10); the last two are of encrypted tokens.
constexpr std::array refused_members{"jku", "jwk", "x5u", "x5c", "crit", "b64", "enc", "zip"};

std::unexpected<Error> refused(Fault fault, std::string why) { return unexpected(fault, "the token is not valid", std::move(why)); }

struct Parts {
    std::string_view signed_octets, header, payload, signature;
};
Result<Parts> parts_of(std::string_view token) {
    if (token.size() > largest_token) return refused(Fault::too_large, "a token of more than 16 KiB");
    const auto first = token.find('.');
    const auto second = first == token.npos ? token.npos : token.find('.', first + 1);
    if (second == token.npos || token.find('.', second + 1) != token.npos) return refused(Fault::syntax, "not three parts");
    return Parts{token.substr(0, second), token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

struct Header {
    Algorithm algorithm;
    std::string type, key_id;
};
Result<Header> header_of(std::string_view encoded) {
    const auto text = base64url_decode(encoded);
    if (!text) return refused(Fault::syntax, "a header that is not base64url");
    const auto object = json::parse_object(*text, header_limits);
    if (!object) return refused(object.error().fault, "header: " + object.error().reason);
    for (const auto* name : refused_members)
        if (object->contains(name)) return refused(Fault::bad_credentials, std::string("a header with ") + name);
    for (const auto* name : {"typ", "kid"})
        if (object->contains(name) && !json::text_of(*object, name)) return refused(Fault::syntax, std::string(name) + " is no text");
    const auto algorithm = algorithm_named(json::text_of(*object, "alg").value_or(""));
    if (!algorithm) return refused(Fault::bad_credentials, "an algorithm that is not taken");
    // RFC 7515 §4.1.9: media types compare without case, "application/" may be left out.
    std::string type = ascii::to_lower(json::text_of(*object, "typ").value_or(""));
    if (type.starts_with("application/")) type.erase(0, 12);
    return Header{*algorithm, std::move(type), std::string(json::text_of(*object, "kid").value_or(""))};
}

Result<const PublicKey*> key_for(const Header& header, std::span<const PublicKey> keys, std::span<const Algorithm> allowed) {
    const PublicKey* found = nullptr;
    for (const auto& key : keys) {
        if (std::ranges::find(allowed, key.algorithm()) == allowed.end() || key.algorithm() != header.algorithm) continue;
        if (!header.key_id.empty() && key.id() != header.key_id) continue;
        if (found) return refused(Fault::bad_credentials, "several keys may be meant");
        found = &key;
    }
    if (!found) return refused(Fault::bad_credentials, "no key of this id and algorithm");
    return found;
}
}  // namespace

Result<std::string> sign(const PrivateKey& key, std::string_view type, std::string_view payload) {
    const boost::json::object header{{"alg", name_of(key.algorithm())}, {"typ", type}, {"kid", key.id()}};
    std::string out = base64url_encode(boost::json::serialize(header)) + '.' + base64url_encode(payload);
    const auto signature = signature_of(key, out);
    if (!signature) return forward(signature);
    return out + '.' + base64url_encode(*signature);
}

Result<Token> read(std::string_view token, std::span<const PublicKey> keys, std::span<const Algorithm> allowed) {
    const auto parts = parts_of(token);
    if (!parts) return forward(parts);
    auto header = header_of(parts->header);
    if (!header) return forward(header);
    const auto key = key_for(*header, keys, allowed);
    if (!key) return forward(key);
    auto payload = base64url_decode(parts->payload);
    const auto signature = base64url_decode(parts->signature);
    if (!payload || !signature) return refused(Fault::syntax, "a part that is not base64url");
    if (signature->size() > largest_signature || !is_signed(**key, parts->signed_octets, *signature))
        return refused(Fault::bad_credentials, "the signature is wrong");
    if (auto object = json::parse_object(*payload, payload_limits); !object)
        return refused(object.error().fault, "claims: " + object.error().reason);
    return Token{std::move(header->type), std::move(header->key_id), std::move(*payload)};
}

}  // namespace sky::jwt
