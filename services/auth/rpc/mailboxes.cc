// AddMailbox, ListMailboxes, RemoveMailbox, SetPassword.
#include "auth/store/mailboxes.h"
#include "auth/address.h"
#include "auth/limits/in_force.h"
#include "auth/rpc/mailbox.h"
#include "auth/rpc/new_password.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/store/external_directories.h"
#include "auth/store/identities.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/calstore/calstore.h"
#include "sky/mailstore/accounts.h"
#include "skybridge/admin/v1/mailboxes.pb.h"

namespace sky::auth {
namespace {
struct Addition {
    DomainRow domain;
    NewMailbox mailbox;
};

Task<Result<Written<admin_v1::Mailbox>>> add(AuthShard& shard, pg::Transaction& transaction, const Addition& addition) {
    auto row = co_await make_mailbox(shard, transaction, addition.domain, addition.mailbox);
    if (!row) co_return forward(row);
    const mailstore::AccountRef account{row->tenant_id, row->account};
    auto usage = co_await mailstore::usage(transaction, account);
    if (!usage) co_return forward(usage);
    auto domains = co_await domains_if_duty(transaction, row->tenant_id, row->account);
    if (!domains) co_return forward(domains);
    co_return Written<admin_v1::Mailbox>{mailbox_message(*row, *usage),
                                         {.tenant = row->tenant_id,
                                          .action = "mailbox.add",
                                          .object = row->address,
                                          .addresses = {row->address},
                                          .domains = std::move(*domains),
                                          .account_ids = {row->account.value}}};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard& shard, pg::Transaction& transaction, const MailboxRow& mailbox) {
    auto domains = co_await domains_if_duty(transaction, mailbox.tenant_id, mailbox.account);
    if (!domains) co_return forward(domains);
    auto emptied = co_await mailstore::delete_account(transaction, {mailbox.tenant_id, mailbox.account});
    if (!emptied && emptied.error().fault != Fault::not_found) co_return forward(emptied);
    auto cleared = co_await calstore::delete_account(transaction, {mailbox.tenant_id, mailbox.account});
    if (!cleared) co_return forward(cleared);
    auto gone = co_await delete_mailbox(transaction, mailbox.tenant_id, mailbox.account);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such mailbox");
    // What it brought to a pool goes with it.
    auto set = co_await put_limits_in_force(shard, transaction, mailbox.tenant_id, mailbox.account);
    if (!set) co_return forward(set);
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
    int older;  // verifiers that are kept
    mailstore::Usage usage;
};

Task<Result<Written<admin_v1::Mailbox>>> replace_password(AuthShard&, pg::Transaction& transaction, const NewPassword& change) {
    auto done = co_await set_main_verifier(transaction, change.mailbox.tenant_id, change.mailbox.account, change.credential, change.older);
    if (!done) co_return forward(done);
    if (!*done) co_return unexpected(Fault::not_found, "no such mailbox");
    co_return Written<admin_v1::Mailbox>{mailbox_message(change.mailbox, change.usage),
                                         {.tenant = change.mailbox.tenant_id,
                                          .action = "mailbox.password",
                                          .object = change.mailbox.address,
                                          .account_ids = {change.mailbox.account.value}}};
}

// Of the password, or of another system's hash, which is replaced when the password is first seen.
Task<Result<MainCredential>> first_credential(AuthShard& shard, NewPasswordOf of, const admin_v1::AddMailboxRequest& request,
                                              Deadline deadline) {
    if (request.password_hash().empty()) co_return co_await store_password(shard, std::move(of), request.password(), deadline);
    if (!request.password().empty()) co_return unexpected(Fault::syntax, "either a password or a hash of one, not both");
    auto verifier = import_verifier(request.password_hash());
    if (!verifier) co_return forward(verifier);
    co_return MainCredential{.verifier = std::move(*verifier)};
}

// A user without a password, whom the tenant's directory proves.
Task<Result<bool>> proved_elsewhere(AuthShard& shard, TenantId tenant, const std::string& kind, const admin_v1::AddMailboxRequest& request,
                                    Deadline deadline) {
    if (kind != "user" || !request.password().empty() || !request.password_hash().empty()) co_return false;
    auto directory = co_await find_external_directory(shard.pool(), tenant, deadline);
    if (!directory) co_return forward(directory);
    co_return *directory && (*directory)->enabled && (*directory)->sign_in == "all";
}

Task<Result<admin_v1::Mailbox>> add_mailbox(AuthShard& shard, Caller caller, const admin_v1::AddMailboxRequest& request) {
    const auto address = parse_plain_address(request.address());
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    if (auto good = check_text(request.display_name(), 256, "display name"); !good) co_return forward(good);
    const std::string kind = request.kind().empty() ? "user" : request.kind();
    if (!is_mailbox_kind(kind))
        co_return unexpected(Fault::syntax, "a mailbox is one of user, shared, room, equipment, public_folders, service");
    const bool signs_in = kind == "user" || kind == "service";
    if (!signs_in && !(request.password().empty() && request.password_hash().empty()))
        co_return unexpected(Fault::syntax, "nobody signs in as a " + kind + " mailbox: it has no password");
    if (!request.plan().empty() && !caller.is(Role::reseller))
        co_return unexpected(Fault::forbidden, "the plan is chosen by your provider");
    auto booking = booking_json(request.booking());
    if (!booking) co_return forward(booking);
    if (request.quota_bytes() < 0) co_return unexpected(Fault::syntax, "the quota is negative");
    auto domain = co_await find_domain(shard.pool(), caller.view(), address->domain, caller.deadline);
    if (!domain) co_return forward(domain);
    auto public_part = request;
    public_part.clear_password();
    public_part.clear_password_hash();
    auto key = outcome_key(caller, request.idempotency_key(), public_part);
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), domain->tenant, caller.deadline);
    if (!tenant) co_return forward(tenant);
    std::string salt = random_bytes(sasl::scram_salt_size);
    std::optional<MainCredential> credential;
    auto elsewhere = co_await proved_elsewhere(shard, domain->tenant_id, kind, request, caller.deadline);
    if (!elsewhere) co_return forward(elsewhere);
    if (signs_in && !*elsewhere) {
        auto made = co_await first_credential(shard, {*tenant, address->text(), request.display_name(), salt}, request, caller.deadline);
        if (!made) co_return forward(made);
        credential = std::move(*made);
    }
    const Addition addition{*domain,
                            {.address = address->text(),
                             .display_name = request.display_name(),
                             .scram_salt = std::move(salt),
                             .credential = std::move(credential),
                             .quota_octets = request.quota_bytes() > 0 ? std::optional(request.quota_bytes()) : std::nullopt,
                             .kind = kind,
                             .booking = std::move(*booking),
                             .plan = ascii::to_lower(request.plan())}};
    co_return co_await write(shard, caller, std::move(key), domain->tenant_id, addition, &add);
}

Task<Result<admin_v1::ListMailboxesReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListMailboxesRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    const MailboxFilter filter{ascii::to_lower(request.domain()), ascii::to_lower(request.tenant()), request.kind(), request.text()};
    auto rows = co_await list_mailboxes(shard.pool(), caller.view(), filter, page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListMailboxesReply reply;
    for (const auto& row : *rows) {
        auto usage = co_await usage_of(shard, row, caller.deadline, mailstore::PoolUse::not_counted);
        if (!usage) co_return forward(usage);
        *reply.add_mailboxes() = mailbox_message(row, *usage);
    }
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().address);
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> remove_mailbox(AuthShard& shard, Caller caller, const admin_v1::RemoveMailboxRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, *mailbox, &remove);
}

Task<Result<admin_v1::Mailbox>> set_password(AuthShard& shard, Caller caller, const admin_v1::SetPasswordRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), mailbox->tenant, caller.deadline);
    if (!tenant) co_return forward(tenant);
    if (mailbox->kind != "user" && mailbox->kind != "service")
        co_return unexpected(Fault::conflict, "nobody signs in as a " + mailbox->kind + " mailbox: it has no password");
    auto who = co_await find_identity(shard.pool(), mailbox->address, caller.deadline);
    if (!who) co_return forward(who);
    if (*who && (*who)->directory_version != 0)
        co_return unexpected(Fault::conflict, "the password is that of the organisation's directory: it is changed there");
    NewPasswordOf of{*tenant, mailbox->address, mailbox->display_name, mailbox->scram_salt, mailbox->account};
    auto stored = co_await store_password(shard, std::move(of), request.password(), caller.deadline);
    if (!stored) co_return forward(stored);
    auto usage = co_await usage_of(shard, *mailbox, caller.deadline);
    if (!usage) co_return forward(usage);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id,
                             NewPassword{*mailbox, std::move(*stored), tenant->password_history, *usage}, &replace_password);
}

}  // namespace

void serve_mailboxes(AdminMethods& methods) {
    methods.add(&add_mailbox);
    methods.add(&list_all);
    methods.add(&remove_mailbox);
    methods.add(&set_password);
}

}  // namespace sky::auth
