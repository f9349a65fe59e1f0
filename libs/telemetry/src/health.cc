#include "sky/telemetry/health.h"

#include "sky/async/group.h"
#include "sky/async/shards.h"
#include "sky/http/server.h"
#include "sky/net/listener.h"
#include "sky/telemetry/log.h"
#include "sky/telemetry/metrics.h"

namespace sky {
namespace {

constexpr auto check_time = std::chrono::seconds(4);  // a probe waits 5 s at most

Task<http::Response> ready_answer(HealthServer::Ready ready) {
    if (stopping()) co_return http::Response::text(503, "draining\n");
    const auto verdict = co_await ready(after(check_time));
    if (verdict) co_return http::Response::text(200, "ready\n");
    log::warning("health.not_ready", {{"text", verdict.error().text}, {"reason", verdict.error().reason}});
    co_return http::Response::text(503, verdict.error().text + "\n");
}

Task<http::Response> answer(HealthServer::Ready ready, http::Request request) {
    if (request.method != "GET" && request.method != "HEAD") co_return http::Response::text(405, "GET only\n");
    if (request.path == "/healthz/live") co_return http::Response::text(200, "live\n");
    if (request.path == "/healthz/ready") co_return co_await ready_answer(std::move(ready));
    if (request.path == "/metrics") {
        http::Response out;
        out.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        out.body = metrics::expose_all();
        co_return out;
    }
    co_return http::Response::text(404, "not found\n");
}

Task<void> session(HealthServer::Ready ready, net::Stream stream) {
    http::Options options;
    options.body_limit = 1024;
    co_await http::serve(std::move(stream), options,
                         [ready = std::move(ready)](http::Request request) { return answer(ready, std::move(request)); });
}

}  // namespace

struct HealthServer::State {
    explicit State(const Executor& executor) : sessions(executor) {}
    Group sessions;
    std::unique_ptr<net::Listener> listener;
};

HealthServer::HealthServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HealthServer::~HealthServer() = default;

Result<std::unique_ptr<HealthServer>> HealthServer::open(Executor executor, HealthOptions options, Ready ready) {
    auto state = std::make_unique<State>(executor);
    net::ListenerOptions listening{
        .name = "health", .address = std::move(options.address), .port = options.port, .connections = 100, .connections_per_ip = 100};
    auto listener = net::Listener::open(state->sessions, std::move(listening),
                                        [ready = std::move(ready)](net::Stream stream) { return session(ready, std::move(stream)); });
    if (!listener) return forward(listener);
    state->listener = std::move(*listener);
    return std::unique_ptr<HealthServer>(new HealthServer(std::move(state)));
}

std::uint16_t HealthServer::port() const { return state_->listener->port(); }

Task<void> HealthServer::stop(Deadline deadline) {
    state_->listener->stop();
    co_await state_->sessions.stop(deadline);
}

}  // namespace sky
