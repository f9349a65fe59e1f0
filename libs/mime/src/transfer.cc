#include "sky/mime/transfer.h"

#include <array>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::mime {
namespace {

constexpr auto base64_values = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < digits.size(); ++i) table[static_cast<unsigned char>(digits[i])] = static_cast<std::int8_t>(i);
    return table;
}();

int hex_digit(char c) {
    if (ascii::is_digit(c)) return c - '0';
    const char l = ascii::lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

Encoding parse_encoding(std::string_view value) {
    const auto comment = value.find_first_of("(;");
    const auto word = ascii::to_lower(ascii::trim(value.substr(0, comment)));
    if (word.empty() || word == "7bit") return Encoding::seven_bit;
    if (word == "8bit") return Encoding::eight_bit;
    if (word == "binary") return Encoding::binary;
    if (word == "quoted-printable") return Encoding::quoted_printable;
    if (word == "base64") return Encoding::base64;
    return Encoding::unknown;
}

void TransferDecoder::feed(std::string_view piece, std::string& out) {
    if (encoding_ == Encoding::base64)
        feed_base64(piece, out);
    else if (encoding_ == Encoding::quoted_printable)
        feed_quoted(piece, out);
    else
        out += piece;
}

void TransferDecoder::feed_base64(std::string_view piece, std::string& out) {
    for (const char c : piece) {
        const auto value = base64_values[static_cast<unsigned char>(c)];
        if (value < 0) {
            if (c == '=' && held_ > 0) finish(out);  // padding ends a group; concatenated bodies go on after it
            continue;
        }
        bits_ = bits_ << 6 | static_cast<std::uint32_t>(value);
        if (++held_ == 4) {
            out.push_back(static_cast<char>(bits_ >> 16));
            out.push_back(static_cast<char>(bits_ >> 8));
            out.push_back(static_cast<char>(bits_));
            bits_ = 0;
            held_ = 0;
        }
    }
}

void TransferDecoder::feed_quoted(std::string_view piece, std::string& out) {
    for (const char c : piece) {
        if (!pending_.empty() && pending_[0] == '=') {
            pending_.push_back(c);
            if (c == '\n') {
                // A soft line break, with or without CR and white space; anything else after the = stays as it is.
                if (!ascii::trim(std::string_view(pending_).substr(1)).empty()) out += pending_;
                pending_.clear();
            } else if (pending_.size() == 3 && hex_digit(pending_[1]) >= 0 && hex_digit(c) >= 0) {
                out.push_back(static_cast<char>(hex_digit(pending_[1]) * 16 + hex_digit(c)));
                pending_.clear();
            } else if (!(pending_.size() == 2 && hex_digit(c) >= 0) && !ascii::is_space(c)) {
                const bool again = c == '=';
                if (again) pending_.pop_back();
                out += pending_;
                pending_ = again ? "=" : "";
            } else if (pending_.size() > 200) {
                out += pending_;
                pending_.clear();
            }
            continue;
        }
        if (c == ' ' || c == '\t') {
            pending_.push_back(c);
            if (pending_.size() > 1000) {  // no line is that blank
                out += pending_;
                pending_.clear();
            }
            continue;
        }
        if (!pending_.empty() && (c == '\r' || c == '\n')) pending_.clear();  // RFC 2045 §6.7 (3): white space at line ends is not ours
        out += pending_;
        pending_.clear();
        if (c == '=')
            pending_ = "=";
        else
            out.push_back(c);
    }
}

void TransferDecoder::finish(std::string& out) {
    if (encoding_ == Encoding::base64) {
        if (held_ == 2) out.push_back(static_cast<char>(bits_ >> 4));
        if (held_ == 3) {
            out.push_back(static_cast<char>(bits_ >> 10));
            out.push_back(static_cast<char>(bits_ >> 2));
        }
        bits_ = 0;
        held_ = 0;
    } else if (!pending_.empty()) {
        if (pending_ != "=") out += pending_;
        pending_.clear();
    }
}

std::string decode_transfer(std::string_view body, Encoding encoding) {
    std::string out;
    out.reserve(body.size());
    TransferDecoder decoder(encoding);
    decoder.feed(body, out);
    decoder.finish(out);
    return out;
}

std::string encode_base64_lines(std::string_view octets) {
    std::string out;
    for (std::size_t at = 0; at < octets.size(); at += 57) out += base64_encode(octets.substr(at, 57)) + "\r\n";
    return out;
}

std::string encode_quoted_printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
            out += "\r\n";
            column = 0;
            ++i;
            continue;
        }
        const bool last_of_line = i + 1 == text.size() || text[i + 1] == '\r' || text[i + 1] == '\n';
        const bool plain = (c > ' ' && c < 127 && c != '=') || ((c == ' ' || c == '\t') && !last_of_line);
        if (column + (plain ? 1 : 3) > 75) {
            out += "=\r\n";
            column = 0;
        }
        if (plain) {
            out.push_back(c);
            ++column;
        } else {
            const auto u = static_cast<unsigned char>(c);
            out += {'=', digits[u >> 4], digits[u & 15]};
            column += 3;
        }
    }
    return out;
}

}  // namespace sky::mime
