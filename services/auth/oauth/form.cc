#include "auth/oauth/form.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth::oauth {

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            out += '%';
            out += digits[octet >> 4];
            out += digits[octet & 15];
        }
    }
    return out;
}

std::optional<std::string> form_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const auto octet = hex_decode(text.substr(i + 1, 2));
            if (!octet || octet->size() != 1) return std::nullopt;
            out += *octet;
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
    if (!ascii::is_utf8(out) || std::ranges::any_of(out, is_control)) return std::nullopt;
    return out;
}

Outcome<Form> Form::parse(std::string_view text) {
    if (text.size() > largest_form) return refuse("invalid_request", "the request is too large");
    Form out;
    std::size_t count = 0;
    for (const auto pair : ascii::split(text, '&')) {
        if (pair.empty()) continue;
        if (++count > most_parameters) return refuse("invalid_request", "the request has too many parameters");
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = form_decode(pair.substr(0, equals)), value = form_decode(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value || name->empty()) return refuse("invalid_request", "a parameter is malformed");
        if (value->empty()) continue;
        auto& values = out.values_[*name];
        if (!values.empty() && *name != "resource") return refuse("invalid_request", "a parameter comes twice");
        values.push_back(*value);
    }
    return out;
}

std::string Form::text(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second.front();
}

std::vector<std::string> Form::all(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace sky::auth::oauth
