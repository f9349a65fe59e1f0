#include "random_mail.h"

#include <fmt/format.h>

#include "sky/mime/transfer.h"

namespace sky::mime::oracle {
namespace {

constexpr std::string_view words[] = {"report", "for",  "the",   "meeting", "on",    "Friday",
                                      "budget", "2026", "final", "version", "draft", "notes"};
constexpr std::string_view foreign[] = {"Grüße", "naïve", "Привет", "東京", "čaj", "Ελλάδα", "שלום", "€50", "año", "🙂"};
constexpr std::string_view zones[] = {"+0000", "-0800", "+0530", "GMT", "EST", "+1400"};

bool is_ascii(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) > 126 || c < ' ') return false;
    return true;
}

// Whole characters of at most `most` octets, from the front.
std::vector<std::string> pieces(const std::string& text, std::size_t most) {
    std::vector<std::string> out(1);
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
        if (out.back().size() + end - i > most) out.emplace_back();
        out.back() += text.substr(i, end - i);
        i = end;
    }
    return out;
}

}  // namespace

std::string RandomMail::token() {
    std::string out;
    for (std::size_t n = 3 + roll(12); n > 0; --n) out += static_cast<char>('a' + roll(26));
    return out;
}

std::string RandomMail::phrase() {
    std::string out;
    const bool strange = roll(2) == 0;
    for (std::size_t n = 1 + roll(6); n > 0; --n) {
        if (!out.empty()) out += ' ';
        out += strange && roll(2) == 0 ? one_of(foreign) : one_of(words);
    }
    return out;
}

std::string RandomMail::encoded_words(const std::string& text) {
    std::string out;
    const bool base64 =
        text.size() < 30 && roll(2) == 0;  // one word: of several GMime decodes the base64 as a whole, and stops at the first "="
    for (const auto& piece : pieces(text, base64 ? 45 : 10 + roll(10))) {
        if (!out.empty()) out += roll(2) ? "\r\n " : " ";
        if (base64) {
            auto coded = encode_base64_lines(piece);
            std::erase_if(coded, [](char c) { return c == '\r' || c == '\n'; });
            out += "=?UTF-8?B?" + coded + "?=";
        } else {
            out += "=?utf-8?q?";
            for (const char c : piece)
                out += std::isalnum(static_cast<unsigned char>(c)) ? std::string(1, c)
                       : c == ' '                                  ? "_"
                                                                   : fmt::format("={:02X}", static_cast<unsigned char>(c));
            out += "?=";
        }
    }
    return out;
}

std::string RandomMail::header_text() {
    auto text = phrase();
    if (!is_ascii(text)) return encoded_words(text);
    if (const auto space = text.find(' '); space != std::string::npos && roll(3) == 0) text.insert(space, "\r\n");
    return text;
}

std::string RandomMail::addresses() {
    std::string out;
    const bool group = roll(6) == 0;
    if (group) out += token() + ": ";
    for (std::size_t n = 1 + roll(4), i = 0; i < n; ++i) {
        if (i > 0) out += roll(3) ? ", " : ",\r\n\t";
        const auto address = token() + (roll(4) ? "" : "." + token()) + "@" + token() + ".example";
        switch (roll(5)) {
            case 0:
                out += address;
                break;
            case 1:
                out += "<" + address + ">";
                break;
            case 2:
                out += "\"" + token() + ", " + token() + " \\\"x\\\"\" <" + address + ">";
                break;
            case 3:
                out += encoded_words(phrase()) + " <" + address + ">";
                break;
            default:
                out += token() + " " + token() + " <" + address + ">";
                break;
        }
    }
    if (group) out += ";";
    return out;
}

std::string RandomMail::parameter(const std::string& name, const std::string& value) {
    if (is_ascii(value) && roll(3)) return fmt::format("; {}=\"{}\"", name, value);
    const auto percent = [](const std::string& text) {
        std::string out;
        for (const char c : text)
            out += std::isalnum(static_cast<unsigned char>(c)) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
        return out;
    };
    if (value.size() < 20 && roll(2)) return fmt::format(";\r\n {}*=utf-8''{}", name, percent(value));
    std::string out;
    std::size_t number = 0;
    for (const auto& piece : pieces(value, 8)) {
        out += fmt::format(";\r\n {}*{}*={}{}", name, number, number == 0 ? "utf-8''" : "", percent(piece));
        ++number;
    }
    return out;
}

std::string RandomMail::leaf() {
    std::string text;
    for (std::size_t lines = roll(8); lines > 0; --lines) text += phrase() + (roll(6) ? "" : "   ") + "\r\n";
    const auto filename = roll(3) == 0 ? parameter("name", phrase() + ".txt") : "";
    const auto disposition = roll(3) == 0 ? "Content-Disposition: attachment" + parameter("filename", phrase() + ".pdf") + "\r\n" : "";
    switch (roll(4)) {
        case 0:
            return fmt::format("Content-Type: text/plain; charset=utf-8{}\r\nContent-Transfer-Encoding: quoted-printable\r\n{}\r\n{}",
                               filename, disposition, encode_quoted_printable(text));
        case 1:
            return fmt::format("Content-Type: Application/Octet-Stream{}\r\nContent-Transfer-Encoding: BASE64\r\n{}\r\n{}", filename,
                               disposition, encode_base64_lines(text + std::string("\0\xFF\r\xC3", 4)));
        case 2:
            return fmt::format("Content-Type: text/html; charset=\"UTF-8\"{}\r\nContent-Transfer-Encoding: 8bit\r\n{}\r\n<p>{}", filename,
                               disposition, text);
        default:
            return fmt::format("{}\r\n{}", disposition, text);
    }
}

std::string RandomMail::entity(int depth) {
    const auto choice = depth > 4 ? 0 : roll(6);
    if (choice == 4) return "Content-Type: message/rfc822\r\n\r\n" + message(depth + 1);
    if (choice != 5 && choice != 3) return leaf();
    const auto boundary = roll(2) ? token() : token() + "_=" + token() + "?";
    constexpr std::string_view kinds[] = {"mixed", "alternative", "related", "digest"};
    const auto kind = one_of(kinds);
    auto out = fmt::format("Content-Type: multipart/{};\r\n boundary=\"{}\"\r\n\r\n{}", kind, boundary, roll(2) ? "preamble\r\n" : "");
    for (std::size_t n = 1 + roll(4); n > 0; --n)
        out += fmt::format("--{}{}\r\n{}\r\n", boundary, roll(8) ? "" : "  ",
                           kind == "digest" ? "\r\n" + message(depth + 1) : entity(depth + 1));
    return out + fmt::format("--{}--\r\n{}", boundary, roll(3) ? "" : "epilogue\r\n");
}

std::string RandomMail::message(int depth) {
    constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto out = fmt::format("From: {}\r\nSubject: {}\r\nDate: {} {} {} {:02}:{:02}:{:02} {}\r\nMessage-ID: <{}@{}.example>\r\n", addresses(),
                           header_text(), 1 + roll(28), one_of(months), 1990 + roll(60), roll(24), roll(60), roll(60), one_of(zones),
                           token(), token());
    out += "To: " + addresses() + "\r\n";
    if (roll(2)) out += "CC: " + addresses() + "\r\n";
    if (roll(2)) {
        out += "References:";
        for (std::size_t n = 1 + roll(5); n > 0; --n) out += fmt::format("\r\n <{}@{}.example>", token(), token());
        out += "\r\n";
    }
    return out + "MIME-Version: 1.0\r\n" + entity(depth);
}

}  // namespace sky::mime::oracle
