#include <boost/asio/experimental/awaitable_operators.hpp>
#include <catch2/catch.hpp>

#include "echo_service.h"
#include "sky/async/report.h"
#include "sky/rpc/client.h"

namespace sky::rpc::testing {
namespace {

std::string reported;
void remember(std::string_view event, std::string_view subject, std::string_view reason) {
    reported += std::string(event) + " " + std::string(subject) + " " + std::string(reason) + "\n";
}
struct Listening {
    Listening() {
        reported.clear();
        set_report_hook(remember);
    }
    ~Listening() { set_report_hook(nullptr); }
};

Task<Result<Saying>> ask(Echo::Stub& stub, std::string text, CallOptions options = {after(std::chrono::seconds(5))}) {
    Saying request;
    request.set_text(std::move(text));
    co_return co_await call(stub, &Echo::StubInterface::async_interface::Say, request, options);
}

}  // namespace

TEST_CASE("a unary call travels with deadline, caller and trace", "[rpc]") {
    Harness harness;
    auto channel = harness.channel("smtp");
    auto stub = Echo::NewStub(channel->grpc());
    run(harness.io, [](Harness& h, Echo::Stub& s) -> Task<void> {
        const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        auto reply = co_await ask(s, "hello", {after(std::chrono::seconds(5)), Retry::never, trace});
        REQUIRE(reply);
        CHECK(reply->text() == "hello");
        CHECK(h.shard.last.caller == "smtp");
        CHECK(h.shard.last.traceparent == trace);
        CHECK(h.shard.last.request == "skybridge.rpc.test.Saying");
        CHECK(h.shard.last.deadline <= after(std::chrono::seconds(5)));
        CHECK(h.shard.last.deadline > after(std::chrono::seconds(3)));
    }(harness, *stub));
}

TEST_CASE("every fault arrives as itself, its reason does not", "[rpc]") {
    Listening listening;
    Harness harness;
    auto channel = harness.channel();
    auto stub = Echo::NewStub(channel->grpc());
    run(harness.io, [](Echo::Stub& s) -> Task<void> {
        for (int i = 0; i <= static_cast<int>(Fault::internal); ++i) {
            const Fault fault = static_cast<Fault>(i);
            auto reply = co_await ask(s, std::string(codes(fault).name));
            REQUIRE(!reply);
            CHECK(reply.error().fault == fault);
            CHECK(reply.error().text == "text for the peer");
            CHECK(reply.error().reason.empty());
        }
        auto thrown = co_await ask(s, "throw");
        REQUIRE(!thrown);
        CHECK(thrown.error().fault == Fault::internal);
        CHECK(thrown.error().text.find("secret") == std::string::npos);
    }(*stub));
    CHECK(reported.find("rpc.call.failed skybridge.rpc.test.Saying over_quota: a secret reason") != std::string::npos);
    CHECK(reported.find("internal: a secret reason") != std::string::npos);
}

TEST_CASE("a call past its deadline is cancelled at the server", "[rpc]") {
    Harness harness;
    auto channel = harness.channel();
    auto stub = Echo::NewStub(channel->grpc());
    run(harness.io, [](Harness& h, Echo::Stub& s) -> Task<void> {
        auto reply = co_await ask(s, "hang", {after(std::chrono::milliseconds(150))});
        REQUIRE(!reply);
        CHECK(reply.error().fault == Fault::timeout);
        for (int i = 0; i < 100 && h.shard.cancelled == 0; ++i) co_await sleep_for(std::chrono::milliseconds(20));
        CHECK(h.shard.cancelled == 1);
    }(harness, *stub));
}

TEST_CASE("a cancelled coroutine cancels its call", "[rpc]") {
    using namespace boost::asio::experimental::awaitable_operators;
    Harness harness;
    auto channel = harness.channel();
    auto stub = Echo::NewStub(channel->grpc());
    run(harness.io, [](Harness& h, Echo::Stub& s) -> Task<void> {
        co_await (ask(s, "hang") || sleep_for(std::chrono::milliseconds(100)));
        for (int i = 0; i < 100 && h.shard.cancelled == 0; ++i) co_await sleep_for(std::chrono::milliseconds(20));
        CHECK(h.shard.cancelled == 1);
    }(harness, *stub));
}

TEST_CASE("a service that is away is unavailable, and found again", "[rpc]") {
    Harness harness;
    auto channel = harness.channel();
    auto stub = Echo::NewStub(channel->grpc());
    run(harness.io, [](Echo::Stub& s) -> Task<void> { CHECK(co_await ask(s, "first")); }(*stub));
    harness.stop(std::chrono::milliseconds(0));
    run(harness.io, [](Echo::Stub& s) -> Task<void> {
        auto reply = co_await ask(s, "away", {after(std::chrono::seconds(2)), Retry::once});
        REQUIRE(!reply);
        CHECK(reply.error().fault == Fault::unavailable);
        CHECK(reply.error().text.empty());  // gRPC's own text names hosts
    }(*stub));
    harness.start();
    run(harness.io, [](Echo::Stub& s) -> Task<void> {
        bool again = false;
        for (int i = 0; i < 50 && !again; ++i) {
            again = (co_await ask(s, "again")).has_value();
            if (!again) co_await sleep_for(std::chrono::milliseconds(100));
        }
        CHECK(again);
    }(*stub));
}

TEST_CASE("a client without a certificate of our authority is refused", "[rpc][contract:S65]") {
    Harness harness;
    Authority stranger;
    auto credentials = stranger.issue("stranger");
    credentials.authority = (harness.authority.directory() / "ca.pem").string();
    Channel channel({.target = "127.0.0.1:" + std::to_string(harness.port), .credentials = credentials, .server_name = "localhost"});
    auto stub = Echo::NewStub(channel.grpc());
    run(harness.io, [](Echo::Stub& s) -> Task<void> {
        auto reply = co_await ask(s, "let me in", {after(std::chrono::seconds(2))});
        REQUIRE(!reply);
        CHECK((reply.error().fault == Fault::unavailable || reply.error().fault == Fault::timeout));
    }(*stub));
}

TEST_CASE("a server whose certificate is for another name is not trusted", "[rpc]") {
    Harness harness;
    Channel channel({.target = "127.0.0.1:" + std::to_string(harness.port),
                     .credentials = harness.authority.issue("client"),
                     .server_name = "elsewhere.example"});
    auto stub = Echo::NewStub(channel.grpc());
    run(harness.io, [](Echo::Stub& s) -> Task<void> {
        auto reply = co_await ask(s, "are you it", {after(std::chrono::seconds(2))});
        REQUIRE(!reply);
    }(*stub));
}

TEST_CASE("the health protocol says whether the server serves", "[rpc]") {
    Harness harness;
    auto channel = harness.channel();
    run(harness.io, [](Harness& h, Channel& c) -> Task<void> {
        CHECK(co_await c.check(after(std::chrono::seconds(5))));
        h.server->set_serving(Serving::no);
        auto no = co_await c.check(after(std::chrono::seconds(5)));
        REQUIRE(!no);
        CHECK(no.error().fault == Fault::unavailable);
    }(harness, *channel));
}

TEST_CASE("a shard that left takes no calls; running ones may end first", "[rpc]") {
    Harness harness;
    auto channel = harness.channel();
    auto stub = Echo::NewStub(channel->grpc());
    run(harness.io, [](Harness& h, Echo::Stub& s) -> Task<void> {
        co_await h.service.shards.leave(0, after(std::chrono::seconds(1)));
        auto reply = co_await ask(s, "anyone");
        REQUIRE(!reply);
        CHECK(reply.error().fault == Fault::unavailable);
    }(harness, *stub));
}

TEST_CASE("a port in use stops the start", "[rpc]") {
    Harness harness;
    auto second = Server::start({.address = "127.0.0.1:" + std::to_string(harness.port), .credentials = harness.authority.issue("b")},
                                {&harness.service});
    REQUIRE(!second);
    CHECK(second.error().fault == Fault::unavailable);
    auto unreadable = Server::start({.address = "127.0.0.1:0", .credentials = {"/nowhere/a", "/nowhere/b", "/nowhere/c"}}, {});
    REQUIRE(!unreadable);
}

}  // namespace sky::rpc::testing
