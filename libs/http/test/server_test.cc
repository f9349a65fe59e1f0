#include "sky/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "sky/async/group.h"
#include "sky/async/report.h"
#include "sky/net/line_reader.h"
#include "sky/net/listener.h"

using namespace sky;
using namespace sky::http;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> seen;  // "METHOD path body"

Task<Response> echo(Request request) {
    seen.push_back(request.method + " " + request.path + " " + request.body.substr(0, 20));
    if (request.path == "/throw") throw std::runtime_error("secret detail");
    if (request.path == "/none") co_return Response{204, {}, ""};
    Response out = Response::text(200, request.body.empty() ? "hello" : request.body);
    out.headers.set("X-Path", request.path);
    co_return out;
}

Options quick() {
    Options options;
    options.head_time = 60ms;
    options.idle_time = 40ms;
    options.body_grace = 60ms;
    options.body_rate = 1'000'000;
    options.body_limit = 1000;
    return options;
}

// Sends `text` (in pieces of `piece` octets) and hears all until the server closes.
std::string converse(std::string text, std::size_t piece = 100'000, Options options = quick()) {
    seen.clear();
    boost::asio::io_context context(1);
    std::string heard;
    std::exception_ptr failure;
    auto talk = [](std::string words, std::size_t each, Options with, std::string& into) -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        auto listener = net::Listener::open(sessions, {.name = "http", .address = "127.0.0.1"},
                                            [with](net::Stream stream) { return serve(std::move(stream), with, echo); });
        auto client = co_await net::connect("127.0.0.1", (*listener)->port(), nullptr, after(2s));
        client->expires_after(3s);
        for (std::size_t at = 0; at < words.size(); at += each) {
            if (!co_await client->write(std::string_view(words).substr(at, each))) break;
            co_await yield();
        }
        char buffer[4096];
        for (;;) {
            const auto n = co_await client->read_some(buffer, sizeof buffer);
            if (!n) {
                if (!net::is_eof(n.error())) into += "(" + n.error().reason + ")";
                break;
            }
            into.append(buffer, *n);
        }
        client->close();
        co_await sessions.stop(after(2s));
    };
    boost::asio::co_spawn(context, talk(std::move(text), piece, options, heard),
                          [&failure](std::exception_ptr thrown) { failure = thrown; });
    context.run_for(10s);
    if (failure) std::rethrow_exception(failure);
    return heard;
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t out = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++out;
    return out;
}

}  // namespace

TEST_CASE("requests on one connection are answered in order, however they arrive", "[http][rfc9112:9.3]") {
    const std::string requests =
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        "REPORT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
        "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
        "HEAD /d HTTP/1.1\r\nHost: a\r\n\r\n"
        "DELETE /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for (const std::size_t piece : {1, 100'000}) {
        const auto heard = converse(requests, piece, piece == 1 ? Options{} : quick());
        CHECK(seen == std::vector<std::string>{"GET /a ", "REPORT /b body", "PUT /c abcde", "HEAD /d ", "DELETE /none "});
        CHECK(count(heard, "HTTP/1.1 200 OK\r\n") == 4);
        CHECK(count(heard, "HTTP/1.1 204 No Content\r\n") == 1);
        CHECK(count(heard, "hello") == 1);  // HEAD has none
        CHECK(count(heard, "Connection: close\r\n") == 1);
        CHECK(count(heard, "Date: ") == 5);
        CHECK(heard.find("Content-Length: 5\r\n") != std::string::npos);
    }
}

TEST_CASE("an expectation is answered before the body", "[http][rfc9110:10.1.1]") {
    const auto heard =
        converse("PUT /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody", 86);
    CHECK(heard.find("200 OK") != std::string::npos);
    CHECK(converse("PUT /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4000\r\n\r\n").starts_with("HTTP/1.1 413"));
}

TEST_CASE("smuggled and broken requests end the connection unheard", "[http][rfc9112:6.1]") {
    const std::string tail = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    for (const std::string head :
         {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 36\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
          "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", "\x16\x03\x01\x02\x00\x01\r\n"}) {
        const auto heard = converse(head + tail);
        INFO(head);
        CHECK(heard.starts_with("HTTP/1.1 400"));
        CHECK(count(heard, "HTTP/1.1") == 1);
        CHECK(seen.empty());
    }
}

TEST_CASE("limits have their own answers", "[http]") {
    CHECK(converse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n").starts_with("HTTP/1.1 413"));
    CHECK(converse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n").starts_with("HTTP/1.1 413"));
    CHECK(converse("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n").starts_with("HTTP/1.1 431"));
    CHECK(converse("GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 4"));
    CHECK(converse("GET / HTTP/3.0\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 505"));
    CHECK(converse("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n").starts_with("HTTP/1.1 501"));
    std::string tiny = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    Options options = quick();
    options.body_limit = 10'000'000;
    options.body_grace = 5s;
    for (int i = 0; i < 4000; ++i) tiny += "1;" + std::string(40, 'x') + "\r\nx\r\n";
    CHECK(converse(tiny, 100'000, options).starts_with("HTTP/1.1 400"));
}

TEST_CASE("slow and silent clients are ended", "[http]") {
    CHECK(converse("") == "");
    CHECK(converse("GET / HT").starts_with("HTTP/1.1 408"));
    CHECK(converse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf").starts_with("HTTP/1.1 408"));
    const auto idle = converse("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(count(idle, "HTTP/1.1") == 1);
}

TEST_CASE("a handler that throws is a 500 without its reason", "[http]") {
    static std::string reported;
    set_report_hook([](std::string_view event, std::string_view subject, std::string_view reason) {
        reported += std::string(event) + "|" + std::string(subject) + "|" + std::string(reason);
    });
    const auto heard = converse("GET /throw HTTP/1.1\r\nHost: a\r\n\r\nGET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    set_report_hook(nullptr);
    CHECK(heard.starts_with("HTTP/1.1 500"));
    CHECK(heard.find("secret") == std::string::npos);
    CHECK(heard.find("200 OK") != std::string::npos);
    CHECK(reported == "http.handler.failed|GET /throw|secret detail");
}
