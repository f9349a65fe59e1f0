#include <algorithm>

#include "gs2.h"
#include "mechanism.h"
#include "sky/base/ascii.h"

namespace sky::sasl {
namespace {
constexpr char separator = '\x01';
// RFC 7628 §3.2.2: what a client without a usable token is told; some fetch a new one on seeing it.
constexpr std::string_view refusal = R"({"status":"invalid_token","scope":"mail","schemes":"bearer"})";

Refused refused_token(std::string reason) {
    return {{Fault::bad_credentials, "authentication failed", std::move(reason)}, std::string(refusal)};
}

// RFC 6750 §2.1: credentials = "Bearer" 1*SP b64token; the scheme in either case.
std::optional<std::string_view> token_of(std::string_view value) {
    if (!ascii::starts_ignoring_case(value, "Bearer ")) return std::nullopt;
    value.remove_prefix(7);
    while (value.starts_with(' ')) value.remove_prefix(1);
    auto body = value;
    while (body.ends_with('=')) body.remove_suffix(1);
    const auto fits = [](char c) { return ascii::is_alnum(c) || std::string_view("-._~+/").contains(c); };
    if (body.empty() || value.size() > max_token || !std::ranges::all_of(body, fits)) return std::nullopt;
    return value;
}

// The pairs of RFC 7628 §3.1 in order: key "=" value ^A, the last followed by one more ^A. `take` says no to what it can't read.
template <class Take>
bool each_pair(std::string_view message, Take take) {
    while (message.size() > 1) {
        const auto end = message.find(separator);
        const auto equals = message.find('=');
        if (end == std::string_view::npos || equals >= end || equals == 0) return false;
        const auto key = message.substr(0, equals);
        if (!std::ranges::all_of(key, ascii::is_alpha)) return false;
        if (!take(key, message.substr(equals + 1, end - equals - 1))) return false;
        message.remove_prefix(end + 1);
    }
    return message.size() == 1 && message[0] == separator;
}

// Every call fills a field that was empty: a key may stand once.
bool take_token(Bearer& bearer, std::string_view value) {
    const auto token = token_of(value);
    if (!token || !bearer.token.empty()) return false;
    bearer.token = *token;
    return true;
}

bool take_host(Bearer& bearer, std::string_view value) {
    const auto visible = [](char c) { return c > ' ' && c < 127; };
    if (!bearer.host.empty() || value.size() > max_name || !std::ranges::all_of(value, visible)) return false;
    bearer.host = value;
    return true;
}

bool take_port(Bearer& bearer, std::string_view value) {
    const auto port = ascii::number(value, 65535);
    if (!port || bearer.port) return false;
    bearer.port = static_cast<std::uint16_t>(*port);
    return true;
}

class TokenMechanism : public Mechanism {
  public:
    Turn refuse_token() override { return refused_token("token refused"); }
};

// RFC 7628 §3.1: gs2-header ^A *(key "=" value ^A) ^A. There is no -PLUS form here, so "y" is no downgrade and "p=" has no meaning.
class OAuthBearer final : public TokenMechanism {
  public:
    Turn answer(std::string message) override {
        std::string_view rest = message;
        auto head = take_gs2(rest);
        if (!head || head->flag == Gs2::Flag::bound || !rest.starts_with(separator)) return malformed("OAUTHBEARER: bad header");
        rest.remove_prefix(1);
        Bearer bearer{.user = std::move(head->authorization)};
        const bool whole = each_pair(rest, [&](std::string_view key, std::string_view value) {
            if (key == "auth") return value.empty() || take_token(bearer, value);
            if (key == "host") return take_host(bearer, value);
            if (key == "port") return take_port(bearer, value);
            return true;
        });
        if (!whole) return malformed("OAUTHBEARER: bad pairs");
        // RFC 7628 §3.2.2: without a token the client asks what it would need, and gets the refusal as answer.
        if (bearer.token.empty()) return refused_token("no token");
        return bearer;
    }
};

// "user=" name ^A "auth=Bearer " token ^A ^A
class XOAuth2 final : public TokenMechanism {
  public:
    Turn answer(std::string message) override {
        Bearer bearer;
        const bool whole = each_pair(message, [&](std::string_view key, std::string_view value) {
            if (key == "auth") return take_token(bearer, value);
            if (key != "user") return true;
            if (!bearer.user.empty() || !is_name_or_empty(value)) return false;
            bearer.user = value;
            return true;
        });
        if (!whole || bearer.user.empty() || bearer.token.empty()) return malformed("XOAUTH2: bad pairs");
        return bearer;
    }
};
}  // namespace

std::unique_ptr<Mechanism> make_oauthbearer(Opening&&) { return std::make_unique<OAuthBearer>(); }
std::unique_ptr<Mechanism> make_xoauth2(Opening&&) { return std::make_unique<XOAuth2>(); }

}  // namespace sky::sasl
