#pragma once
// The test service, with one Local that records what it saw, and a harness with a server and a client on one io_context.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "certificates.h"
#include "echo.grpc.pb.h"
#include "sky/rpc/channel.h"
#include "sky/rpc/server.h"
#include "sky/rpc/server_stream.h"

namespace sky::rpc::testing {

using skybridge::rpc::test::Echo;
using skybridge::rpc::test::Saying;

struct EchoShard {
    Executor executor;
    int cancelled = 0;
    int running = 0;
    int most_running = 0;
    Context last;

    Task<Result<Saying>> say(Context context, const Saying& request);
    Task<Result<Saying>> talk(Context context, Saying request);
    Task<Result<void>> gather(Context context, Stream<Saying, Saying> stream);
    Task<Result<void>> count(Context context, const Saying& request, Feed<Saying> feed);
};

class EchoService final : public Echo::CallbackService {
  public:
    Shards<EchoShard> shards;

    grpc::ServerUnaryReactor* Say(grpc::CallbackServerContext* context, const Saying* request, Saying* reply) override {
        return unary(context, shards, request, reply, &EchoShard::say);
    }
    grpc::ServerBidiReactor<Saying, Saying>* Talk(grpc::CallbackServerContext* context) override {
        auto refusal = [](const Error& error) {
            Saying out;
            out.set_text("refused: " + std::string(codes(error.fault).name));
            return out;
        };
        return multiplex<Saying, Saying>(context, shards, 8, &EchoShard::talk, refusal);
    }
    grpc::ServerBidiReactor<Saying, Saying>* Gather(grpc::CallbackServerContext* context) override {
        return bidi<Saying, Saying>(context, shards, &EchoShard::gather);
    }
    grpc::ServerWriteReactor<Saying>* Count(grpc::CallbackServerContext* context, const Saying* request) override {
        return feed<Saying>(context, shards, request, &EchoShard::count);
    }
};

// Runs a coroutine to its end on `io`; throws what it throws, or after 20 s.
void run(boost::asio::io_context& io, Task<void> task);

struct Harness {
    boost::asio::io_context io;
    Authority authority;
    EchoService service;
    EchoShard shard{io.get_executor()};
    std::unique_ptr<Server> server;
    int port = 0;

    Harness() { start(); }
    ~Harness();
    void start();                                // on the port of before, if there was one
    void stop(std::chrono::milliseconds grace);  // server and shard
    std::shared_ptr<Channel> channel(const std::string& name = "client");
};

}  // namespace sky::rpc::testing
