#include "delivery/attachment_converter.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>

#include "sky/async/group.h"
#include "sky/http/server.h"
#include "sky/net/listener.h"
#include "support/run.h"

using namespace sky;
using namespace std::chrono_literals;

namespace {

// Asks a converter that answers with this status and text.
struct Answered {
    Result<std::string> text;
    http::Request heard;
};
Task<Answered> ask_one(int status, std::string body) {
    Answered out{unexpected(Fault::internal, "nothing came"), {}};
    Group sessions(co_await boost::asio::this_coro::executor);
    const http::Handler handler = [&out, status, body](http::Request request) -> Task<http::Response> {
        out.heard = std::move(request);
        co_return http::Response::text(status, body);
    };
    auto listener = net::Listener::open(sessions, {.name = "http", .address = "127.0.0.1"},
                                        [&](net::Stream stream) { return http::serve(std::move(stream), {}, handler); });
    const auto converter = delivery::attachment_converter("http://127.0.0.1:" + std::to_string((*listener)->port()) + "/tika", nullptr);
    out.text = co_await converter({"application/pdf", "%PDF"}, after(5s));
    co_await sessions.stop(after(2s));
    co_return out;
}
Answered ask(int status, std::string body = "its text") {
    boost::asio::io_context context;
    return support::run(context, ask_one(status, std::move(body)));
}

}  // namespace

TEST_CASE("a converter gets the octets with their type and answers with their text", "[delivery]") {
    const auto answered = ask(200);
    CHECK(answered.text.value() == "its text");
    CHECK(answered.heard.method == "PUT");
    CHECK(answered.heard.path == "/tika");
    CHECK(answered.heard.headers.get("content-type") == "application/pdf");
    CHECK(answered.heard.headers.get("accept") == "text/plain");
    CHECK(answered.heard.body == "%PDF");
}

TEST_CASE("refusals are final, troubles are not", "[delivery]") {
    for (const int status : {204, 400, 415, 422, 500}) CHECK(ask(status).text.error().fault == Fault::unsupported);
    for (const int status : {408, 429, 502, 503, 504}) CHECK(ask(status).text.error().fault == Fault::unavailable);
    CHECK(ask(200, std::string(5'000'000, 'x')).text.error().fault == Fault::unsupported);
    boost::asio::io_context context;
    const auto nobody = delivery::attachment_converter("http://127.0.0.1:1/tika", nullptr);
    CHECK(support::run(context, nobody({"application/pdf", "x"}, after(5s))).error().fault == Fault::unavailable);
}
