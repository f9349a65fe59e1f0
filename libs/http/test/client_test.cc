#include "sky/http/client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>

#include "../../net/test/certificates.h"
#include "sky/async/group.h"
#include "sky/http/response_head.h"
#include "sky/http/server.h"
#include "sky/net/line_reader.h"
#include "sky/net/listener.h"

using namespace sky;
using namespace sky::http;
using namespace std::chrono_literals;

namespace {
Result<ResponseHead> head_of(std::string_view text) {
    ResponseHeadParser parser;
    for (;;) {
        const auto end = text.find("\r\n");
        if (end == text.npos) return unexpected(Fault::syntax, "no end");
        const auto ended = parser.line(text.substr(0, end));
        if (!ended) return forward(ended);
        if (*ended) return parser.finish();
        text.remove_prefix(end + 2);
    }
}

// Asks a server that says `words` whatever it hears, or serves `handler`.
struct Server {
    std::string words;
    Handler handler = {};
};
Task<void> serve_one(net::Stream stream, std::shared_ptr<net::TlsServer> tls, Server server) {
    if (!co_await stream.start_tls(tls)) co_return;
    if (server.handler) co_return co_await serve(std::move(stream), {}, server.handler);
    net::LineReader reader(stream, net::LineEnds::crlf_or_lf);
    for (;;) {
        auto line = co_await reader.line(4096);
        if (!line || line->empty()) break;
    }
    static_cast<void>(co_await stream.write(server.words));
    co_await stream.shutdown();
}
Result<Response> ask_it(Server server, Question question = {}, std::function<bool(std::string_view)> permitted = {},
                        const std::string& host = "localhost") {
    const net::ScratchDirectory scratch;
    net::write_certificate(scratch / "main", "localhost");
    boost::asio::io_context context(1);
    Result<Response> out = unexpected(Fault::internal, "nothing came");
    std::exception_ptr failure;
    auto talk = [&]() -> Task<void> {
        auto tls = *net::TlsServer::open({.certificate_file = scratch / "main.crt", .key_file = scratch / "main.key"});
        Group sessions(co_await boost::asio::this_coro::executor);
        auto listener = net::Listener::open(sessions, {.name = "https", .address = "127.0.0.1"},
                                            [&](net::Stream stream) { return serve_one(std::move(stream), tls, server); });
        if (question.url.empty()) question.url = "/path?x=1";
        if (question.url.starts_with('/')) question.url = "https://" + host + ":" + std::to_string((*listener)->port()) + question.url;
        out = co_await ask(question,
                           {.tls = *net::TlsClient::open({.ca_file = scratch / "main.crt"}), .permitted = permitted, .body_limit = 1000},
                           after(5s));
        co_await sessions.stop(after(2s));
    };
    boost::asio::co_spawn(context, talk(), [&failure](std::exception_ptr thrown) { failure = thrown; });
    context.run_for(20s);
    if (failure) std::rethrow_exception(failure);
    return out;
}
}  // namespace

TEST_CASE("a response's head is read in one way or not at all", "[http][rfc9112:4]") {
    CHECK(head_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")->length == 5);
    CHECK(head_of("HTTP/1.1 200\r\n\r\n")->ends == ResponseHead::Ends::close);
    CHECK(head_of("HTTP/1.0 204 \r\n\r\n")->ends == ResponseHead::Ends::nothing);
    CHECK(head_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n")->ends == ResponseHead::Ends::chunked);
    for (const char* bad :
         {"HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 600 x\r\n\r\n", "HTTP/1.1  200 x\r\n\r\n", "ICY 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\n folded\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"}) {
        INFO(bad);
        CHECK_FALSE(head_of(bad));
    }
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 101; ++i) many += "A: b\r\n";
    CHECK(head_of(many + "\r\n").error().fault == Fault::too_large);
}

TEST_CASE("a question reaches the server whole, and its answer comes back", "[http]") {
    Request heard;
    auto handler = [&heard](Request request) -> Task<Response> {
        heard = request;
        Response out = Response::text(201, "made");
        out.headers.set("X-One", "1");
        co_return out;
    };
    Question question{.method = "POST", .url = {}, .headers = {}, .body = "a=b"};
    question.headers.set("Content-Type", "application/x-www-form-urlencoded");
    const auto answer = ask_it({.words = {}, .handler = handler}, question);
    REQUIRE(answer);
    CHECK(answer->status == 201);
    CHECK(answer->body == "made");
    CHECK(answer->headers.get("x-one") == "1");
    CHECK(heard.method == "POST");
    CHECK(heard.path == "/path");
    CHECK(heard.query == "x=1");
    CHECK(heard.body == "a=b");
    CHECK(heard.headers.get("Host").starts_with("localhost:"));
}

TEST_CASE("bodies end as their heads say, and never beyond the limit", "[http][rfc9112:6.3]") {
    CHECK(ask_it({.words = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody and more"})->body == "body");
    CHECK(ask_it({.words = "HTTP/1.1 200 OK\r\n\r\nto the end"})->body == "to the end");
    CHECK(ask_it({.words = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"})->body == "abcde");
    CHECK(ask_it({.words = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"})->status == 200);
    for (const auto& [words, fault] : std::vector<std::pair<std::string, Fault>>{
             {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", Fault::too_large},
             {"HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'), Fault::too_large},
             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", Fault::too_large},
             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n", Fault::too_large},
             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", Fault::unavailable},
             {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", Fault::unavailable},
             {"SSH-2.0-x\r\n\r\n", Fault::unavailable},
             {"", Fault::unavailable}}) {
        INFO(words.substr(0, 60));
        CHECK(ask_it({.words = words}).error().fault == fault);
    }
}

TEST_CASE("without TLS nobody is asked, unless the operator named a neighbour", "[http]") {
    const auto refused = ask_it({.words = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
                                {.method = "GET", .url = "http://localhost/", .headers = {}, .body = {}});
    CHECK(refused.error().fault == Fault::syntax);
}

TEST_CASE("nobody is asked who may not be, or can't prove who it is", "[http]") {
    const Server there{.words = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
    CHECK(ask_it(there));
    std::string asked;
    const auto refused = ask_it(there, {}, [&](std::string_view address) {
        asked = address;
        return false;
    });
    CHECK(refused.error().fault == Fault::unavailable);
    CHECK(refused.error().text == "no usable answer");
    CHECK(asked == "127.0.0.1");
    CHECK(ask_it(there, {}, {}, "127.0.0.1").error().fault == Fault::unavailable);  // the certificate names localhost
    for (const char* bad : {"http://localhost/", "https://", "https://user@localhost/", "https://localhost:0x1/", "https://local host/",
                            "ftp://x/", "https://a/\r\nX: y"})
        CHECK(ask_it(there, {.method = "GET", .url = bad, .headers = {}, .body = {}}).error().fault == Fault::syntax);
}
