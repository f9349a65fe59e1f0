#include "skyctl/rpc/services.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>

namespace sky::skyctl {
namespace {
constexpr std::chrono::seconds patience{30};
}

Services::Services(ServiceOptions options)
    : auth_({.target = options.auth, .credentials = options.credentials}),
      delivery_({.target = options.delivery, .credentials = options.credentials}),
      token_(std::move(options.token)) {}

Result<std::string> Services::exchange(const google::protobuf::MethodDescriptor& method, std::string request) {
    const bool administration = method.file()->package() == "skybridge.admin.v1";
    boost::asio::io_context context;
    auto done = boost::asio::co_spawn(
        context,
        rpc::detail::call_path(administration ? auth_ : delivery_, rpc::path_of(method), std::move(request),
                               {.deadline = after(patience), .retry = rpc::Retry::once, .bearer = administration ? token_ : std::string()}),
        boost::asio::use_future);
    context.run();
    return done.get();
}

Result<std::unique_ptr<google::protobuf::Message>> Services::call_any(const google::protobuf::Message& request) {
    const auto& method = rpc::method_taking(*request.GetDescriptor());
    auto octets = exchange(method, request.SerializeAsString());
    if (!octets) return forward(octets);
    std::unique_ptr<google::protobuf::Message> reply(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.output_type())->New());
    if (!reply->ParseFromString(*octets)) return unexpected(Fault::internal, "the service's answer can't be read");
    return reply;
}

}  // namespace sky::skyctl
