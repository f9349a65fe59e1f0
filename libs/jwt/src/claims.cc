#include "sky/jwt/claims.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/json/read.h"

namespace sky::jwt {
namespace {
namespace bj = boost::json;

std::unexpected<Error> refused(std::string why) { return unexpected(Fault::bad_credentials, "the token is not valid", std::move(why)); }

// What the clock's nanoseconds can still hold, in seconds: the year 2255. Whoever says "never" with a later date gets this one.
constexpr double latest = 9'000'000'000;

// RFC 7519 §2: seconds, maybe with a fraction.
Result<std::optional<Time>> date(const bj::object& claims, const char* name) {
    if (!claims.contains(name)) return std::nullopt;
    const auto seconds = json::number_of(claims, name);
    if (!seconds || !(*seconds >= 0)) return refused(std::string(name) + " is no date");
    return Time(std::chrono::seconds(static_cast<std::int64_t>(std::min(*seconds, latest))));
}

// RFC 7519 §4.1.3: one text, or a list of them.
std::vector<std::string> audiences_of(const bj::object& claims) {
    if (const auto one = json::text_of(claims, "aud")) return {std::string(*one)};
    return json::texts_of(claims, "aud").value_or(std::vector<std::string>());
}

std::string expected_type(const Expected& expected) {
    std::string type = ascii::to_lower(expected.type);
    if (type.starts_with("application/")) type.erase(0, 12);
    return type;
}
}  // namespace

Result<Claims> check(const Token& token, const Expected& expected) {
    const auto object = json::parse_object(token.payload);
    if (!object) return forward(object);
    // RFC 8725 §3.11, §3.12: one kind of token never passes for another.
    const std::string type = expected_type(expected);
    if (type.empty() ? !token.type.empty() && token.type != "jwt" : token.type != type) return refused("another kind of token");

    Claims out{.issuer = std::string(json::text_of(*object, "iss").value_or("")), .audiences = audiences_of(*object)};
    if (out.issuer.empty() || out.issuer != expected.issuer) return refused("another issuer, or none");
    const bool for_us = std::ranges::any_of(
        out.audiences, [&](const std::string& one) { return std::ranges::find(expected.audiences, one) != expected.audiences.end(); });
    if (!for_us) return refused("another audience, or none");
    if (object->contains("sub") && !json::text_of(*object, "sub")) return refused("sub is no text");
    out.subject = json::text_of(*object, "sub").value_or("");

    const auto expires = date(*object, "exp"), not_before = date(*object, "nbf"), issued = date(*object, "iat");
    for (const auto* one : {&expires, &not_before, &issued})
        if (!*one) return forward(*one);
    const auto skew = std::clamp(expected.skew, std::chrono::seconds(0), largest_skew);
    if (!*expires) return refused("exp is missing");
    if (expected.now >= **expires + skew) return refused("expired");
    if (*not_before && expected.now + skew < **not_before) return refused("not valid yet");
    if (*issued && expected.now + skew < **issued) return refused("issued in the future");
    out.expires = **expires;
    out.not_before = *not_before;
    out.issued = *issued;
    out.payload = token.payload;
    return out;
}

Result<Claims> verify(std::string_view text, std::span<const PublicKey> keys, std::span<const Algorithm> allowed,
                      const Expected& expected) {
    const auto token = read(text, keys, allowed);
    if (!token) return forward(token);
    return check(*token, expected);
}

}  // namespace sky::jwt
