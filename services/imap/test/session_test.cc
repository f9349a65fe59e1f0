// A session over a real socket, with nothing behind it: what needs neither the store nor auth.
#include "imap/session.h"

#include <catch2/catch.hpp>

#include "certificates.h"
#include "net/test/pair.h"
#include "sky/net/line_reader.h"

using namespace sky;
using namespace sky::imapd;

namespace {

struct Scene {
    explicit Scene(const Executor& executor, Policy policy)
        : pool(executor, {.dsn = "host=/nonexistent", .connections = 1}),
          errands(executor),
          identity(executor,
                   std::make_shared<rpc::Channel>(rpc::ChannelOptions{.target = "127.0.0.1:1", .credentials = authority.issue("imap")})),
          house{.policy = std::move(policy),
                .pool = pool,
                .views = views,
                .identity = identity,
                .clock = clock,
                .tls = {},
                .offload = offload,
                .uploads = UploadRoom(1024 * 1024)} {}
    ~Scene() { pool.close(); }

    SystemClock clock;
    OffloadPool offload{1, 1};
    pg::Pool pool;
    Group errands;
    Views views{pool, nullptr, nullptr, errands};
    rpc::testing::Authority authority;
    identity::Identity identity;
    House house;
};

// What somebody who is signed in hears, to the end of the connection.
Task<std::string> heard(Policy policy, std::string says) {
    Scene scene(co_await boost::asio::this_coro::executor, std::move(policy));
    net::Pair pair = co_await net::make_pair();
    Session session(std::move(pair.server), scene.house);
    CHECK(session.admit({.tenant = TenantId{1}, .account = AccountId{1}, .address = "ada@example.test", .display_name = "Ada"}));
    CHECK(co_await pair.client.write(says + "end LOGOUT\r\n"));
    co_await session.run();
    net::LineReader reader(pair.client);
    std::string out;
    for (;;) {
        const auto line = co_await reader.line(10'000);
        if (!line) co_return out;
        (out += *line) += '\n';
    }
}

}  // namespace

TEST_CASE("UNAUTHENTICATE that is switched off is not offered, and no command", "[imap][rfc8437:8]") {
    net::run([]() -> Task<void> {
        constexpr std::string_view asks = "a CAPABILITY\r\nb UNAUTHENTICATE\r\nc NAMESPACE\r\n";
        const std::string on = co_await heard({.hostname = "test"}, std::string(asks));
        CHECK(on.find("* CAPABILITY IMAP4rev2") != on.npos);
        CHECK(on.find(" UNAUTHENTICATE") != on.npos);
        CHECK(on.find("\nb OK [CAPABILITY") != on.npos);
        CHECK(on.find("\nc BAD Sign in first\n") != on.npos);
        const std::string off = co_await heard({.hostname = "test", .unauthenticate = false}, std::string(asks));
        CHECK(off.find("* CAPABILITY IMAP4rev2") != off.npos);
        CHECK(off.find("UNAUTHENTICATE") == off.npos);
        CHECK(off.find("\nb BAD There is no such command\n") != off.npos);
        CHECK(off.find("\nc OK ") != off.npos);  // still signed in
    }());
}
