#include "sky/rpc/server.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <thread>

#include "keepalive.h"
#include "sky/async/event.h"
#include "transport.h"

namespace sky::rpc {

struct Server::State {
    std::unique_ptr<grpc::Server> server;
    int port = 0;
    bool stopped = false;
};

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, std::vector<grpc::Service*> services,
                                              grpc::CallbackGenericService* others) {
    prepare_grpc();
    if (auto good = check(options.credentials); !good) return forward(good);
    // Process-wide in gRPC: every server gets the health service.
    grpc::EnableDefaultHealthCheckService(true);
    auto state = std::make_unique<State>();
    grpc::ServerBuilder builder;
    builder.AddListeningPort(options.address, server_credentials(options.credentials), &state->port);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options.largest_message));
    // Two processes must not share a port by accident: a second one has to fail loudly.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    keepalive::allow(builder);
    for (grpc::Service* service : services) builder.RegisterService(service);
    if (others) builder.RegisterCallbackGenericService(others);
    state->server = builder.BuildAndStart();
    if (!state->server || state->port == 0) return unexpected(Fault::unavailable, "can't listen", options.address);
    auto out = std::unique_ptr<Server>(new Server(std::move(state)));
    out->set_serving(Serving::no);
    return out;
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
    if (!state_->stopped && state_->server) state_->server->Shutdown(std::chrono::system_clock::now());
}

int Server::port() const { return state_->port; }

void Server::set_serving(Serving serving) {
    // The empty name stands for the whole server.
    state_->server->GetHealthCheckService()->SetServingStatus(serving == Serving::yes);
}

Task<void> Server::stop(Deadline deadline) {
    if (state_->stopped) co_return;
    state_->stopped = true;
    set_serving(Serving::no);
    // Shutdown() blocks until the last call has ended, and calls end on the shards: it needs a thread of its own.
    struct Waiting {
        Event done;
        bool is_done = false;
    };
    // Should the process give up on this coroutine before that, neither thread nor server may hold it back.
    struct Stopper {
        std::thread thread;
        std::unique_ptr<grpc::Server>& server;
        ~Stopper() {
            if (!thread.joinable()) return;
            thread.detach();
            static_cast<void>(server.release());
        }
    };
    const auto executor = co_await boost::asio::this_coro::executor;
    auto waiting = std::make_shared<Waiting>();
    const auto left = std::max(deadline - std::chrono::steady_clock::now(), std::chrono::steady_clock::duration::zero());
    Stopper stopper{{}, state_->server};
    stopper.thread = std::thread([server = state_->server.get(), executor, waiting, left] {
        server->Shutdown(std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(left));
        boost::asio::post(executor, [waiting] {
            waiting->is_done = true;
            waiting->done.notify_all();
        });
    });
    while (!waiting->is_done) co_await waiting->done.wait(after(std::chrono::seconds(1)));
    stopper.thread.join();
}

}  // namespace sky::rpc
