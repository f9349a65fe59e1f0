#include "auth/mailbox_making.h"

#include "auth/limits/in_force.h"
#include "auth/store/tenants.h"

namespace sky::auth {

mailstore::AccountKind store_kind(std::string_view kind) {
    if (kind == "user" || kind == "service") return mailstore::AccountKind::user;
    return kind == "public_folders" ? mailstore::AccountKind::public_folders : mailstore::AccountKind::shared;
}

Task<Result<MailboxRow>> make_mailbox(AuthShard& shard, pg::Transaction& transaction, const DomainRow& domain, const NewMailbox& mailbox) {
    auto row = co_await insert_mailbox(transaction, domain, mailbox);
    if (!row) {
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "the address exists already", row.error().reason);
    }
    const mailstore::AccountRef account{row->tenant_id, row->account};
    auto made = co_await mailstore::create_account(transaction, account, store_kind(row->kind), row->quota_octets);
    if (!made) co_return forward(made);
    if (auto set = co_await put_limits_in_force(shard, transaction, row->tenant_id, row->account); !set) co_return forward(set);
    co_return row;
}

Task<Result<std::vector<std::string>>> domains_if_duty(pg::Transaction& transaction, TenantId tenant, AccountId account) {
    auto duty = co_await duty_account(transaction, tenant);
    if (!duty) co_return forward(duty);
    if (*duty != account) co_return std::vector<std::string>{};
    co_return co_await domain_names(transaction, tenant);
}

}  // namespace sky::auth
