#pragma once
// What a program may be let do. Pure.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sky::auth::oauth {

struct Scope {
    std::string_view name;
    std::string_view sentence;   // what people read before they agree
    std::string_view protocols;  // where an access token signs in, as gateways call it; separated by commas; empty: nowhere
};
std::span<const Scope> known_scopes();

// RFC 6749 §3.3: names between spaces, each once, in the order of first mention. Empty for what is malformed.
std::optional<std::vector<std::string>> parse_scopes(std::string_view text);
std::string scope_text(const std::vector<std::string>& scopes);

bool contains(const std::vector<std::string>& all, std::string_view one);
bool contains_all(const std::vector<std::string>& all, const std::vector<std::string>& some);
// Those of `asked` that are known here and in `allowed`, in the order of `asked`.
std::vector<std::string> permitted(const std::vector<std::string>& asked, const std::vector<std::string>& allowed);

// A token with these scopes signs in by this protocol.
bool opens(const std::vector<std::string>& scopes, std::string_view protocol);

}  // namespace sky::auth::oauth
