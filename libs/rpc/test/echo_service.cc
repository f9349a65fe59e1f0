#include "echo_service.h"

#include <stdexcept>

namespace sky::rpc::testing {

Task<Result<Saying>> EchoShard::say(Context context, const Saying& request) {
    last = context;
    if (request.text() == "hang") {
        struct Count {
            int& cancelled;
            ~Count() { ++cancelled; }
        } count{cancelled};
        co_await sleep_for(std::chrono::seconds(20));
    }
    if (request.text() == "throw") throw std::runtime_error("a secret reason");
    for (int i = 0; i <= static_cast<int>(Fault::internal); ++i) {
        const Fault fault = static_cast<Fault>(i);
        if (request.text() == codes(fault).name) co_return unexpected(fault, "text for the peer", "a secret reason");
    }
    co_return request;
}

Task<Result<Saying>> EchoShard::talk(Context context, Saying request) {
    last = context;
    most_running = std::max(most_running, ++running);
    struct Leave {
        int& running;
        ~Leave() { --running; }
    } leave{running};
    if (request.text() == "throw") throw std::runtime_error("a secret reason");
    if (request.text() == "fail") co_return unexpected(Fault::over_quota, "full");
    if (request.number() > 0) co_await sleep_for(std::chrono::milliseconds(request.number()));
    co_return request;
}

Task<Result<void>> EchoShard::gather(Context, Stream<Saying, Saying> stream) {
    std::map<std::uint64_t, std::string> gathered;
    for (;;) {
        auto part = co_await stream.read();
        if (!part) co_return forward(part);
        if (!*part) co_return Result<void>{};
        std::string& all = gathered[(*part)->sequence()];
        all += (*part)->text();
        if ((*part)->text() == "break") co_return unexpected(Fault::unavailable, "broken on request");
        if (!(*part)->last()) continue;
        Saying reply;
        reply.set_sequence((*part)->sequence());
        reply.set_number(static_cast<std::int64_t>(all.size()));
        if (auto sent = co_await stream.write(std::move(reply)); !sent) co_return sent;
        gathered.erase((*part)->sequence());
    }
}

Task<Result<void>> EchoShard::count(Context, const Saying& request, Feed<Saying> feed) {
    for (std::int64_t i = 1; i <= request.number(); ++i) {
        Saying reply;
        reply.set_number(i);
        if (auto sent = co_await feed.write(std::move(reply)); !sent) co_return sent;
    }
    while (!feed.ending()) co_await sleep_for(std::chrono::milliseconds(20));
    co_return Result<void>{};
}

void run(boost::asio::io_context& io, Task<void> task) {
    std::exception_ptr thrown;
    bool done = false;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) {
        thrown = e;
        done = true;
        io.stop();
    });
    io.restart();
    // An idle io_context must not end the run: callbacks of gRPC are still to come.
    auto work = boost::asio::make_work_guard(io);
    io.run_for(std::chrono::seconds(20));
    if (!done) throw std::runtime_error("a test did not end within 20 seconds");
    if (thrown) std::rethrow_exception(thrown);
}

void Harness::start() {
    shard.executor = io.get_executor();
    service.shards.enter(0, io.get_executor(), shard);
    ServerOptions options{.address = "127.0.0.1:" + std::to_string(port), .credentials = authority.issue("echo")};
    auto started = Server::start(options, {&service});
    if (!started) throw std::runtime_error(started.error().reason);
    server = std::move(*started);
    server->set_serving(Serving::yes);
    port = server->port();
}

void Harness::stop(std::chrono::milliseconds grace) {
    auto both = [](Harness& self, Deadline deadline) -> Task<void> {
        co_await self.service.shards.leave(0, deadline);
        co_await self.server->stop(deadline);
    };
    run(io, both(*this, after(grace)));
    server.reset();
}

Harness::~Harness() {
    if (server) stop(std::chrono::milliseconds(0));
}

std::shared_ptr<Channel> Harness::channel(const std::string& name) {
    return std::make_shared<Channel>(
        ChannelOptions{.target = "127.0.0.1:" + std::to_string(port), .credentials = authority.issue(name), .server_name = "localhost"});
}

}  // namespace sky::rpc::testing
