#include "sky/telemetry/health.h"

#include "sky/async/group.h"
#include "sky/http/server.h"
#include "sky/net/listener.h"
#include "sky/telemetry/log.h"
#include "sky/telemetry/metrics.h"

namespace sky {
namespace {
using namespace std::chrono_literals;
constexpr auto ready_time = 3s;

struct Shared {
    HealthServer::Ready ready;
    bool stopping = false;
};

Task<http::Response> answer(std::shared_ptr<Shared> shared, http::Request request) {
    if (request.method != "GET" && request.method != "HEAD") co_return http::Response::text(405, "GET only\n");
    if (request.path == "/healthz/live") co_return http::Response::text(200, "alive\n");
    if (request.path == "/metrics") {
        http::Response response = http::Response::text(200, metrics::expose_all());
        response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        co_return response;
    }
    if (request.path != "/healthz/ready") co_return http::Response::text(404, "try /healthz/live, /healthz/ready or /metrics\n");
    if (shared->stopping) co_return http::Response::text(503, "stopping\n");
    const auto ready = co_await shared->ready(after(ready_time));
    if (ready) co_return http::Response::text(200, "ready\n");
    log::warning("health.not_ready", {{"text", ready.error().text}, {"reason", ready.error().reason}});
    co_return http::Response::text(503, ready.error().text + "\n");
}
}  // namespace

struct HealthServer::State {
    explicit State(Executor executor) : sessions(std::move(executor)) {}
    Group sessions;
    std::shared_ptr<Shared> shared = std::make_shared<Shared>();
    std::unique_ptr<net::Listener> listener;
};

HealthServer::HealthServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HealthServer::~HealthServer() = default;

Result<std::unique_ptr<HealthServer>> HealthServer::open(Executor executor, HealthOptions options, Ready ready) {
    auto state = std::make_unique<State>(std::move(executor));
    state->shared->ready = std::move(ready);
    net::ListenerOptions listen;
    listen.name = "health";
    listen.address = options.address;
    listen.port = options.port;
    listen.connections = 64;
    listen.connections_per_ip = 64;
    http::Options limits;
    limits.body_limit = 0;
    auto listener = net::Listener::open(state->sessions, std::move(listen), [shared = state->shared, limits](net::Stream stream) {
        return http::serve(
            std::move(stream), limits, [shared](http::Request request) { return answer(shared, std::move(request)); },
            [shared] { return shared->stopping; });
    });
    if (!listener) return forward(listener);
    state->listener = std::move(*listener);
    return std::unique_ptr<HealthServer>(new HealthServer(std::move(state)));
}

std::uint16_t HealthServer::port() const { return state_->listener->port(); }

Task<void> HealthServer::stop(Deadline deadline) {
    state_->shared->stopping = true;
    state_->listener->stop();
    co_await state_->sessions.stop(deadline);
}

}  // namespace sky
