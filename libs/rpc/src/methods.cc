#include "sky/rpc/methods.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <cstdlib>
#include <map>
#include <vector>

#include "sky/async/report.h"
#include "sky/rpc/client.h"
#include "sky/rpc/unary.h"

namespace sky::rpc {
namespace pb = google::protobuf;

const pb::MethodDescriptor& method_taking(const pb::Descriptor& request) {
    const pb::FileDescriptor& file = *request.file();
    for (int s = 0; s < file.service_count(); ++s)
        for (int m = 0; m < file.service(s)->method_count(); ++m)
            if (file.service(s)->method(m)->input_type() == &request) return *file.service(s)->method(m);
    report("rpc.no.method", "takes", request.full_name());
    std::abort();
}

std::string path_of(const pb::MethodDescriptor& method) { return "/" + method.service()->full_name() + "/" + method.name(); }

namespace detail {
namespace {

struct Method {
    std::string request;  // full name of its message
    AnyHandler handler;
};

std::string octets_of(const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    std::string out;
    if (!buffer.Dump(&slices).ok()) return out;
    out.reserve(buffer.Length());
    for (const auto& slice : slices) out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    return out;
}

grpc::ByteBuffer buffer_of(const std::string& octets) {
    grpc::Slice slice(octets);
    return grpc::ByteBuffer(&slice, 1);
}

class MethodCall final : public Call, public grpc::ServerGenericBidiReactor {
  public:
    MethodCall(std::shared_ptr<Home> home, grpc::CallbackServerContext& server, const Method& method)
        : Call(std::move(home)), server_(server), method_(method), context_(context_of(server, method.request)) {}

  private:
    void begin() override { StartRead(&incoming_); }
    void OnReadDone(bool ok) override {
        on_shard([this, ok] {
            if (!ok) return fail({Fault::syntax, "the call brought no request"});
            request_ = octets_of(incoming_);
            incoming_.Clear();
            run();
        });
    }
    void run() {
        auto ended = [self = shared_from_this(), this](std::exception_ptr thrown, Result<std::string> result) {
            handler_ended();
            if (thrown) result = std::unexpected(failure_of(thrown, context_.request));
            if (!result) return fail(result.error());
            outgoing_ = buffer_of(*result);
            StartWriteAndFinish(&outgoing_, grpc::WriteOptions(), grpc::Status::OK);
        };
        boost::asio::co_spawn(home_->executor, method_.handler(home_->local, context_, request_),
                              boost::asio::bind_cancellation_slot(cancellation_.slot(), std::move(ended)));
    }
    void fail(const Error& error) { Finish(answer(server_, context_, error)); }
    void refuse() override { fail(no_shard); }
    void OnCancel() override {
        on_shard([this] { cancel(); });
    }
    void OnDone() override { over(); }

    grpc::CallbackServerContext& server_;
    const Method& method_;
    Context context_;
    grpc::ByteBuffer incoming_, outgoing_;
    std::string request_;
};

// Answers at once, for calls that never reach a shard.
class Refused final : public grpc::ServerGenericBidiReactor {
  public:
    explicit Refused(const grpc::Status& status) { Finish(status); }
    void OnDone() override { delete this; }
};

}  // namespace

struct MethodTable::State final : grpc::CallbackGenericService {
    explicit State(Homes& where) : homes(where) {}
    grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
        const auto found = methods.find(context->method());
        if (found == methods.end()) return new Refused(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no such method"));
        auto home = homes.pick();
        if (!home) return new Refused(answer(*context, context_of(*context, found->second.request), no_shard));
        auto call = std::make_shared<MethodCall>(std::move(home), *context, found->second);
        call->deal();
        return call.get();
    }
    Homes& homes;
    std::map<std::string, Method> methods;  // by path; not changed once the server runs
};

MethodTable::MethodTable(Homes& homes) : state_(std::make_unique<State>(homes)) {}
MethodTable::~MethodTable() = default;

void MethodTable::add(const pb::Descriptor& request, AnyHandler handler) {
    state_->methods[path_of(method_taking(request))] = {request.full_name(), std::move(handler)};
}

grpc::CallbackGenericService* MethodTable::service() const { return state_.get(); }

Task<Result<std::string>> call_path(const Channel& channel, std::string path, std::string request, CallOptions options) {
    // gRPC keeps a pointer into the path until the call is over.
    auto start = [stub = std::make_shared<grpc::GenericStub>(channel.grpc()), path = std::make_shared<const std::string>(std::move(path))](
                     grpc::ClientContext* context, const grpc::ByteBuffer* message, grpc::ByteBuffer* reply,
                     std::function<void(grpc::Status)> done) {
        stub->UnaryCall(context, *path, {}, message, reply,
                        [stub, path, done = std::move(done)](grpc::Status status) { done(std::move(status)); });
    };
    auto reply = co_await call_once<grpc::ByteBuffer, grpc::ByteBuffer>(start, buffer_of(request), options);
    if (!reply && options.retry == Retry::once && co_await worth_again(reply.error(), options))
        reply = co_await call_once<grpc::ByteBuffer, grpc::ByteBuffer>(start, buffer_of(request), options);
    if (!reply) co_return forward(reply);
    co_return octets_of(*reply);
}

}  // namespace detail
}  // namespace sky::rpc
