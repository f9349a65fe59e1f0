#include "sky/identity/identity.h"

#include "shard.h"

namespace sky::identity {

Identity::Identity(Executor executor, std::shared_ptr<rpc::Channel> channel, Options options)
    : shard_(std::make_shared<Shard>(std::move(executor), std::move(channel), options)) {
    shard_->start();
}
Identity::~Identity() = default;

Task<Result<Principal>> Identity::authenticate(Attempt attempt, Deadline deadline) {
    return Shard::authenticate(shard_, std::move(attempt), deadline);
}
Task<Result<Principal>> Identity::converse(Attempt attempt, Dialogue dialogue, AskClient ask) {
    return Shard::converse(shard_, std::move(attempt), std::move(dialogue), std::move(ask));
}
Task<Result<Recipient>> Identity::resolve(std::string address, Deadline deadline) {
    return Shard::resolve(shard_, std::move(address), std::nullopt, deadline);
}
Task<Result<Recipient>> Identity::resolve(std::string address, Sender sender, Deadline deadline) {
    return Shard::resolve(shard_, std::move(address), std::move(sender), deadline);
}
Task<Result<Permission>> Identity::authorize(const Principal& subject, Action action, std::string object, Deadline deadline) {
    return Shard::authorize(shard_, subject.tenant, subject.account, action, std::move(object), deadline);
}
Task<Result<Settings>> Identity::settings(TenantId tenant, AccountId account, Deadline deadline) {
    return Shard::settings(shard_, tenant, account, deadline);
}
Task<Result<Standing>> Identity::standing(TenantId tenant, AccountId account, Deadline deadline) {
    return Shard::standing(shard_, tenant, account, deadline);
}
Task<Result<std::vector<Neighbour>>> Identity::find(TenantId tenant, NeighboursAsked asked, Deadline deadline) {
    return Shard::find(shard_, tenant, std::move(asked), deadline);
}
Task<Result<Quota>> Identity::quota(const Principal& subject, std::string object, std::optional<std::int64_t> octets, Deadline deadline) {
    return Shard::quota(shard_, subject.tenant, subject.account, std::move(object), octets, deadline);
}
void Identity::on_change(std::function<void(AccountId)> heard) { shard_->on_change(std::move(heard)); }
bool Identity::watching() const { return shard_->watching(); }
std::int64_t Identity::version() const { return shard_->version(); }
Task<void> Identity::stop() { return Shard::stop(shard_); }

}  // namespace sky::identity
