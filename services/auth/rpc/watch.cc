#include "auth/rpc/handlers.h"
#include "sky/rpc/server_stream.h"

namespace sky::auth {
namespace {
constexpr std::chrono::milliseconds look{250};  // how soon the end of the stream is noticed
constexpr std::chrono::milliseconds heartbeat_each{400};

directory_v1::Change message(const Change& change) {
    directory_v1::Change out;
    out.set_version(change.version);
    out.mutable_addresses()->Assign(change.addresses.begin(), change.addresses.end());
    out.mutable_domains()->Assign(change.domains.begin(), change.domains.end());
    out.mutable_account_ids()->Assign(change.account_ids.begin(), change.account_ids.end());
    return out;
}

directory_v1::Change heartbeat(std::int64_t version) {
    directory_v1::Change out;
    out.set_version(version);
    out.set_heartbeat(true);
    return out;
}
}  // namespace

// Says only what a successful look at the database has just shown; between looks it is silent.
Task<Result<void>> watch(AuthShard& shard, rpc::Context context, const directory_v1::WatchRequest& request,
                         rpc::Feed<directory_v1::Change> feed) {
    if (auto may = shard.permit(context.caller, Right::ask); !may) co_return forward(may);
    std::int64_t told = request.since_version();
    Watcher& watcher = shard.watcher();
    watcher.wake();
    auto seen = watcher.looked().count();
    Deadline next_heartbeat{};  // the first message is a heartbeat, whatever follows
    while (!feed.ending()) {
        if (!co_await watcher.looked().wait_past(seen, after(look))) continue;
        seen = watcher.looked().count();
        if (told == 0) told = watcher.version();
        std::vector<Change> news;
        if (!watcher.changes_above(told, news)) {
            directory_v1::Change all;
            all.set_version(watcher.version());
            all.set_everything(true);
            if (auto sent = co_await feed.write(std::move(all)); !sent) co_return sent;
            told = watcher.version();
            continue;
        }
        if (passed(next_heartbeat)) {
            if (auto sent = co_await feed.write(heartbeat(told)); !sent) co_return sent;
            next_heartbeat = after(heartbeat_each);
        }
        for (const auto& change : news) {
            if (auto sent = co_await feed.write(message(change)); !sent) co_return sent;
            told = change.version;
        }
    }
    co_return Result<void>{};
}

}  // namespace sky::auth
