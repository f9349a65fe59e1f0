// Work grows with the octets and with nothing else, whoever wrote them (contract S36): counted in branches taken and octets allocated, not
// in seconds.
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "sky/mime/section.h"
#include "sky/mime/summary.h"

namespace {

std::uint64_t steps = 0;
std::uint64_t allocated = 0;

}  // namespace

extern "C" void __sanitizer_cov_trace_pc_guard_init(std::uint32_t* start, std::uint32_t* stop) {
    for (auto* guard = start; guard < stop; ++guard) *guard = 1;
}
extern "C" void __sanitizer_cov_trace_pc_guard(std::uint32_t*) { ++steps; }

// The address sanitizer's allocator tells of every allocation.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*allocates)(const volatile void*, std::size_t),
                                                         void (*frees)(const volatile void*));

namespace {

using namespace sky::mime;

std::string times(std::string_view piece, std::size_t size) {
    std::string out;
    out.reserve(size + piece.size());
    while (out.size() < size) out += piece;
    return out;
}

// A piece with a number in it, so that no two are alike.
std::string counted(std::string_view before, std::string_view after, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; out.size() < size; ++i) ((out += before) += std::to_string(i)) += after;
    return out;
}

std::string nested(std::size_t size) {
    std::string out, end;
    for (std::size_t i = 0; out.size() + end.size() < size; ++i) {
        const auto name = std::to_string(i);
        out += "Content-Type: multipart/mixed; boundary=" + name + "\r\n\r\n--" + name + "\r\n";
        end = "\r\n--" + name + "--" + end;
    }
    return out + "\r\nx" + end;
}

struct Family {
    const char* name;
    std::function<std::string(std::size_t)> make;
};

std::string field(std::string_view name, std::string value) { return std::string(name) + ": " + std::move(value) + "\r\n\r\nbody\r\n"; }
std::string text(std::string_view kind, std::string body) {
    return "Content-Type: text/" + std::string(kind) + "\r\n\r\n" + std::move(body);
}
std::string coded(std::string_view encoding, std::string body) {
    return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + std::string(encoding) + "\r\n\r\n" + std::move(body);
}
// Within a hundred open multiparts, where every line could be a boundary of each.
std::string beneath(std::string body) {
    std::string out;
    for (int i = 0; i < 98; ++i)
        out += "Content-Type: multipart/mixed; boundary=" + std::string(60, 'b') + std::to_string(i) + "\r\n\r\n--" + std::string(60, 'b') +
               std::to_string(i) + "\r\n";
    return out + "\r\n" + std::move(body);
}

const Family families[] = {
    {"plain text", [](std::size_t n) { return text("plain", times("All work and no play makes a dull day.\r\n", n)); }},
    {"one long line", [](std::size_t n) { return text("plain", times("x", n)); }},
    {"line breaks alone", [](std::size_t n) { return text("plain", times("\r\n", n)); }},
    {"carriage returns alone", [](std::size_t n) { return text("plain", times("\r", n)); }},
    {"multiparts within multiparts", nested},
    {"messages within messages", [](std::size_t n) { return times("Content-Type: message/rfc822\r\n\r\n", n); }},
    {"parts beside parts",
     [](std::size_t n) { return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + times("--b\r\n\r\nx\r\n", n); }},
    {"digests",
     [](std::size_t n) { return "Content-Type: multipart/digest; boundary=b\r\n\r\n" + times("--b\r\n\r\nSubject: x\r\n\r\ny\r\n", n); }},
    {"near boundaries", [](std::size_t n) { return beneath(times("--" + std::string(60, 'b') + "\r\n", n)); }},
    {"boundaries of the outermost", [](std::size_t n) { return beneath(times("--" + std::string(60, 'b') + "0x\r\n", n)); }},
    {"dashes", [](std::size_t n) { return beneath(times("-", n)); }},
    {"a boundary as long as the message",
     [](std::size_t n) { return "Content-Type: multipart/mixed; boundary=\"" + times("b", n / 2) + "\"\r\n\r\n--" + times("b", n / 2); }},
    {"many fields", [](std::size_t n) { return counted("X-", ": v\r\n", n) + "\r\n"; }},
    {"the same field again and again", [](std::size_t n) { return times("To: a@b.example\r\n", n) + "\r\n"; }},
    {"subjects", [](std::size_t n) { return times("Subject: =?utf-8?q?a?=\r\n", n) + "\r\n"; }},
    {"content types", [](std::size_t n) { return times("Content-Type: text/plain; a=b\r\n", n) + "\r\n"; }},
    {"lines that are no fields", [](std::size_t n) { return "A: b\r\n" + times("no field\r\n", n) + "\r\n"; }},
    {"folded lines", [](std::size_t n) { return field("Subject", times("a\r\n ", n)); }},
    {"encoded words, empty", [](std::size_t n) { return field("Subject", times("=?utf-8?q?\?= ", n)); }},
    {"encoded words, open", [](std::size_t n) { return field("Subject", times("=?utf-8?q?", n)); }},
    {"encoded words, one after the other", [](std::size_t n) { return field("Subject", times("=?utf-8?b?w6Q=?=\r\n ", n)); }},
    {"encoded words of unknown charsets", [](std::size_t n) { return field("Subject", counted("=?x-", "?q?a?= ", n)); }},
    {"encoded words cut within a character", [](std::size_t n) { return field("Subject", times("=?iso-2022-jp?b?GyRC?= ", n)); }},
    {"question marks", [](std::size_t n) { return field("Subject", times("=?", n)); }},
    {"replies to replies", [](std::size_t n) { return field("Subject", times("Re: ", n) + "x"); }},
    {"forwards", [](std::size_t n) { return field("Subject", "x" + times(" (fwd)", n)); }},
    {"forwards in brackets", [](std::size_t n) { return field("Subject", times("[fwd: ", n / 2) + "x" + times("]", n / 2)); }},
    {"blobs", [](std::size_t n) { return field("Subject", times("[a] ", n) + "x"); }},
    {"addresses", [](std::size_t n) { return field("To", counted("Name <n", "@example.test>, ", n)); }},
    {"groups", [](std::size_t n) { return field("To", times("a:", n)); }},
    {"groups that end", [](std::size_t n) { return field("To", times("a:;", n)); }},
    {"comments within comments", [](std::size_t n) { return field("From", times("(", n)); }},
    {"comments", [](std::size_t n) { return field("From", times("(a)", n)); }},
    {"quotes", [](std::size_t n) { return field("From", "\"" + times("\\\"", n)); }},
    {"angles", [](std::size_t n) { return field("From", times("<", n)); }},
    {"routes", [](std::size_t n) { return field("From", "<" + times("@a,", n) + ":x@y>"); }},
    {"commas", [](std::size_t n) { return field("Cc", times(",", n)); }},
    {"words without an end", [](std::size_t n) { return field("Reply-To", times("word ", n)); }},
    {"dots and ats", [](std::size_t n) { return field("Sender", times(".@", n)); }},
    {"domain literals", [](std::size_t n) { return field("To", times("a@[", n)); }},
    {"references", [](std::size_t n) { return field("References", counted("<", "@x>\r\n ", n)); }},
    {"references without an end", [](std::size_t n) { return field("References", times("<", n)); }},
    {"quoted references", [](std::size_t n) { return field("In-Reply-To", times("<\"a\\\"@x", n)); }},
    {"parameters", [](std::size_t n) { return field("Content-Type", "text/plain" + counted("; a", "=b", n)); }},
    {"parameters of one name", [](std::size_t n) { return field("Content-Type", "text/plain" + times("; a=b", n)); }},
    {"continued parameters", [](std::size_t n) { return field("Content-Type", "text/plain" + counted("; name*", "*=%41", n)); }},
    {"continued parameters backwards",
     [](std::size_t n) { return field("Content-Disposition", "attachment" + times("; filename*9=x; filename*1=y", n)); }},
    {"semicolons", [](std::size_t n) { return field("Content-Type", "text/plain" + times(";", n)); }},
    {"percent signs", [](std::size_t n) { return field("Content-Disposition", "attachment; filename*=utf-8''" + times("%", n)); }},
    {"dates", [](std::size_t n) { return field("Date", times("(", n)); }},
    {"a date of digits", [](std::size_t n) { return field("Date", times("1", n)); }},
    {"languages", [](std::size_t n) { return field("Content-Language", times("a, ", n)); }},
    {"tags", [](std::size_t n) { return text("html", times("<", n)); }},
    {"tags without an end", [](std::size_t n) { return text("html", times("<a ", n)); }},
    {"comments of HTML", [](std::size_t n) { return text("html", times("<!--", n)); }},
    {"scripts", [](std::size_t n) { return text("html", times("<script>", n)); }},
    {"styles that end nowhere", [](std::size_t n) { return text("html", times("<style></styl", n)); }},
    {"entities", [](std::size_t n) { return text("html", times("&#", n)); }},
    {"base64", [](std::size_t n) { return coded("base64", times("QUJDREVGR0hJSktM\r\n", n)); }},
    {"base64 that is none", [](std::size_t n) { return coded("base64", times("!=", n)); }},
    {"quoted-printable", [](std::size_t n) { return coded("quoted-printable", times("=C3=A4=\r\n", n)); }},
    {"white space that might end a line", [](std::size_t n) { return coded("quoted-printable", times(" ", n)); }},
    {"equals signs", [](std::size_t n) { return coded("quoted-printable", times("=", n)); }},
    {"broken UTF-8", [](std::size_t n) { return text("plain; charset=utf-8", times("\xC3", n)); }},
    {"combining characters", [](std::size_t n) { return field("Subject", "a" + times("\xCC\x81", n)); }},
    {"zeros", [](std::size_t n) { return std::string(n, '\0'); }},
};

[[maybe_unused]] const int hooked = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t size) { allocated += size; }, [](const volatile void*) {});

struct Cost {
    double steps, octets;  // of an octet
};
Cost cost(const std::string& message) {
    steps = allocated = 0;
    const auto summary = summarize(message);
    const auto before = allocated;
    static_cast<void>(locate(*unpack(summary.tree), {{1}, Section::Of::whole}));
    const auto size = static_cast<double>(message.size());
    return {static_cast<double>(steps) / size, static_cast<double>(before) / size};
}

}  // namespace

TEST_CASE("four times the octets are four times the steps and the memory, in every family of bombs", "[mime][bomb][S36]") {
    for (const auto& family : families) {
        INFO(family.name);
        static_cast<void>(cost(family.make(4'000)));  // tables that are made once
        const auto small = cost(family.make(32'000)), large = cost(family.make(128'000));
        CAPTURE(small.steps, large.steps, small.octets, large.octets);
        CHECK(large.steps < 1.3 * small.steps + 1);
        CHECK(large.octets < 1.3 * small.octets + 1);
        CHECK(large.steps < 2'000);
        CHECK(large.octets < 500);
    }
}

TEST_CASE("the counters count", "[mime]") {
    const auto plain = cost(text("plain", times("word ", 64'000)));
    CHECK(plain.steps > 0.5);
    CHECK(plain.octets > 0);
}
