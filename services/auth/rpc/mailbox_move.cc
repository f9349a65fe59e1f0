// MoveMailbox.
#include "auth/address.h"
#include "auth/limits/in_force.h"
#include "auth/rpc/mailbox.h"
#include "auth/rpc/write.h"
#include "auth/store/limits.h"
#include "auth/store/second_factors.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "sky/calstore/calstore.h"

namespace sky::auth {
namespace {
struct Removal {
    MailboxRow mailbox;
    DomainRow domain;
    std::string address;
    mailstore::Usage usage;
    Actor actor;
};
// Both organisations keep it on their record: first that of the old one, while the transaction still works for it.
Task<Result<Written<admin_v1::Mailbox>>> move(AuthShard& shard, pg::Transaction& transaction, const Removal& to) {
    const mailstore::AccountRef account{to.mailbox.tenant_id, to.mailbox.account};
    auto old_addresses = co_await own_addresses(transaction, to.mailbox);
    if (!old_addresses) co_return forward(old_addresses);
    auto old_domains = co_await domains_if_duty(transaction, to.mailbox.tenant_id, to.mailbox.account);
    if (!old_domains) co_return forward(old_domains);
    auto mail = co_await mailstore::move_account(transaction, account, to.domain.tenant_id);
    if (!mail && mail.error().fault != Fault::not_found) co_return forward(mail);
    auto calendars = co_await calstore::move_account(transaction, {to.mailbox.tenant_id, to.mailbox.account}, to.domain.tenant_id);
    if (!calendars) co_return forward(calendars);
    auto left = co_await record(transaction, to.actor,
                                {.tenant = to.mailbox.tenant_id,
                                 .action = "mailbox.leave",
                                 .object = to.mailbox.address,
                                 .addresses = std::move(*old_addresses),
                                 .domains = std::move(*old_domains),
                                 .account_ids = {to.mailbox.account.value}});
    if (!left) co_return forward(left);
    // Its place in a pool of the old tenant is free at once; what it brought to it goes soon after.
    if (auto soon = co_await limits_due(transaction, to.mailbox.tenant_id); !soon) co_return forward(soon);
    auto row = co_await move_mailbox(transaction, to.mailbox, to.domain, to.address);
    if (!row) co_return forward(row);
    if (auto set = co_await put_limits_in_force(shard, transaction, row->tenant_id, row->account); !set) co_return forward(set);
    mailstore::Usage usage = to.usage;
    if (mail) {
        auto now = co_await mailstore::usage(transaction, {row->tenant_id, row->account});
        if (!now) co_return forward(now);
        usage = *now;
    }
    auto domains = co_await domains_if_duty(transaction, row->tenant_id, row->account);
    if (!domains) co_return forward(domains);
    co_return Written<admin_v1::Mailbox>{mailbox_message(*row, usage),
                                         {.tenant = row->tenant_id,
                                          .action = "mailbox.arrive",
                                          .object = row->address,
                                          .addresses = {row->address},
                                          .domains = std::move(*domains),
                                          .account_ids = {row->account.value}}};
}

Task<Result<admin_v1::Mailbox>> move_it(AuthShard& shard, Caller caller, const admin_v1::MoveMailboxRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    const auto address = parse_plain_address(request.new_address());
    if (!address) co_return unexpected(Fault::syntax, "the new address is not an address");
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!tenant) co_return forward(tenant);
    if (tenant->id == mailbox->tenant_id) co_return unexpected(Fault::conflict, "it is in this tenant already: rename it instead");
    if (tenant->state == "closing") co_return unexpected(Fault::conflict, "that tenant is closing");
    auto domain = co_await find_domain(shard.pool(), caller.view(), address->domain, caller.deadline);
    if (!domain) co_return forward(domain);
    if (domain->tenant_id != tenant->id) co_return unexpected(Fault::not_found, "that tenant has no such domain");
    // Its secret is sealed for the tenant that it was made in.
    auto factor = co_await find_second_factor(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!factor) co_return forward(factor);
    if (*factor) co_return unexpected(Fault::conflict, "remove the second factor first: it stays with the old tenant");
    auto usage = co_await usage_of(shard, *mailbox, caller.deadline);
    if (!usage) co_return forward(usage);
    const Removal to{*mailbox, *domain, address->text(), *usage, {caller.subject.name, caller.peer}};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), mailbox->tenant_id, to, &move);
}
}  // namespace

void serve_mailbox_move(AdminMethods& methods) { methods.add(&move_it); }

}  // namespace sky::auth
