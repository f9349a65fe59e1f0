// GetPreferences, SetPreferences.
#include "auth/store/preferences.h"

#include "auth/rpc/mailbox.h"
#include "auth/rpc/write.h"
#include "skybridge/admin/v1/preferences.pb.h"

namespace sky::auth {
namespace {
admin_v1::MailboxPreferences message(const MailboxRow& mailbox, const Preferences& preferences) {
    admin_v1::MailboxPreferences out;
    out.set_address(mailbox.address);
    out.set_language(preferences.language);
    out.set_time_zone(preferences.time_zone);
    return out;
}

struct Choice {
    MailboxRow mailbox;
    Preferences preferences;
};
Task<Result<Written<admin_v1::MailboxPreferences>>> choose(AuthShard&, pg::Transaction& transaction, const Choice& to) {
    const auto& [mailbox, preferences] = to;
    if (auto done = co_await put_preferences(transaction, mailbox.tenant_id, mailbox.account, preferences); !done) co_return forward(done);
    // Nothing that a session depends on.
    co_return Written<admin_v1::MailboxPreferences>{
        message(mailbox, preferences), {.tenant = mailbox.tenant_id, .action = "mailbox.preferences", .object = mailbox.address}};
}

Task<Result<admin_v1::MailboxPreferences>> get(AuthShard& shard, Caller caller, const admin_v1::GetPreferencesRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto found = co_await find_preferences(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!found) co_return forward(found);
    co_return message(*mailbox, *found);
}

Task<Result<admin_v1::MailboxPreferences>> set(AuthShard& shard, Caller caller, const admin_v1::SetPreferencesRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto found = co_await find_preferences(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!found) co_return forward(found);
    if (request.has_language()) {
        auto language = request.language().empty() ? std::string() : canonical_language(request.language());
        if (!language) co_return forward(language);
        found->language = std::move(*language);
    }
    if (request.has_time_zone()) {
        auto zone = request.time_zone().empty() ? std::string() : canonical_time_zone(request.time_zone());
        if (!zone) co_return forward(zone);
        found->time_zone = std::move(*zone);
    }
    const Choice to{*mailbox, std::move(*found)};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), mailbox->tenant_id, to, &choose);
}
}  // namespace

void serve_preferences(AdminMethods& methods) {
    methods.add(&get);
    methods.add(&set);
}

}  // namespace sky::auth
