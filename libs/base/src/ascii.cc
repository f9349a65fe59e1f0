#include "sky/base/ascii.h"

#include <algorithm>
#include <charconv>

namespace sky::ascii {

std::string to_lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

std::string to_upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), upper);
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t max) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
    return value;
}

bool is_utf8(std::string_view text) {
    const auto continues = [&](std::size_t i) { return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x80) {
            ++i;
            continue;
        }
        std::size_t length = 0;
        std::uint32_t point = 0;
        std::uint32_t least = 0;
        if ((c & 0xE0) == 0xC0)
            length = 2, point = c & 0x1F, least = 0x80;
        else if ((c & 0xF0) == 0xE0)
            length = 3, point = c & 0x0F, least = 0x800;
        else if ((c & 0xF8) == 0xF0)
            length = 4, point = c & 0x07, least = 0x10000;
        else
            return false;
        for (std::size_t k = 1; k < length; ++k) {
            if (!continues(i + k)) return false;
            point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
        }
        if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
        i += length;
    }
    return true;
}

std::string printable(std::string_view bytes, std::size_t limit) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const char c : bytes.substr(0, limit)) {
        if (c >= 32 && c < 127 && c != '\\') {
            out += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            out += {'\\', 'x', digits[octet >> 4], digits[octet & 15]};
        }
    }
    if (bytes.size() > limit) out += "...";
    return out;
}

}  // namespace sky::ascii
