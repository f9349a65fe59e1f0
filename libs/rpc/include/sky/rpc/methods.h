#pragma once
// Unary methods without generated classes, for contracts with a hundred methods that all pass the same check before they reach their
// handler. A method is known by its request message, which no other method takes. Free of gRPC's headers.
//
//   rpc::Methods<AuthShard> methods(shards);
//   methods.add<AddTenantRequest, Tenant>([](AuthShard& shard, rpc::Context context, const AddTenantRequest& request) { … });
//   … Server::start(options, services, methods.service())
//   auto tenant = co_await rpc::call_method<Tenant>(channel, request, {.deadline = after(5s)});
#include <google/protobuf/descriptor.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "sky/async/task.h"
#include "sky/base/result.h"
#include "sky/rpc/call_options.h"
#include "sky/rpc/channel.h"
#include "sky/rpc/context.h"
#include "sky/rpc/shards.h"

namespace grpc {
class CallbackGenericService;
}

namespace sky::rpc {

// The method that takes this message, of a service in the message's own file; aborts when there is none, because that is our bug.
const google::protobuf::MethodDescriptor& method_taking(const google::protobuf::Descriptor& request);
// "/skybridge.admin.v1.Tenants/AddTenant"
std::string path_of(const google::protobuf::MethodDescriptor& method);

namespace detail {

// Octets in, octets out. The request lives until the task has ended.
using AnyHandler = std::function<Task<Result<std::string>>(void* local, Context context, const std::string& request)>;

class MethodTable {
  public:
    explicit MethodTable(Homes& homes);
    ~MethodTable();
    void add(const google::protobuf::Descriptor& request, AnyHandler handler);
    grpc::CallbackGenericService* service() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

Task<Result<std::string>> call_path(const Channel& channel, std::string path, std::string request, CallOptions options);

template <class Request, class Local, class Handler>
Task<Result<std::string>> run_handler(const Handler& handler, Local& local, Context context, const std::string& octets) {
    Request request;
    if (!request.ParseFromString(octets)) co_return unexpected(Fault::syntax, "the request can't be read");
    auto reply = co_await std::invoke(handler, local, std::move(context), std::as_const(request));
    if (!reply) co_return forward(reply);
    co_return reply->SerializeAsString();
}

}  // namespace detail

template <class Local>
class Methods {
  public:
    explicit Methods(Shards<Local>& shards) : table_(shards.homes()) {}

    // handler(Local&, Context, const Request&) -> Task<Result<Reply>>; runs on one shard, cancelled when the client goes away.
    template <class Request, class Handler>
    void add(Handler handler) {
        table_.add(*Request::descriptor(), [handler = std::move(handler)](void* local, Context context, const std::string& octets) {
            return detail::run_handler<Request>(handler, *static_cast<Local*>(local), std::move(context), octets);
        });
    }
    grpc::CallbackGenericService* service() const { return table_.service(); }

  private:
    detail::MethodTable table_;
};

// Calls the method that takes this request. `channel` lives until the call ends.
template <class Reply, class Request>
Task<Result<Reply>> call_method(const Channel& channel, const Request& request, CallOptions options) {
    auto octets = co_await detail::call_path(channel, path_of(method_taking(*Request::descriptor())), request.SerializeAsString(),
                                             std::move(options));
    if (!octets) co_return forward(octets);
    Reply reply;
    if (!reply.ParseFromString(*octets)) co_return unexpected(Fault::internal, "", "the reply can't be read");
    co_return reply;
}

}  // namespace sky::rpc
