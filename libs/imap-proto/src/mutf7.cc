#include "sky/imap-proto/mutf7.h"

#include <cstdint>

namespace sky::imap {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

constexpr bool plain(unsigned char c) { return c >= 0x20 && c <= 0x7e; }

// The next code point of UTF-8 text; a wrong octet is U+FFFD and one octet long.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = octet(at++);
    if (lead < 0x80) return lead;
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || at + static_cast<std::size_t>(more) > text.size()) return 0xfffd;
    char32_t value = lead & (0x3f >> more);
    for (int i = 0; i < more; ++i) {
        const unsigned char next = octet(at + static_cast<std::size_t>(i));
        if ((next & 0xc0) != 0x80) return 0xfffd;
        value = (value << 6) | (next & 0x3f);
    }
    constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (value < least[more] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0xfffd;
    at += static_cast<std::size_t>(more);
    return value;
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t octet) { out += static_cast<char>(static_cast<unsigned char>(octet)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xc0 | (c >> 6));
    } else {
        if (c < 0x10000) {
            put(0xe0 | (c >> 12));
        } else {
            put(0xf0 | (c >> 18));
            put(0x80 | ((c >> 12) & 0x3f));
        }
        put(0x80 | ((c >> 6) & 0x3f));
    }
    put(0x80 | (c & 0x3f));
}

// UTF-16BE units gathered into base64 digits, six bits each.
class Shift {
  public:
    explicit Shift(std::string& out) : out_(&out) { out += '&'; }
    void put(char32_t c) {
        if (c >= 0x10000) {
            unit(0xd800 + ((c - 0x10000) >> 10));
            unit(0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            unit(c);
        }
    }
    void end() {
        if (count_ > 0) *out_ += digits[(bits_ << (6 - count_)) & 0x3f];
        *out_ += '-';
    }

  private:
    void unit(std::uint32_t value) {
        bits_ = (bits_ << 16) | (value & 0xffff);
        for (count_ += 16; count_ >= 6; count_ -= 6) *out_ += digits[(bits_ >> (count_ - 6)) & 0x3f];
    }
    std::string* out_;
    std::uint32_t bits_ = 0;
    int count_ = 0;
};

// Decodes what stands between "&" and "-".
bool decode_shift(std::string_view encoded, std::string& out) {
    std::uint32_t bits = 0;
    int count = 0;
    char32_t high = 0;
    for (const char c : encoded) {
        const std::size_t value = digits.find(c);
        if (value == std::string_view::npos) return false;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 16) continue;
        count -= 16;
        const char32_t unit = (bits >> count) & 0xffff;
        if (high != 0) {
            if (unit < 0xdc00 || unit > 0xdfff) return false;
            append_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            high = 0;
        } else if (unit >= 0xd800 && unit <= 0xdbff) {
            high = unit;
        } else if (unit == 0 || (unit >= 0x20 && unit <= 0x7e) || (unit >= 0xdc00 && unit <= 0xdfff)) {
            return false;
        } else {
            append_utf8(out, unit);
        }
    }
    return high == 0 && count < 6 && (bits & ((1u << count) - 1)) == 0;
}

}  // namespace

std::string encode_mutf7(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const auto c = static_cast<unsigned char>(utf8[at]);
        if (plain(c)) {
            out += utf8[at++];
            if (c == '&') out += '-';
            continue;
        }
        Shift shift(out);
        while (at < utf8.size() && !plain(static_cast<unsigned char>(utf8[at]))) shift.put(next_code_point(utf8, at));
        shift.end();
    }
    return out;
}

std::optional<std::string> decode_mutf7(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool after_shift = false;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        if (!plain(static_cast<unsigned char>(c))) return std::nullopt;
        if (c != '&') {
            out += c;
            after_shift = false;
            continue;
        }
        const std::size_t end = text.find('-', at);
        if (end == std::string_view::npos) return std::nullopt;
        if (end == at) {
            out += '&';
            after_shift = false;
        } else {
            if (after_shift || !decode_shift(text.substr(at, end - at), out)) return std::nullopt;
            after_shift = true;
        }
        at = end + 1;
    }
    return out;
}

}  // namespace sky::imap
