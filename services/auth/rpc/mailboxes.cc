// AddMailbox, ListMailboxes, RemoveMailbox, SetPassword.
#include "auth/store/mailboxes.h"
#include "auth/address.h"
#include "auth/rpc/new_password.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/calstore/calstore.h"
#include "sky/mailstore/accounts.h"
#include "skybridge/admin/v1/mailboxes.pb.h"

namespace sky::auth {
namespace {
admin_v1::Mailbox message(const MailboxRow& row, std::int64_t used) {
    admin_v1::Mailbox out;
    out.set_account_id(row.account.value);
    out.set_address(row.address);
    out.set_display_name(row.display_name);
    out.set_tenant(row.tenant);
    out.set_quota_bytes(row.quota_octets.value_or(0));
    out.set_used_bytes(used);
    out.set_state(row.state);
    out.set_created(unix_seconds(row.created));
    return out;
}

// Whose going or coming changes where postmaster and abuse lead: then all domains of the tenant changed.
Task<Result<std::vector<std::string>>> domains_if_duty(pg::Transaction& transaction, TenantId tenant, AccountId account) {
    auto duty = co_await duty_account(transaction, tenant);
    if (!duty) co_return forward(duty);
    if (*duty != account) co_return std::vector<std::string>{};
    co_return co_await domain_names(transaction, tenant);
}

MainCredential credential_of(StoredPassword stored) {
    return {std::move(stored.verifier), std::move(stored.scram_sha256), std::move(stored.scram_sha1)};
}

struct Addition {
    DomainRow domain;
    NewMailbox mailbox;
};

Task<Result<Written<admin_v1::Mailbox>>> add(AuthShard&, pg::Transaction& transaction, const Addition& addition) {
    auto row = co_await insert_mailbox(transaction, addition.domain, addition.mailbox);
    if (!row) {
        if (row.error().fault != Fault::already_exists) co_return forward(row);
        co_return unexpected(Fault::already_exists, "the address exists already", row.error().reason);
    }
    const mailstore::AccountRef account{row->tenant_id, row->account};
    auto made = co_await mailstore::create_account(transaction, account, mailstore::AccountKind::user, row->quota_octets);
    if (!made) co_return forward(made);
    auto domains = co_await domains_if_duty(transaction, row->tenant_id, row->account);
    if (!domains) co_return forward(domains);
    co_return Written<admin_v1::Mailbox>{message(*row, 0),
                                         {.tenant = row->tenant_id,
                                          .action = "mailbox.add",
                                          .object = row->address,
                                          .addresses = {row->address},
                                          .domains = std::move(*domains),
                                          .account_ids = {row->account.value}}};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const MailboxRow& mailbox) {
    auto domains = co_await domains_if_duty(transaction, mailbox.tenant_id, mailbox.account);
    if (!domains) co_return forward(domains);
    auto emptied = co_await mailstore::delete_account(transaction, {mailbox.tenant_id, mailbox.account});
    if (!emptied && emptied.error().fault != Fault::not_found) co_return forward(emptied);
    auto cleared = co_await calstore::delete_account(transaction, {mailbox.tenant_id, mailbox.account});
    if (!cleared) co_return forward(cleared);
    auto gone = co_await delete_mailbox(transaction, mailbox.tenant_id, mailbox.account);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such mailbox");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply,
                                             {.tenant = mailbox.tenant_id,
                                              .action = "mailbox.remove",
                                              .object = mailbox.address,
                                              .addresses = {mailbox.address},
                                              .domains = std::move(*domains),
                                              .account_ids = {mailbox.account.value}}};
}

struct NewPassword {
    MailboxRow mailbox;
    MainCredential credential;
    std::int64_t used;
};

Task<Result<Written<admin_v1::Mailbox>>> replace_password(AuthShard&, pg::Transaction& transaction, const NewPassword& change) {
    auto done = co_await set_main_verifier(transaction, change.mailbox.tenant_id, change.mailbox.account, change.credential);
    if (!done) co_return forward(done);
    if (!*done) co_return unexpected(Fault::not_found, "no such mailbox");
    co_return Written<admin_v1::Mailbox>{message(change.mailbox, change.used),
                                         {.tenant = change.mailbox.tenant_id,
                                          .action = "mailbox.password",
                                          .object = change.mailbox.address,
                                          .account_ids = {change.mailbox.account.value}}};
}

Task<Result<std::int64_t>> used_octets(AuthShard& shard, const MailboxRow& row, Deadline deadline) {
    auto used = co_await mailstore::usage(shard.pool(), {row.tenant_id, row.account}, deadline);
    if (used) co_return used->used_octets;
    if (used.error().fault == Fault::not_found) co_return 0;
    co_return forward(used);
}

Task<Result<MailboxRow>> named(AuthShard& shard, const Caller& caller, const std::string& text) {
    const auto address = parse_address(text);
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    co_return co_await find_mailbox(shard.pool(), caller.view(), address->text(), caller.deadline);
}
Task<Result<admin_v1::Mailbox>> add_mailbox(AuthShard& shard, Caller caller, const admin_v1::AddMailboxRequest& request) {
    const auto address = parse_plain_address(request.address());
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    if (!ascii::is_utf8(request.display_name()) || request.display_name().size() > 256)
        co_return unexpected(Fault::syntax, "the display name is not UTF-8 or too long");
    if (request.quota_bytes() < 0) co_return unexpected(Fault::syntax, "the quota is negative");
    auto domain = co_await find_domain(shard.pool(), caller.view(), address->domain, caller.deadline);
    if (!domain) co_return forward(domain);
    auto public_part = request;
    public_part.clear_password();
    auto key = outcome_key(caller, request.idempotency_key(), public_part);
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), domain->tenant, caller.deadline);
    if (!tenant) co_return forward(tenant);
    std::string salt = random_bytes(sasl::scram_salt_size);
    auto stored = co_await store_password(shard, *tenant, salt, request.password(), caller.deadline);
    if (!stored) co_return forward(stored);
    const Addition addition{*domain,
                            {.address = address->text(),
                             .display_name = request.display_name(),
                             .scram_salt = std::move(salt),
                             .credential = credential_of(std::move(*stored)),
                             .quota_octets = request.quota_bytes() > 0 ? request.quota_bytes() : shard.default_quota()}};
    co_return co_await write(shard, caller, std::move(key), domain->tenant_id, addition, &add);
}

Task<Result<admin_v1::ListMailboxesReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListMailboxesRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    auto rows = co_await list_mailboxes(shard.pool(), caller.view(), ascii::to_lower(request.domain()), ascii::to_lower(request.tenant()),
                                        page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListMailboxesReply reply;
    for (const auto& row : *rows) {
        auto used = co_await used_octets(shard, row, caller.deadline);
        if (!used) co_return forward(used);
        *reply.add_mailboxes() = message(row, *used);
    }
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().address);
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> remove_mailbox(AuthShard& shard, Caller caller, const admin_v1::RemoveMailboxRequest& request) {
    auto mailbox = co_await named(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, *mailbox, &remove);
}

Task<Result<admin_v1::Mailbox>> set_password(AuthShard& shard, Caller caller, const admin_v1::SetPasswordRequest& request) {
    auto mailbox = co_await named(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), mailbox->tenant, caller.deadline);
    if (!tenant) co_return forward(tenant);
    auto stored = co_await store_password(shard, *tenant, mailbox->scram_salt, request.password(), caller.deadline);
    if (!stored) co_return forward(stored);
    auto used = co_await used_octets(shard, *mailbox, caller.deadline);
    if (!used) co_return forward(used);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, NewPassword{*mailbox, credential_of(std::move(*stored)), *used},
                             &replace_password);
}

}  // namespace

void serve_mailboxes(AdminMethods& methods) {
    methods.add(&add_mailbox);
    methods.add(&list_all);
    methods.add(&remove_mailbox);
    methods.add(&set_password);
}

}  // namespace sky::auth
