#include "sky/http/client.h"

#include <algorithm>
#include <optional>

#include "sky/base/ascii.h"
#include "sky/http/response_head.h"
#include "sky/net/line_reader.h"

namespace sky::http {
namespace {
constexpr std::size_t longest_line = 16 * 1024;
constexpr int most_interim = 8;  // 1xx before the answer

struct Target {
    std::string host, authority, path;
    std::uint16_t port = 443;
    bool tls = true;
};
std::optional<Target> target_of(std::string_view url) {
    const bool tls = ascii::starts_ignoring_case(url, "https://");
    if (!tls && !ascii::starts_ignoring_case(url, "http://")) return std::nullopt;
    const auto visible = [](char c) { return c > 32 && c < 127 && c != '#'; };
    if (url.size() > 8192 || !std::ranges::all_of(url, visible)) return std::nullopt;
    url.remove_prefix(tls ? 8 : 7);
    const auto slash = std::min(url.find_first_of("/?"), url.size());
    Target out{.host = {}, .authority = std::string(url.substr(0, slash)), .path = std::string(url.substr(slash)), .tls = tls};
    if (!out.path.starts_with('/')) out.path = "/" + out.path;
    if (out.authority.empty() || out.authority.find_first_of("@\\") != out.authority.npos) return std::nullopt;
    const bool has_port = out.authority.starts_with('[') ? !out.authority.ends_with(']') : out.authority.contains(':');
    const auto both = net::parse_host_port(has_port ? out.authority : out.authority + (tls ? ":443" : ":80"));
    if (!both) return std::nullopt;
    out.host = both->host;
    out.port = both->port;
    return out;
}

std::unexpected<Error> away(const Error& error, const std::string& host) {
    if (error.fault == Fault::timeout || error.fault == Fault::too_large) return unexpected(error.fault, "no usable answer", error.reason);
    return unexpected(Fault::unavailable, "no usable answer", host + ": " + error.reason);
}

std::string words_of(const Question& question, const Target& target) {
    std::string out = question.method + " " + target.path + " HTTP/1.1\r\nHost: " + target.authority + "\r\nConnection: close\r\n";
    for (const auto& field : question.headers.all()) out += field.name + ": " + field.value + "\r\n";
    if (!question.body.empty() || question.method != "GET") out += "Content-Length: " + std::to_string(question.body.size()) + "\r\n";
    return out + "\r\n" + question.body;
}

std::unexpected<Error> too_large() { return unexpected(Fault::too_large, "no usable answer", "a body beyond the limit"); }

Task<Result<void>> read_counted(net::LineReader& reader, std::uint64_t count, std::size_t limit, std::string& into) {
    if (count > limit - into.size()) co_return too_large();
    while (count > 0) {
        auto piece = co_await reader.read_upto(static_cast<std::size_t>(count));
        if (!piece) co_return forward(piece);
        into += *piece;
        count -= piece->size();
    }
    co_return Result<void>{};
}

Task<Result<void>> read_chunks(net::LineReader& reader, std::size_t limit, std::string& into) {
    for (;;) {
        auto line = co_await reader.line(longest_line);
        if (!line) co_return forward(line);
        const auto size = parse_chunk_size(*line);
        if (!size) co_return forward(size);
        if (*size == 0) co_return Result<void>{};  // the connection ends here; trailers are nobody's
        if (auto read = co_await read_counted(reader, *size, limit, into); !read) co_return forward(read);
        auto end = co_await reader.line(2);
        if (!end) co_return forward(end);
        if (!end->empty()) co_return unexpected(Fault::syntax, "bad response", "a chunk without its end");
    }
}

Task<Result<void>> read_to_end(net::LineReader& reader, std::size_t limit, std::string& into) {
    for (;;) {
        auto piece = co_await reader.read_upto(16 * 1024);
        if (!piece && net::is_eof(piece.error())) co_return Result<void>{};
        if (!piece) co_return forward(piece);
        if (piece->size() > limit - into.size()) co_return too_large();
        into += *piece;
    }
}

Task<Result<ResponseHead>> read_head(net::LineReader& reader, const HeadLimits& limits) {
    for (int i = 0; i < most_interim; ++i) {
        ResponseHeadParser parser(limits);
        for (;;) {
            auto line = co_await reader.line(longest_line);
            if (!line) co_return forward(line);
            const auto ended = parser.line(*line);
            if (!ended) co_return forward(ended);
            if (*ended) break;
        }
        auto head = parser.finish();
        if (!head || head->response.status >= 200) co_return head;
    }
    co_return unexpected(Fault::syntax, "bad response", "too many interim answers");
}

Task<Result<Response>> read_answer(net::Stream& stream, const ClientOptions& options) {
    net::LineReader reader(stream, net::LineEnds::crlf_or_lf);
    auto head = co_await read_head(reader, options.head);
    if (!head) co_return forward(head);
    std::string& body = head->response.body;
    Result<void> read;
    switch (head->ends) {
        case ResponseHead::Ends::nothing:
            break;
        case ResponseHead::Ends::length:
            read = co_await read_counted(reader, head->length, options.body_limit, body);
            break;
        case ResponseHead::Ends::chunked:
            read = co_await read_chunks(reader, options.body_limit, body);
            break;
        case ResponseHead::Ends::close:
            read = co_await read_to_end(reader, options.body_limit, body);
            break;
    }
    if (!read) co_return forward(read);
    co_return std::move(head->response);
}
}  // namespace

Task<Result<Response>> ask(Question question, ClientOptions options, Deadline deadline) {
    const auto target = target_of(question.url);
    if (!target || (target->tls ? options.tls == nullptr : options.privacy == Privacy::tls))
        co_return unexpected(Fault::syntax, "want an https:// address");
    auto stream = co_await net::connect(target->host, target->port, nullptr, deadline, options.permitted);
    if (!stream) co_return away(stream.error(), target->host);
    stream->expires_at(deadline);
    if (target->tls)
        if (auto secured = co_await stream->start_tls(options.tls, target->host); !secured) co_return away(secured.error(), target->host);
    const std::string words = words_of(question, *target);
    if (auto sent = co_await stream->write(words); !sent) co_return away(sent.error(), target->host);
    auto answer = co_await read_answer(*stream, options);
    stream->close();
    if (!answer) co_return away(answer.error(), target->host);
    co_return std::move(*answer);
}

}  // namespace sky::http
