#include "sky/http/server.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <ctime>

#include "sky/async/report.h"
#include "sky/net/line_reader.h"

namespace sky::http {
namespace {

using std::chrono::milliseconds;

// One connection.
struct Connection {
    net::Stream& stream;
    net::LineReader reader;
    const Options& options;

    Connection(net::Stream& on, const Options& with) : stream(on), reader(on), options(with) {}

    Task<Result<Head>> read_head();
    Task<Result<std::string>> read_body(const Head& head);
    Task<Result<void>> read_part(std::string& into, std::uint64_t size, std::chrono::steady_clock::time_point started);
    Task<Result<std::string>> read_chunks();
    Task<void> refuse(const Error& error);
    Task<Result<void>> respond(Response response, bool is_head, bool keep_alive, int minor);
};

Task<Result<Head>> Connection::read_head() {
    HeadParser parser(options.head);
    stream.expires_at(after(options.head_time));
    for (;;) {
        const auto line = co_await reader.line(options.head.octets);
        if (!line) co_return forward(line);
        const auto ended = parser.line(*line);
        if (!ended) co_return forward(ended);
        if (*ended) co_return parser.finish();
    }
}

// The body must keep up a least rate from its start on; a deadline that moves with what has come.
Task<Result<void>> Connection::read_part(std::string& into, std::uint64_t size, std::chrono::steady_clock::time_point started) {
    while (size > 0) {
        const auto earned = milliseconds(into.size() * 1000 / std::max<std::size_t>(1, options.body_rate));
        stream.expires_at(started + options.body_grace + earned);
        const auto part = co_await reader.read_upto(static_cast<std::size_t>(std::min<std::uint64_t>(size, 64 * 1024)));
        if (!part) co_return forward(part);
        into += *part;
        size -= part->size();
    }
    co_return Result<void>{};
}

Task<Result<std::string>> Connection::read_chunks() {
    const auto started = std::chrono::steady_clock::now();
    std::string body;
    std::size_t extras = 0;  // octets of chunk lines and trailers: as bounded as a head
    for (;;) {
        stream.expires_at(started + options.body_grace + milliseconds(body.size() * 1000 / std::max<std::size_t>(1, options.body_rate)));
        const auto line = co_await reader.line(1024);
        if (!line) co_return forward(line);
        const auto size = parse_chunk_size(*line);
        if (!size) co_return forward(size);
        if (*size == 0) break;
        if (*size > options.body_limit - body.size()) co_return unexpected(Fault::too_large, "body too large");
        // Tiny chunks cost more than they carry: what the lines take may not outgrow the body by far.
        extras += line->size() + 4;
        if (extras > options.head.octets + 8 * body.size()) co_return unexpected(Fault::syntax, "bad request", "too many tiny chunks");
        if (auto read = co_await read_part(body, *size, started); !read) co_return forward(read);
        const auto end = co_await reader.line(0);
        if (!end)
            co_return unexpected(end.error().fault == Fault::too_large ? Fault::syntax : end.error().fault, "bad request",
                                 end.error().reason);
    }
    // Trailers are read and dropped (RFC 9110 §6.5.1).
    for (std::size_t trailers = 0;;) {
        const auto line = co_await reader.line(options.head.octets);
        if (!line) co_return forward(line);
        if (line->empty()) co_return body;
        trailers += line->size() + 2;
        if (trailers > options.head.octets) co_return unexpected(Fault::too_large, "header too large");
    }
}

Task<Result<std::string>> Connection::read_body(const Head& head) {
    if (head.framing == Framing::none) co_return std::string();
    if (head.framing == Framing::length && head.length > options.body_limit) co_return unexpected(Fault::too_large, "body too large");
    if (head.expects_continue && reader.buffered() == 0) {
        if (auto sent = co_await stream.write("HTTP/1.1 100 Continue\r\n\r\n"); !sent) co_return forward(sent);
    }
    if (head.framing == Framing::chunked) co_return co_await read_chunks();
    std::string body;
    if (auto read = co_await read_part(body, head.length, std::chrono::steady_clock::now()); !read) co_return forward(read);
    co_return body;
}

Task<Result<void>> Connection::respond(Response response, bool is_head, bool keep_alive, int minor) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_phrase(response.status)) + "\r\n";
    response.headers.set("Date", http_date(std::time(nullptr)));
    if (!options.server.empty()) response.headers.set("Server", options.server);
    const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
    if (!bodiless) response.headers.set("Content-Length", std::to_string(response.body.size()));
    if (!keep_alive) {
        response.headers.set("Connection", "close");
    } else if (minor == 0) {
        response.headers.set("Connection", "keep-alive");
    }
    for (const auto& field : response.headers.all()) head += field.name + ": " + field.value + "\r\n";
    head += "\r\n";
    const std::string_view parts[] = {head, bodiless || is_head ? std::string_view() : std::string_view(response.body)};
    stream.expires_at(after(options.write_time));
    co_return co_await stream.write(parts);
}

int status_of(const Error& error) {
    switch (error.fault) {
        case Fault::too_large:
            return error.text == "body too large" ? 413 : error.text == "request line too long" ? 414 : 431;
        case Fault::limit:
            return 431;
        case Fault::timeout:
            return 408;
        case Fault::unsupported:
            return error.reason == "version" ? 505 : 501;
        case Fault::conflict:
            return 417;
        default:
            return 400;
    }
}

// What was wrong with the request itself, as its answer. Nothing for a peer that is gone.
std::optional<Response> refusal(const Error& error) {
    if (error.fault == Fault::unavailable || error.fault == Fault::internal) return std::nullopt;
    Error shown = error;
    if (shown.fault == Fault::too_large && shown.text == "line too long") shown.text = "header too large";
    const int status = status_of(shown);
    return Response::text(status, std::string(reason_phrase(status)) + "\n");
}

// The answer to a request that never became one, and a word to the log.
Task<void> Connection::refuse(const Error& error) {
    auto answer = refusal(error);
    if (!answer) co_return;
    report("http.request.refused", stream.peer().address, error.reason.empty() ? error.text : error.text + ": " + error.reason);
    (void)co_await respond(std::move(*answer), false, false, 1);
}

Task<Response> guarded(const Handler& handler, Request request) {
    const std::string what = request.method + " " + request.path;
    std::string reason;
    try {
        co_return co_await handler(std::move(request));
    } catch (const boost::system::system_error& error) {
        if (error.code() == boost::asio::error::operation_aborted) throw;  // our own cancellation
        reason = error.what();
    } catch (const std::exception& error) {
        reason = error.what();
    }
    report("http.handler.failed", what, reason);
    co_return Response::text(500, "internal error\n");
}

}  // namespace

Task<void> serve(net::Stream stream, Options options, Handler handler, std::function<bool()> stopping) {
    Connection connection(stream, options);
    const std::string client_subject = stream.tls_info().client_subject;
    for (std::size_t served = 0; served < options.requests; ++served) {
        stream.expires_at(Deadline::max());
        const auto woken = co_await connection.reader.wait_input(after(served == 0 ? options.head_time : options.idle_time));
        if (!woken || *woken != net::Wake::input) break;

        auto head = co_await connection.read_head();
        if (!head) {
            co_await connection.refuse(head.error());
            break;
        }
        auto body = co_await connection.read_body(*head);
        if (!body) {
            co_await connection.refuse(body.error());
            break;
        }
        Request& request = head->request;
        request.body = std::move(*body);
        request.peer = stream.peer();
        request.tls = stream.is_tls();
        request.client_subject = client_subject;
        const bool is_head = request.method == "HEAD";
        const int minor = request.minor;
        Response response = co_await guarded(handler, std::move(request));
        const bool keep = head->keep_alive && served + 1 < options.requests && !(stopping && stopping());
        const auto sent = co_await connection.respond(std::move(response), is_head, keep, minor);
        if (!sent || !keep) break;
    }
    co_await stream.shutdown();
}

}  // namespace sky::http
