#include <iconv.h>

#include <array>
#include <cerrno>
#include <memory>

#include "sky/base/ascii.h"
#include "sky/mime/words.h"

namespace sky::mime {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

void put_code_point(std::string& out, char32_t c) {
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (c >> 6)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xE0 | (c >> 12)));
        out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    }
}

// windows-1252 for 0x80 to 0x9F; also used for iso-8859-1, as every mail reader does (WHATWG Encoding §4).
constexpr std::array<char16_t, 32> windows_1252{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                                0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                                0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

std::string from_windows_1252(std::string_view octets) {
    std::string out;
    out.reserve(octets.size() + octets.size() / 4);
    for (const char c : octets) {
        const auto u = static_cast<unsigned char>(c);
        put_code_point(out, u == 0 ? U' ' : u >= 0x80 && u < 0xA0 ? windows_1252[u - 0x80] : u);
    }
    return out;
}

// Well-formed sequences stay, every other octet becomes U+FFFD.
std::string repair_utf8(std::string_view octets) {
    std::string out;
    out.reserve(octets.size());
    for (std::size_t i = 0; i < octets.size();) {
        const auto lead = static_cast<unsigned char>(octets[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        const auto sequence = octets.substr(i, length);
        if (lead == 0) {
            out.push_back(' ');
            ++i;
        } else if (ascii::is_utf8(sequence) && sequence.size() == length) {
            out += sequence;
            i += length;
        } else {
            out += replacement;
            ++i;
        }
    }
    return out;
}

// Labels found in mail and the name under which iconv knows them. Only these reach iconv: a stranger never chooses which converter is
// loaded.
struct Label {
    std::string_view label;
    const char* iconv_name;
};
constexpr std::array<Label, 42> labels{{{"iso-8859-2", "ISO-8859-2"},
                                        {"iso-8859-3", "ISO-8859-3"},
                                        {"iso-8859-4", "ISO-8859-4"},
                                        {"iso-8859-5", "ISO-8859-5"},
                                        {"iso-8859-6", "ISO-8859-6"},
                                        {"iso-8859-7", "ISO-8859-7"},
                                        {"iso-8859-8", "ISO-8859-8"},
                                        {"iso-8859-8-i", "ISO-8859-8"},
                                        {"iso-8859-9", "ISO-8859-9"},
                                        {"iso-8859-10", "ISO-8859-10"},
                                        {"iso-8859-13", "ISO-8859-13"},
                                        {"iso-8859-14", "ISO-8859-14"},
                                        {"iso-8859-15", "ISO-8859-15"},
                                        {"latin9", "ISO-8859-15"},
                                        {"iso-8859-16", "ISO-8859-16"},
                                        {"windows-1250", "CP1250"},
                                        {"windows-1251", "CP1251"},
                                        {"cp1251", "CP1251"},
                                        {"windows-1253", "CP1253"},
                                        {"windows-1254", "CP1254"},
                                        {"windows-1255", "CP1255"},
                                        {"windows-1256", "CP1256"},
                                        {"windows-1257", "CP1257"},
                                        {"windows-1258", "CP1258"},
                                        {"windows-874", "CP874"},
                                        {"tis-620", "TIS-620"},
                                        {"koi8-r", "KOI8-R"},
                                        {"koi8-u", "KOI8-U"},
                                        {"gb2312", "GB18030"},
                                        {"gbk", "GB18030"},
                                        {"gb18030", "GB18030"},
                                        {"big5", "BIG5"},
                                        {"big5-hkscs", "BIG5-HKSCS"},
                                        {"shift_jis", "CP932"},
                                        {"shift-jis", "CP932"},
                                        {"windows-31j", "CP932"},
                                        {"euc-jp", "EUC-JP"},
                                        {"iso-2022-jp", "ISO-2022-JP"},
                                        {"euc-kr", "CP949"},
                                        {"ks_c_5601-1987", "CP949"},
                                        {"utf-16", "UTF-16"},
                                        {"utf-16le", "UTF-16LE"}}};

struct CloseIconv {
    void operator()(void* handle) const { ::iconv_close(handle); }
};

std::optional<std::string> by_iconv(std::string_view octets, const char* name) {
    if (octets.empty()) return std::string();
    iconv_t raw = ::iconv_open("UTF-8", name);
    if (raw == reinterpret_cast<iconv_t>(-1)) return std::nullopt;  // NOLINT: iconv's own way to say so
    const std::unique_ptr<void, CloseIconv> handle(raw);
    std::string input(octets);
    char* in = input.data();
    std::size_t left = input.size();
    std::string out;
    std::array<char, 4096> buffer{};
    while (left > 0) {
        char* to = buffer.data();
        std::size_t room = buffer.size();
        const auto done = ::iconv(handle.get(), &in, &left, &to, &room);
        out.append(buffer.data(), buffer.size() - room);
        if (done != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
        out += replacement;
        ++in;
        --left;
    }
    return repair_utf8(out);  // a NUL in the text, and anything odd a converter may give
}

}  // namespace

std::optional<std::string> to_utf8(std::string_view octets, std::string_view charset) {
    const auto label = ascii::to_lower(ascii::trim(charset));
    if (label == "utf-8" || label == "utf8" || label == "us-ascii" || label == "ascii" || label == "ansi_x3.4-1968" || label.empty())
        return repair_utf8(octets);
    if (label == "iso-8859-1" || label == "latin1" || label == "windows-1252" || label == "cp1252" || label == "iso8859-1")
        return from_windows_1252(octets);
    for (const auto& known : labels)
        if (label == known.label) return by_iconv(octets, known.iconv_name);
    return std::nullopt;
}

std::string guess_utf8(std::string_view octets) {
    if (!ascii::is_utf8(octets)) return from_windows_1252(octets);
    std::string out(octets);
    std::erase(out, '\0');
    return out;
}

}  // namespace sky::mime
