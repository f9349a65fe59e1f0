#include <array>
#include <catch2/catch.hpp>

#include "echo_service.h"
#include "sky/rpc/client.h"
#include "sky/rpc/stream_client.h"

namespace sky::rpc::testing {
namespace {

using namespace std::chrono_literals;

// One shard with its thread.
struct Lane {
    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
    EchoShard shard{io.get_executor()};
    std::atomic<bool> left = false;
    std::thread thread;

    void start(EchoService& service, std::size_t index) {
        service.shards.enter(index, io.get_executor(), shard);
        thread = std::thread([this] { io.run(); });
    }
    void leave(EchoService& service, std::size_t index) {
        boost::asio::co_spawn(io, service.shards.leave(index, after(5s)), [this](std::exception_ptr) { left = true; });
    }
    void join() {
        work.reset();
        thread.join();
    }
};

Task<void> until_left(Lane& lane) {
    for (int i = 0; i < 500 && !lane.left; ++i) co_await sleep_for(10ms);
    CHECK(lane.left);
}

Task<void> talk(Echo::Stub& stub, StreamClient<Saying, Saying>& stream, int count, int& good) {
    for (int i = 0; i < count; ++i) {
        Saying request;
        request.set_number(i % 5);
        if (co_await call(stub, &Echo::StubInterface::async_interface::Say, request, {.deadline = after(5s), .retry = Retry::once})) ++good;
        if (co_await stream.call(request, after(5s), Retry::once)) ++good;
    }
}

}  // namespace

TEST_CASE("calls are dealt to all shards, and a shard may leave while they come", "[rpc]") {
    boost::asio::io_context io;
    Authority authority;
    EchoService service;
    std::array<Lane, 2> lanes;
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i].start(service, i);
    auto server = Server::start({.address = "127.0.0.1:0", .credentials = authority.issue("echo")}, {&service});
    REQUIRE(server);
    auto channel = std::make_shared<Channel>(ChannelOptions{
        .target = "127.0.0.1:" + std::to_string((*server)->port()), .credentials = authority.issue("client"), .server_name = "localhost"});
    auto stub = Echo::NewStub(channel->grpc());
    StreamClient<Saying, Saying> stream(io.get_executor(), "echo.talk",
                                        [&](auto* context, auto* reactor) { stub->async()->Talk(context, reactor); });
    int good = 0;
    run(io, talk(*stub, stream, 50, good));
    CHECK(good == 100);
    CHECK(lanes[0].shard.last.caller == "client");
    CHECK(lanes[1].shard.last.caller == "client");

    for (std::size_t i = 0; i < lanes.size(); ++i) {
        lanes[i].leave(service, i);
        if (i == 0) run(io, talk(*stub, stream, 50, good));
        run(io, until_left(lanes[i]));
        lanes[i].join();
    }
    CHECK(good == 200);
    run(io, stream.stop());
    run(io, (*server)->stop(after(1s)));
}

}  // namespace sky::rpc::testing
