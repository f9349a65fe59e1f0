#include "sky/http/response_head.h"

#include "fields.h"
#include "sky/base/ascii.h"

namespace sky::http {
namespace {
std::unexpected<Error> bad(const char* reason) { return unexpected(Fault::syntax, "bad response", reason); }
}  // namespace

Result<bool> ResponseHeadParser::line(std::string_view line) {
    octets_ += line.size() + 2;
    if (octets_ > limits_.octets) return unexpected(Fault::too_large, "bad response", "header too large");
    if (!started_) {
        if (auto read = status_line(line); !read) return forward(read);
        started_ = true;
        return false;
    }
    if (line.empty()) return true;
    Headers& headers = head_.response.headers;
    if (headers.all().size() >= limits_.fields) return unexpected(Fault::too_large, "bad response", "too many header fields");
    if (auto read = add_field(headers, line); !read) return forward(read);
    return false;
}

// RFC 9112 §4: "HTTP/1.1 200 OK"; the reason may be missing, its space too.
Result<void> ResponseHeadParser::status_line(std::string_view line) {
    if (!line.starts_with("HTTP/1.") || line.size() < 12 || !ascii::is_digit(line[7]) || line[8] != ' ') return bad("status line");
    const auto status = ascii::number(line.substr(9, 3), 599);
    if (!status || *status < 100 || (line.size() > 12 && line[12] != ' ') || !is_field_value(line)) return bad("status line");
    head_.response.status = static_cast<int>(*status);
    return {};
}

Result<ResponseHead> ResponseHeadParser::finish() {
    const Headers& headers = head_.response.headers;
    const auto lengths = headers.count("Content-Length"), codings = headers.count("Transfer-Encoding");
    if (lengths + codings > 1) return bad("more than one body length");
    const int status = head_.response.status;
    if (status < 200 || status == 204 || status == 304) {
        head_.ends = ResponseHead::Ends::nothing;
    } else if (codings == 1) {
        if (!ascii::equals_ignoring_case(headers.get("Transfer-Encoding"), "chunked"))
            return unexpected(Fault::unsupported, "bad response", "a transfer coding that is not chunked");
        head_.ends = ResponseHead::Ends::chunked;
    } else if (lengths == 1) {
        const auto length = ascii::number(headers.get("Content-Length"), std::uint64_t{1} << 60);
        if (!length) return bad("Content-Length");
        head_.ends = ResponseHead::Ends::length;
        head_.length = *length;
    }
    return std::move(head_);
}

}  // namespace sky::http
