// RFC 9112, strictly: what intermediaries have read in two ways is refused (§11.2), never repaired.
#include "sky/http/head.h"

#include <algorithm>

#include "fields.h"
#include "sky/base/ascii.h"

namespace sky::http {
namespace {

bool is_target(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '#'; });
}

// RFC 9110 §7.2: host and optional port; a name, an address or nothing, but nothing that could be read as something else.
bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_alnum(c) || std::string_view("-._~:[]%!$&'()*+,;=").find(c) != std::string_view::npos;
    });
}

std::unexpected<Error> bad(const char* reason) { return unexpected(Fault::syntax, "bad request", reason); }

}  // namespace

Result<bool> HeadParser::line(std::string_view line) {
    octets_ += line.size() + 2;
    if (octets_ > limits_.octets) return unexpected(Fault::too_large, started_ ? "header too large" : "request line too long");
    if (!started_) {
        if (line.empty()) return false;  // §2.2: one empty line before a request is tolerated; octets_ bounds more
        if (auto read = request_line(line); !read) return forward(read);
        started_ = true;
        return false;
    }
    if (line.empty()) return true;
    if (head_.request.headers.all().size() >= limits_.fields) return unexpected(Fault::too_large, "too many header fields");
    if (auto read = field_line(line); !read) return forward(read);
    return false;
}

// RFC 9112 §3: exactly one space between the three parts.
Result<void> HeadParser::request_line(std::string_view line) {
    const auto words = ascii::split(line, ' ');
    if (words.size() != 3 || !is_token(words[0]) || words[0].size() > 64) return bad("request line");
    if (!words[2].starts_with("HTTP/") || words[2].size() != 8 || !ascii::is_digit(words[2][5]) || words[2][6] != '.' ||
        !ascii::is_digit(words[2][7])) {
        return bad("HTTP version");
    }
    if (words[2][5] != '1') return unexpected(Fault::unsupported, "HTTP version not supported", "version");
    head_.request.minor = words[2][7] - '0';
    head_.request.method = words[0];
    head_.request.target = words[1];
    return {};
}

Result<void> HeadParser::field_line(std::string_view line) { return add_field(head_.request.headers, line); }

Result<Head> HeadParser::finish() {
    Request& request = head_.request;
    const Headers& headers = request.headers;
    if (headers.count("Host") > 1 || (request.minor > 0 && headers.count("Host") == 0) || !is_host(headers.get("Host"))) return bad("Host");

    // §3.2: origin form, or absolute form whose authority is then the host; "*" for OPTIONS.
    std::string_view target = request.target;
    if (!is_target(target) || target.empty()) return bad("target");
    if (target == "*" && request.method == "OPTIONS") {
        request.path = "*";
    } else {
        for (const std::string_view scheme : {"http://", "https://"}) {
            if (!ascii::starts_ignoring_case(target, scheme)) continue;
            const auto slash = target.find_first_of("/?", scheme.size());
            const auto authority = target.substr(scheme.size(), slash == std::string_view::npos ? slash : slash - scheme.size());
            if (authority.empty() || !is_host(authority)) return bad("authority");
            request.headers.set("Host", authority);
            target = slash == std::string_view::npos ? "/" : target.substr(slash);
            break;
        }
        const auto question = target.find('?');
        // An absolute form may go without a path: RFC 9112 §3.2.1 reads it as "/".
        auto path = decode_path(question == 0 && target.data() != request.target.data() ? "/" : target.substr(0, question));
        if (!path) return forward(path);
        request.path = std::move(*path);
        if (question != std::string_view::npos) request.query = target.substr(question + 1);
    }

    // §6.3: one way to tell the end of the body, or 400.
    const auto lengths = headers.count("Content-Length"), codings = headers.count("Transfer-Encoding");
    if (lengths + codings > 1) return bad("more than one body length");
    if (codings == 1) {
        if (request.minor == 0) return bad("Transfer-Encoding in HTTP/1.0");
        if (!ascii::equals_ignoring_case(headers.get("Transfer-Encoding"), "chunked")) {
            return unexpected(Fault::unsupported, "transfer coding not supported", "Transfer-Encoding");
        }
        head_.framing = Framing::chunked;
    } else if (lengths == 1) {
        const auto length = ascii::number(headers.get("Content-Length"), std::uint64_t{1} << 60);
        if (!length) return bad("Content-Length");
        head_.framing = Framing::length;
        head_.length = *length;
    }

    head_.keep_alive = request.minor > 0 ? !headers.has_token("Connection", "close") : headers.has_token("Connection", "keep-alive");
    if (const auto expectation = headers.find("Expect"); expectation && request.minor > 0) {
        if (!ascii::equals_ignoring_case(*expectation, "100-continue")) return unexpected(Fault::conflict, "expectation failed", "Expect");
        head_.expects_continue = true;
    }
    return std::move(head_);
}

Result<std::uint64_t> parse_chunk_size(std::string_view line) {
    std::uint64_t out = 0;
    std::size_t digits = 0;
    for (; digits < line.size() && digits < 16; ++digits) {
        const char c = ascii::lower(line[digits]);
        const bool is_letter = c >= 'a' && c <= 'f';
        if (!ascii::is_digit(c) && !is_letter) break;
        out = out * 16 + static_cast<std::uint64_t>(is_letter ? c - 'a' + 10 : c - '0');
    }
    if (digits == 0 || digits > 15) return bad("chunk size");
    const auto rest = line.substr(digits);
    // Extensions are skipped, but only well-formed ones: "1 " and "1\x0b" are read in two ways elsewhere.
    if (!rest.empty() && (rest[0] != ';' || !is_field_value(rest))) return bad("chunk extension");
    return out;
}

Result<std::string> decode_path(std::string_view path) {
    if (!path.starts_with('/')) return bad("target form");
    std::string out;
    for (const auto segment : ascii::split(path.substr(1), '/')) {
        const auto decoded = percent_decode(segment);
        if (!decoded) return bad("percent-encoding");
        if (*decoded == "." || *decoded == "..") return bad("dot segment");
        if (decoded->find_first_of(std::string_view("/\\\0", 3)) != std::string::npos) return bad("separator within a segment");
        out += '/';
        out += *decoded;
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (!ascii::is_utf8(out) || std::any_of(out.begin(), out.end(), is_control)) return bad("path is no text");
    return out;
}

}  // namespace sky::http
