#pragma once
// An auth that says what the test put into it.
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "certificates.h"
#include "sky/identity/identity.h"
#include "sky/rpc/server.h"
#include "sky/rpc/server_stream.h"
#include "skybridge/auth/v1/auth.grpc.pb.h"
#include "skybridge/directory/v1/directory.grpc.pb.h"

namespace sky::identity::testing {

namespace auth_v1 = skybridge::auth::v1;
namespace directory_v1 = skybridge::directory::v1;

struct FakeShard {
    std::map<std::string, directory_v1::ResolveReply> recipients;
    std::map<std::string, std::string> passwords;
    std::vector<directory_v1::Change> changes;  // sent in order, then heartbeats each 20 ms while beating
    std::int64_t version = 1;
    bool beating = true;
    int lookups = 0;
    auth_v1::AuthenticateRequest last;

    Task<Result<auth_v1::AuthenticateReply>> authenticate(rpc::Context, auth_v1::AuthenticateRequest request);
    Task<Result<directory_v1::ResolveReply>> resolve(rpc::Context, directory_v1::ResolveRequest request);
    Task<Result<void>> watch(rpc::Context, const directory_v1::WatchRequest& request, rpc::Feed<directory_v1::Change> feed);
};

class FakeAuth final : public auth_v1::Auth::CallbackService {
  public:
    explicit FakeAuth(rpc::Shards<FakeShard>& shards) : shards_(shards) {}
    grpc::ServerBidiReactor<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply>* Authenticate(
        grpc::CallbackServerContext* context) override;

  private:
    rpc::Shards<FakeShard>& shards_;
};

class FakeDirectory final : public directory_v1::Directory::CallbackService {
  public:
    explicit FakeDirectory(rpc::Shards<FakeShard>& shards) : shards_(shards) {}
    grpc::ServerBidiReactor<directory_v1::ResolveRequest, directory_v1::ResolveReply>* Resolve(
        grpc::CallbackServerContext* context) override;
    grpc::ServerWriteReactor<directory_v1::Change>* Watch(grpc::CallbackServerContext* context,
                                                          const directory_v1::WatchRequest* request) override;

  private:
    rpc::Shards<FakeShard>& shards_;
};

void run(boost::asio::io_context& io, Task<void> task);

// A server with the fake, and an Identity that asks it, on one io_context.
struct Scene {
    boost::asio::io_context io;
    rpc::testing::Authority authority;
    FakeShard fake;
    rpc::Shards<FakeShard> shards;
    FakeAuth auth{shards};
    FakeDirectory directory{shards};
    std::unique_ptr<rpc::Server> server;
    int port = 0;
    std::unique_ptr<Identity> identity;
    std::vector<std::int64_t> changed;

    explicit Scene(Options options = {});
    ~Scene();
    void start();
    void stop();
    void local(const std::string& address, std::int64_t account);
    void change(directory_v1::Change change);  // gives it the next version
};

}  // namespace sky::identity::testing
