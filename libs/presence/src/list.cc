#include <algorithm>
#include <set>

#include "sky/presence/presence.h"
#include "wire.h"

namespace sky::presence {
namespace {

using Ids = std::set<std::string>;  // SCAN may say one twice

Task<Result<Ids>> ids_of_account(redis::Client& client, AccountId account, Deadline deadline) {
    auto members = co_await client.command({"SMEMBERS", wire::account_key(account)}, deadline);
    if (!members) co_return forward(members);
    Ids out;
    for (const auto& item : members->items) out.insert(item.text);
    co_return out;
}

Task<Result<Ids>> all_ids(redis::Client& client, Deadline deadline) {
    const std::string pattern = std::string(wire::session_prefix) + "*";
    Ids out;
    std::string cursor = "0";
    do {
        auto page = co_await client.command({"SCAN", cursor, "MATCH", pattern, "COUNT", "500"}, deadline);
        if (!page) co_return forward(page);
        if (page->items.size() != 2) co_return unexpected(Fault::unavailable, {}, "SCAN answered strangely");
        cursor = page->items[0].text;
        for (const auto& key : page->items[1].items) out.insert(key.text.substr(wire::session_prefix.size()));
    } while (cursor != "0");
    co_return out;
}

Task<Result<Ids>> ids_of(redis::Client& client, const Filter& filter, Deadline deadline) {
    if (!filter.id.empty()) co_return Ids{filter.id};
    if (filter.account) co_return co_await ids_of_account(client, filter.account, deadline);
    co_return co_await all_ids(client, deadline);
}

}  // namespace

Task<Result<std::vector<Session>>> list(redis::Client& client, Filter filter, Deadline deadline) {
    auto ids = co_await ids_of(client, filter, deadline);
    if (!ids) co_return forward(ids);
    std::vector<Session> out;
    constexpr std::size_t batch_size = 500;
    for (auto at = ids->begin(); at != ids->end();) {
        std::vector<wire::Command> commands;
        for (; at != ids->end() && commands.size() < batch_size; ++at) commands.push_back({"HGETALL", wire::session_key(*at)});
        auto hashes = co_await client.pipeline(std::move(commands), deadline);
        if (!hashes) co_return forward(hashes);
        for (const auto& hash : *hashes)
            if (auto session = wire::read(hash); session && wire::matches(*session, filter)) out.push_back(std::move(*session));
    }
    std::ranges::sort(out, {}, [](const Session& s) { return std::pair(s.since, s.id); });
    co_return out;
}

Task<Result<std::size_t>> end(redis::Client& client, Filter filter, std::string text, Deadline deadline) {
    if (wire::is_empty(filter)) co_return unexpected(Fault::syntax, "say which sessions: an id, an account or a tenant");
    auto sessions = co_await list(client, filter, deadline);
    if (!sessions) co_return forward(sessions);
    // Published even when none is registered: a session may be younger than its registration.
    auto published = co_await client.command({"PUBLISH", wire::end_channel, wire::write(filter, text)}, deadline);
    if (!published) co_return forward(published);
    co_return sessions->size();
}

}  // namespace sky::presence
