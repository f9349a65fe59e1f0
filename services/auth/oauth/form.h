#pragma once
// Parameters as programs and browsers send them: application/x-www-form-urlencoded. Pure.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/oauth/refusal.h"

namespace sky::auth::oauth {

inline constexpr std::size_t largest_form = 32 * 1024, most_parameters = 64;

// RFC 3986 §2.1: %XX, for everything that is not unreserved.
std::string percent_encode(std::string_view text);
// Of a form: '+' is a space. Empty for what is malformed, is not UTF-8 or holds a control character.
std::optional<std::string> form_decode(std::string_view text);

class Form {
  public:
    // invalid_request for what is malformed or too large, and for a parameter that comes twice (RFC 6749 §3.1, §3.2); only `resource` may
    // (RFC 8707 §2). A parameter without a value counts as not sent.
    static Outcome<Form> parse(std::string_view text);

    std::string text(std::string_view name) const;  // empty: not sent
    bool has(std::string_view name) const { return values_.contains(name); }
    std::vector<std::string> all(std::string_view name) const;

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace sky::auth::oauth
