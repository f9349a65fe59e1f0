#include "shard.h"

#include <algorithm>

#include "messages.h"
#include "sky/async/report.h"
#include "sky/base/ascii.h"
#include "sky/rpc/client.h"
#include "sky/sasl/framing.h"

namespace sky::identity {
namespace {
// A refusal is kept back until its delay after the question, not after the answer: how long auth thought about it tells nobody anything.
Task<void> wait_out(Deadline asked, const auth_v1::AuthenticateReply& reply) {
    const auto delay = delay_of(reply);
    if (delay > std::chrono::milliseconds::zero()) co_await sleep_until(asked + delay);
}
}  // namespace

Identity::Shard::Shard(Executor executor, std::shared_ptr<rpc::Channel> channel, Options options)
    : executor_(executor),
      options_(options),
      channel_(std::move(channel)),
      auth_(auth_v1::Auth::NewStub(channel_->grpc())),
      directory_(directory_v1::Directory::NewStub(channel_->grpc())),
      authenticate_(executor, "auth.authenticate",
                    [stub = auth_](auto* context, auto* reactor) { stub->async()->Authenticate(context, reactor); }),
      resolve_(executor, "directory.resolve",
               [stub = directory_](auto* context, auto* reactor) { stub->async()->Resolve(context, reactor); }),
      cache_(options.cached_recipients) {}

void Identity::Shard::start() {
    const std::weak_ptr<Shard> weak = weak_from_this();
    Watch::Callbacks callbacks;
    callbacks.request = [weak] {
        directory_v1::WatchRequest request;
        if (auto shard = weak.lock()) request.set_since_version(shard->version_.value_or(0));
        return request;
    };
    callbacks.heard = [weak](directory_v1::Change change) {
        if (auto shard = weak.lock()) shard->heard(change);
    };
    callbacks.lost = [] {};  // silence is judged by last_heard_
    watch_.emplace(
        executor_, "directory.watch",
        [stub = directory_](auto* context, auto* request, auto* reactor) { stub->async()->Watch(context, request, reactor); },
        std::move(callbacks));
}

void Identity::Shard::tell(AccountId account) {
    if (on_change_) on_change_(account);
}

void Identity::Shard::forget_everything() {
    cache_.clear();
    tell(AccountId{});
}

// Versions count up by one a change. Anything else but the heartbeat of the version we know means that a change was missed.
void Identity::Shard::heard(const directory_v1::Change& change) {
    last_heard_ = std::chrono::steady_clock::now();
    const auto before = std::exchange(version_, change.version());
    if (!before) {  // the first word: what was cached before has no version to compare with
        cache_.clear();
        return;
    }
    const bool gap = change.version() != *before + (change.heartbeat() ? 0 : 1);
    if (gap || change.everything()) return forget_everything();
    for (const auto& address : change.addresses()) cache_.forget(address);
    for (const auto& domain : change.domains()) cache_.forget_domain(domain);
    for (const auto account : change.account_ids()) {
        cache_.forget_account(AccountId{account});
        tell(AccountId{account});
    }
}

const Recipient* Identity::Shard::cached(const std::string& key) {
    const Cache::Item* item = cache_.find(key);
    if (!item) return nullptr;
    const Deadline until = watching() ? item->until : std::min(item->until, item->stored + options_.trusted_for);
    return passed(until) ? nullptr : &item->recipient;
}

void Identity::Shard::remember(const std::string& key, const Recipient& recipient) {
    // Read before a change that we have heard of already: right for this caller, wrong for the next.
    if (recipient.version < version_.value_or(0)) return;
    const bool known = recipient.kind == Recipient::Kind::local || recipient.kind == Recipient::Kind::remote;
    const auto now = std::chrono::steady_clock::now();
    cache_.store(key, recipient, now, now + (known ? options_.known_for : options_.unknown_for));
}

Task<Result<Principal>> Identity::Shard::authenticate(std::shared_ptr<Shard> shard, Attempt attempt, Deadline deadline) {
    const auto asked = std::chrono::steady_clock::now();
    auto reply = co_await shard->authenticate_.call(request_of(std::move(attempt)), deadline, rpc::Retry::once);
    if (!reply) co_return forward(reply);
    co_await wait_out(asked, *reply);
    co_return principal_of(*reply);
}

Task<Result<Principal>> Identity::Shard::converse(std::shared_ptr<Shard> shard, Attempt attempt, Dialogue dialogue, AskClient ask) {
    constexpr std::chrono::seconds patience{30};
    const std::vector<std::string_view> enabled(dialogue.enabled.begin(), dialogue.enabled.end());
    const auto offers = sasl::offered(enabled, dialogue.connection);
    if (std::ranges::none_of(offers, [&](auto name) { return ascii::equals_ignoring_case(name, dialogue.mechanism); }))
        co_return unexpected(Fault::unsupported, "authentication mechanism not supported", ascii::printable(dialogue.mechanism, 40));
    auto initial = sasl::decode_initial(dialogue.initial ? std::optional<std::string_view>(*dialogue.initial) : std::nullopt);
    if (!initial) co_return forward(initial);
    auto request = request_of(std::move(attempt));
    add_dialogue(request, std::move(dialogue));
    if (*initial) request.set_initial(std::move(**initial));
    auto asked = std::chrono::steady_clock::now();
    auto reply = co_await shard->authenticate_.call(std::move(request), after(patience), rpc::Retry::once);
    while (reply && reply->has_challenge()) {
        auto line = co_await ask(sasl::encode_challenge(reply->challenge().octets()));
        if (!line) co_return forward(line);
        auto response = sasl::decode_response(*line);
        if (!response) co_return forward(response);
        auth_v1::AuthenticateRequest next;
        next.set_exchange(reply->challenge().exchange());
        next.set_response(std::move(*response));
        asked = std::chrono::steady_clock::now();
        reply = co_await shard->authenticate_.call(std::move(next), after(patience));
    }
    if (!reply) co_return forward(reply);
    co_await wait_out(asked, *reply);
    co_return principal_of(*reply);
}

Task<Result<Recipient>> Identity::Shard::resolve(std::shared_ptr<Shard> shard, std::string address, std::optional<Sender> sender,
                                                 Deadline deadline) {
    const auto at = address.rfind('@');
    if (at == 0 || at == address.npos || at + 1 == address.size()) co_return unexpected(Fault::syntax, "not an address");
    const std::string key = ascii::to_lower(address);
    const Recipient* known = shard->cached(key);
    if (known && !(known->how == Recipient::How::group && sender)) co_return *known;
    directory_v1::ResolveRequest request;
    request.set_address(std::move(address));
    if (sender) {
        request.set_check_sender(true);
        request.set_sender(std::move(sender->address));
        request.set_sender_proved(sender->proof == Sender::Proof::signed_in);
    }
    auto reply = co_await shard->resolve_.call(std::move(request), deadline, rpc::Retry::once);
    if (!reply) co_return forward(reply);
    auto recipient = recipient_of(*reply);
    if (recipient && !recipient->sender_matters) shard->remember(key, *recipient);
    co_return recipient;
}

Task<Result<Permission>> Identity::Shard::authorize(std::shared_ptr<Shard> shard, TenantId tenant, AccountId subject, Action action,
                                                    std::string object, Deadline deadline) {
    auto request = request_of(tenant, subject, action, std::move(object));
    using Calls = directory_v1::Directory::StubInterface::async_interface;
    auto reply =
        co_await rpc::call(*shard->directory_, &Calls::Authorize, std::move(request), {.deadline = deadline, .retry = rpc::Retry::once});
    if (!reply) co_return forward(reply);
    co_return permission_of(*reply);
}

Task<Result<Settings>> Identity::Shard::settings(std::shared_ptr<Shard> shard, TenantId tenant, AccountId account, Deadline deadline) {
    directory_v1::GetMailboxSettingsRequest request;
    request.set_tenant_id(tenant.value);
    request.set_account_id(account.value);
    using Calls = directory_v1::Directory::StubInterface::async_interface;
    auto reply = co_await rpc::call(*shard->directory_, &Calls::GetMailboxSettings, std::move(request),
                                    {.deadline = deadline, .retry = rpc::Retry::once});
    if (!reply) co_return forward(reply);
    co_return settings_of(*reply);
}

Task<Result<Standing>> Identity::Shard::standing(std::shared_ptr<Shard> shard, TenantId tenant, AccountId account, Deadline deadline) {
    directory_v1::GetStandingRequest request;
    request.set_tenant_id(tenant.value);
    request.set_account_id(account.value);
    using Calls = directory_v1::Directory::StubInterface::async_interface;
    auto reply =
        co_await rpc::call(*shard->directory_, &Calls::GetStanding, std::move(request), {.deadline = deadline, .retry = rpc::Retry::once});
    if (!reply) co_return forward(reply);
    co_return standing_of(*reply);
}

Task<Result<std::vector<Neighbour>>> Identity::Shard::find(std::shared_ptr<Shard> shard, TenantId tenant, NeighboursAsked asked,
                                                           Deadline deadline) {
    using Calls = directory_v1::Directory::StubInterface::async_interface;
    auto reply = co_await rpc::call(*shard->directory_, &Calls::FindPrincipals, request_of(tenant, std::move(asked)),
                                    {.deadline = deadline, .retry = rpc::Retry::once});
    if (!reply) co_return forward(reply);
    co_return neighbours_of(*reply);
}

// The same again sets the same: a call whose answer was lost is made once more.
Task<Result<Quota>> Identity::Shard::quota(std::shared_ptr<Shard> shard, TenantId tenant, AccountId subject, std::string object,
                                           std::optional<std::int64_t> octets, Deadline deadline) {
    directory_v1::QuotaRequest request;
    request.set_tenant_id(tenant.value);
    request.set_account_id(subject.value);
    request.set_object(std::move(object));
    if (octets) request.set_quota_bytes(*octets);
    using Calls = directory_v1::Directory::StubInterface::async_interface;
    auto reply =
        co_await rpc::call(*shard->directory_, &Calls::Quota, std::move(request), {.deadline = deadline, .retry = rpc::Retry::once});
    if (!reply) co_return forward(reply);
    co_return Quota{reply->address(), reply->limit_bytes(), reply->used_bytes()};
}

Task<void> Identity::Shard::stop(std::shared_ptr<Shard> shard) {
    if (shard->watch_) co_await shard->watch_->stop();
    co_await shard->authenticate_.stop();
    co_await shard->resolve_.stop();
}

}  // namespace sky::identity
