#include "sky/telemetry/health.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "sky/net/stream.h"
#include "sky/telemetry/log.h"

using namespace sky;
using namespace std::chrono_literals;

namespace {

Task<std::string> get(std::uint16_t port, std::string path) {
    auto stream = co_await net::connect("127.0.0.1", port, nullptr, after(2s));
    if (!stream) co_return stream.error().reason;
    (void)co_await stream->write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    std::string out;
    char buffer[4096];
    for (;;) {
        const auto n = co_await stream->read_some(buffer, sizeof buffer);
        if (!n) co_return out;
        out.append(buffer, *n);
    }
}

}  // namespace

TEST_CASE("the health server tells live, ready and metrics", "[telemetry]") {
    log::set_sink([](std::string_view) {});
    boost::asio::io_context context(1);
    std::exception_ptr failure;
    auto body = []() -> Task<void> {
        bool healthy = true;
        auto server = HealthServer::open(co_await boost::asio::this_coro::executor, {}, [&healthy](Deadline) -> Task<Result<void>> {
            if (!healthy) co_return unexpected(Fault::unavailable, "database is away", "connection refused to db.internal");
            co_return Result<void>{};
        });
        REQUIRE(server);
        const auto port = (*server)->port();
        CHECK((co_await get(port, "/healthz/live")).starts_with("HTTP/1.1 200"));
        CHECK((co_await get(port, "/healthz/ready")).starts_with("HTTP/1.1 200"));
        healthy = false;
        const auto away = co_await get(port, "/healthz/ready");
        CHECK(away.starts_with("HTTP/1.1 503"));
        CHECK(away.find("database is away") != std::string::npos);
        CHECK(away.find("db.internal") == std::string::npos);
        CHECK((co_await get(port, "/healthz/live")).starts_with("HTTP/1.1 200"));
        CHECK((co_await get(port, "/metrics")).find("process_cpu_seconds_total") != std::string::npos);
        CHECK((co_await get(port, "/etc/passwd")).starts_with("HTTP/1.1 404"));
        co_await (*server)->stop(after(1s));
    };
    boost::asio::co_spawn(context, body(), [&failure](std::exception_ptr thrown) { failure = thrown; });
    context.run_for(10s);
    log::set_sink(nullptr);
    if (failure) std::rethrow_exception(failure);
}
