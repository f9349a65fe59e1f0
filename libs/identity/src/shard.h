#pragma once
// The streams to auth, the cache, and how far it may be trusted.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cache.h"
#include "sky/identity/identity.h"
#include "sky/rpc/stream_client.h"
#include "sky/rpc/watch.h"
#include "skybridge/auth/v1/auth.grpc.pb.h"
#include "skybridge/directory/v1/directory.grpc.pb.h"

namespace sky::identity {

namespace auth_v1 = skybridge::auth::v1;
namespace directory_v1 = skybridge::directory::v1;

class Identity::Shard : public std::enable_shared_from_this<Identity::Shard> {
  public:
    Shard(Executor executor, std::shared_ptr<rpc::Channel> channel, Options options);
    void start();

    static Task<Result<Principal>> authenticate(std::shared_ptr<Shard> shard, Attempt attempt, Deadline deadline);
    static Task<Result<Principal>> converse(std::shared_ptr<Shard> shard, Attempt attempt, Dialogue dialogue, AskClient ask);
    static Task<Result<Recipient>> resolve(std::shared_ptr<Shard> shard, std::string address, std::optional<Sender> sender,
                                           Deadline deadline);
    static Task<Result<Permission>> authorize(std::shared_ptr<Shard> shard, TenantId tenant, AccountId subject, Action action,
                                              std::string object, Deadline deadline);
    static Task<Result<Settings>> settings(std::shared_ptr<Shard> shard, TenantId tenant, AccountId account, Deadline deadline);
    static Task<Result<Standing>> standing(std::shared_ptr<Shard> shard, TenantId tenant, AccountId account, Deadline deadline);
    static Task<Result<std::vector<Neighbour>>> find(std::shared_ptr<Shard> shard, TenantId tenant, NeighboursAsked asked,
                                                     Deadline deadline);
    static Task<Result<Quota>> quota(std::shared_ptr<Shard> shard, TenantId tenant, AccountId subject, std::string object,
                                     std::optional<std::int64_t> octets, Deadline deadline);
    void on_change(std::function<void(AccountId)> heard) { on_change_ = std::move(heard); }
    bool watching() const { return !passed(last_heard_ + options_.trusted_for); }
    std::int64_t version() const { return version_.value_or(0); }
    static Task<void> stop(std::shared_ptr<Shard> shard);

  private:
    void heard(const directory_v1::Change& change);
    void forget_everything();
    void tell(AccountId account);
    const Recipient* cached(const std::string& key);
    void remember(const std::string& key, const Recipient& recipient);

    using Watch = rpc::Watch<directory_v1::WatchRequest, directory_v1::Change>;

    Executor executor_;
    Options options_;
    std::shared_ptr<rpc::Channel> channel_;
    // Shared with the streams, which may begin once more after this is gone.
    std::shared_ptr<auth_v1::Auth::Stub> auth_;
    std::shared_ptr<directory_v1::Directory::Stub> directory_;
    rpc::StreamClient<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply> authenticate_;
    rpc::StreamClient<directory_v1::ResolveRequest, directory_v1::ResolveReply> resolve_;
    std::optional<Watch> watch_;
    Cache cache_;
    std::optional<std::int64_t> version_;  // of the directory, as last heard
    Deadline last_heard_{};
    std::function<void(AccountId)> on_change_;
};

}  // namespace sky::identity
