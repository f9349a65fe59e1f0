#include "fake_auth.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <stdexcept>

namespace sky::identity::testing {

Task<Result<auth_v1::AuthenticateReply>> FakeShard::authenticate(rpc::Context, auth_v1::AuthenticateRequest request) {
    last = request;
    auth_v1::AuthenticateReply reply;
    const auto at = passwords.find(request.username());
    if (request.username() == "slow") {
        reply.mutable_refusal()->set_fault("bad_credentials");
        reply.mutable_refusal()->set_delay_ms(300);
    } else if (request.username() == "nothing") {
        // neither yes nor no
    } else if (at == passwords.end() || at->second != request.password()) {
        reply.mutable_refusal()->set_fault("bad_credentials");
        reply.mutable_refusal()->set_text("wrong name or password");
    } else {
        reply.mutable_principal()->set_tenant_id(3);
        reply.mutable_principal()->set_account_id(7);
        reply.mutable_principal()->set_address(request.username());
        reply.mutable_principal()->set_display_name("Ada");
        reply.mutable_principal()->set_version(version);
    }
    co_return reply;
}

Task<Result<directory_v1::ResolveReply>> FakeShard::resolve(rpc::Context, directory_v1::ResolveRequest request) {
    ++lookups;
    directory_v1::ResolveReply reply;
    if (const auto at = recipients.find(request.address()); at != recipients.end())
        reply = at->second;
    else
        reply.set_kind(directory_v1::ResolveReply::UNKNOWN);
    reply.set_version(version);
    co_return reply;
}

Task<Result<void>> FakeShard::watch(rpc::Context, const directory_v1::WatchRequest&, rpc::Feed<directory_v1::Change> feed) {
    std::size_t sent = changes.size();
    for (;;) {
        if (feed.ending()) co_return Result<void>{};
        directory_v1::Change next;
        next.set_version(version);
        next.set_heartbeat(true);
        if (sent < changes.size()) next = changes[sent++];
        if (beating) {
            if (auto written = co_await feed.write(next); !written) co_return written;
        }
        co_await sleep_for(std::chrono::milliseconds(20));
    }
}

namespace {
auth_v1::AuthenticateReply refuse_sign_in(const Error& error) {
    auth_v1::AuthenticateReply out;
    out.mutable_refusal()->set_fault(std::string(codes(error.fault).name));
    return out;
}
directory_v1::ResolveReply refuse_lookup(const Error& error) {
    directory_v1::ResolveReply out;
    out.set_kind(directory_v1::ResolveReply::FAILED);
    out.set_fault(std::string(codes(error.fault).name));
    return out;
}
}  // namespace

grpc::ServerBidiReactor<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply>* FakeAuth::Authenticate(
    grpc::CallbackServerContext* context) {
    return rpc::multiplex<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply>(context, shards_, 64, &FakeShard::authenticate,
                                                                                    refuse_sign_in);
}

grpc::ServerBidiReactor<directory_v1::ResolveRequest, directory_v1::ResolveReply>* FakeDirectory::Resolve(
    grpc::CallbackServerContext* context) {
    return rpc::multiplex<directory_v1::ResolveRequest, directory_v1::ResolveReply>(context, shards_, 64, &FakeShard::resolve,
                                                                                    refuse_lookup);
}

grpc::ServerWriteReactor<directory_v1::Change>* FakeDirectory::Watch(grpc::CallbackServerContext* context,
                                                                     const directory_v1::WatchRequest* request) {
    return rpc::feed<directory_v1::Change>(context, shards_, request, &FakeShard::watch);
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
    auto work = boost::asio::make_work_guard(io);
    io.run_for(std::chrono::seconds(20));
    if (!done) throw std::runtime_error("a test did not end within 20 seconds");
    if (thrown) std::rethrow_exception(thrown);
}

Scene::Scene(Options options) {
    start();
    auto channel = std::make_shared<rpc::Channel>(rpc::ChannelOptions{
        .target = "127.0.0.1:" + std::to_string(port), .credentials = authority.issue("smtp"), .server_name = "localhost"});
    identity = std::make_unique<Identity>(io.get_executor(), channel, options);
    identity->on_change([this](AccountId account) { changed.push_back(account.value); });
}

void Scene::start() {
    shards.enter(0, io.get_executor(), fake);
    auto started =
        rpc::Server::start({.address = "127.0.0.1:" + std::to_string(port), .credentials = authority.issue("auth")}, {&auth, &directory});
    if (!started) throw std::runtime_error(started.error().reason);
    server = std::move(*started);
    port = server->port();
}

void Scene::stop() {
    run(io, [](Scene& self) -> Task<void> {
        co_await self.shards.leave(0, after(std::chrono::milliseconds(0)));
        co_await self.server->stop(after(std::chrono::milliseconds(0)));
    }(*this));
    server.reset();
}

Scene::~Scene() {
    run(io, identity->stop());
    identity.reset();
    if (server) stop();
}

void Scene::local(const std::string& address, std::int64_t account) {
    directory_v1::ResolveReply reply;
    reply.set_kind(directory_v1::ResolveReply::LOCAL);
    reply.set_tenant_id(3);
    reply.set_address(address);
    auto* target = reply.add_targets();
    target->set_tenant_id(3);
    target->set_account_id(account);
    target->set_address(address);
    fake.recipients[address] = reply;
}

void Scene::change(directory_v1::Change next) {
    next.set_version(++fake.version);
    fake.changes.push_back(next);
}

}  // namespace sky::identity::testing
