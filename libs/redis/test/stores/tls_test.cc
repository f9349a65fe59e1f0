#include <catch2/catch.hpp>

#include "certificates.h"
#include "redis_server.h"
#include "sky/redis/client.h"

namespace sky::redis {
namespace {

using namespace std::chrono_literals;
using testing::RedisServer;
using testing::run;

}  // namespace

TEST_CASE("speaks TLS with a certificate of its own, and with nobody it does not trust", "[redis]") {
    rpc::testing::Authority authority, stranger;
    const auto of_server = authority.issue("redis");
    const auto ours = authority.issue("imap");
    RedisServer server(RedisServer::Transport::tls, {"--tls-cert-file", of_server.certificate, "--tls-key-file", of_server.key,
                                                     "--tls-ca-cert-file", of_server.authority});
    boost::asio::io_context io;
    Options options = server.options();
    options.host = "localhost";
    options.tls = Tls::on;
    options.authority = ours.authority;
    options.certificate = ours.certificate;
    options.key = ours.key;
    Client trusting(io.get_executor(), options);
    options.authority = stranger.issue("x").authority;
    Client doubting(io.get_executor(), options);
    run(io, [](Client& yes, Client& no) -> Task<void> {
        auto pong = co_await yes.command({"PING"}, after(5s));
        CHECK(pong);
        auto refused = co_await no.command({"PING"}, after(2s));
        REQUIRE(!refused);
        CHECK(refused.error().fault == Fault::unavailable);
        co_await yes.stop();
        co_await no.stop();
    }(trusting, doubting));
}

}  // namespace sky::redis
