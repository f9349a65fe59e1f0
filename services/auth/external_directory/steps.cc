#include "auth/external_directory/steps.h"

#include "auth/mailbox_making.h"
#include "auth/photo.h"
#include "auth/shard.h"
#include "auth/store/changes.h"
#include "auth/store/external_sync.h"
#include "auth/store/groups.h"
#include "auth/store/tenants.h"
#include "sky/base/encode.h"
#include "sky/sasl/scram.h"

namespace sky::auth {
namespace {
std::string domain_of(const std::string& address) { return address.substr(address.rfind('@') + 1); }

Record record_of(const MailboxRow& row, std::string action) {
    return {.tenant = row.tenant_id, .action = std::move(action), .object = row.address, .account_ids = {row.account.value}};
}

Task<Result<void>> set_picture(pg::Transaction& transaction, const MailboxRow& row, const std::optional<std::string>& photo) {
    if (!photo) co_return Result<void>{};
    co_return co_await set_photo(transaction, row, {photo_type(*photo), *photo});
}

MailboxChange texts_of(const Step& step) {
    return {.display_name = step.display_name,
            .title = step.title,
            .department = step.department,
            .phone = step.phone,
            .mobile = step.mobile,
            .office = step.office,
            .protocols = step.protocols};
}

Task<Result<Record>> add(AuthShard& shard, pg::Transaction& transaction, const Step& step, const DomainRow& domain) {
    NewMailbox mailbox{.address = step.address,
                       .display_name = step.display_name.value_or(""),
                       .scram_salt = random_bytes(sasl::scram_salt_size),
                       .credential = {},
                       .quota_octets = {}};
    auto row = co_await make_mailbox(shard, transaction, domain, mailbox);
    if (!row) co_return forward(row);
    auto changed = co_await update_mailbox(transaction, *row, texts_of(step));
    if (!changed) co_return forward(changed);
    if (auto linked = co_await link_mailbox(transaction, *row, step.external_id.value_or("")); !linked) co_return forward(linked);
    if (auto named = co_await put_external_addresses(transaction, *row, step.joining, {}); !named) co_return forward(named);
    if (auto pictured = co_await set_picture(transaction, *row, step.photo); !pictured) co_return forward(pictured);
    auto domains = co_await domains_if_duty(transaction, row->tenant_id, row->account);
    if (!domains) co_return forward(domains);
    Record out = record_of(*row, "mailbox.add");
    out.addresses = step.joining;
    out.addresses.push_back(row->address);
    out.domains = std::move(*domains);
    co_return out;
}

// Suspended, or active again; whose answers for postmaster may be another's then.
Task<Result<void>> set_state(pg::Transaction& transaction, const MailboxRow& row, bool suspended, Record& record) {
    auto before = co_await duty_account(transaction, row.tenant_id);
    if (!before) co_return forward(before);
    auto done = co_await update_mailbox_state(transaction, row, suspended ? "suspended" : "active");
    if (!done) co_return forward(done);
    if (auto marked = co_await mark_suspended(transaction, row, suspended); !marked) co_return marked;
    auto afterwards = co_await duty_account(transaction, row.tenant_id);
    if (!afterwards) co_return forward(afterwards);
    record.action = suspended ? "mailbox.suspend" : "mailbox.activate";
    record.addresses.push_back(row.address);
    if (*before == *afterwards) co_return Result<void>{};
    auto domains = co_await domain_names(transaction, row.tenant_id);
    if (!domains) co_return forward(domains);
    record.domains = std::move(*domains);
    co_return Result<void>{};
}

Task<Result<Record>> change(pg::Transaction& transaction, const Step& step, const MailboxRow& before,
                            const std::optional<DomainRow>& domain) {
    Record out = record_of(before, "mailbox.change");
    MailboxRow row = before;
    if (step.external_id)
        if (auto linked = co_await link_mailbox(transaction, row, *step.external_id); !linked) co_return forward(linked);
    if (domain) {
        auto renamed = co_await rename_mailbox(transaction, row, *domain, *step.new_address, OldAddress::stays);
        if (!renamed) co_return forward(renamed);
        row = std::move(*renamed);
        auto domains = co_await domains_if_duty(transaction, row.tenant_id, row.account);
        if (!domains) co_return forward(domains);
        out.action = "mailbox.rename";
        out.addresses = {before.address, row.address};
        out.domains = std::move(*domains);
    }
    if (auto named = co_await put_external_addresses(transaction, row, step.joining, step.leaving); !named) co_return forward(named);
    for (const auto* list : {&step.joining, &step.leaving}) out.addresses.insert(out.addresses.end(), list->begin(), list->end());
    auto changed = co_await update_mailbox(transaction, row, texts_of(step));
    if (!changed) co_return forward(changed);
    if (auto pictured = co_await set_picture(transaction, row, step.photo); !pictured) co_return forward(pictured);
    if (step.state != Step::State::as_it_is) {
        auto set = co_await set_state(transaction, row, step.state == Step::State::suspended, out);
        if (!set) co_return forward(set);
    }
    co_return out;
}

Task<Result<void>> finish(AuthShard& shard, pg::Transaction& transaction, Result<Record> what) {
    if (!what) co_return forward(what);
    auto version = co_await record(transaction, {.name = "ldap", .peer = {}}, *what);
    if (!version) co_return forward(version);
    auto committed = co_await transaction.commit();
    if (committed) shard.changed();
    co_return committed;
}
}  // namespace

// A COMMIT whose answer is lost is looked at again by the next sync, which compares anew.
Task<Result<void>> take_step(AuthShard& shard, TenantId tenant, const Step& step, Deadline deadline) {
    std::optional<DomainRow> domain;
    if (step.kind == Step::Kind::add || step.new_address) {
        auto found = co_await find_domain(shard.pool(), tenant, domain_of(step.new_address.value_or(step.address)), deadline);
        if (!found) co_return forward(found);
        domain = std::move(*found);
    }
    std::optional<MailboxRow> mailbox;
    if (step.kind == Step::Kind::change) {
        auto found = co_await find_mailbox(shard.pool(), tenant, step.address, deadline);
        if (!found) co_return forward(found);
        if (found->account != step.account) co_return unexpected(Fault::conflict, "it is another mailbox by now");
        mailbox = std::move(*found);
    }
    auto transaction = co_await shard.pool().begin(tenant, deadline);
    if (!transaction) co_return forward(transaction);
    auto what = mailbox ? co_await change(*transaction, step, *mailbox, domain) : co_await add(shard, *transaction, step, *domain);
    co_return co_await finish(shard, *transaction, std::move(what));
}

Task<Result<void>> take_step(AuthShard& shard, TenantId tenant, const ManagerStep& step, Deadline deadline) {
    auto mailbox = co_await find_mailbox(shard.pool(), tenant, step.address, deadline);
    if (!mailbox) co_return forward(mailbox);
    auto transaction = co_await shard.pool().begin(tenant, deadline);
    if (!transaction) co_return forward(transaction);
    auto changed = co_await update_mailbox(*transaction, *mailbox, {.manager = step.manager});
    if (!changed) co_return forward(changed);
    co_return co_await finish(shard, *transaction, record_of(*mailbox, "mailbox.change"));
}

Task<Result<void>> take_step(AuthShard& shard, TenantId tenant, const GroupStep& step, Deadline deadline) {
    auto group = co_await find_group(shard.pool(), tenant, step.address, deadline);
    if (!group) co_return forward(group);
    auto transaction = co_await shard.pool().begin(tenant, deadline);
    if (!transaction) co_return forward(transaction);
    if (auto locked = co_await lock_members(*transaction, *group); !locked) co_return forward(locked);
    if (auto added = co_await add_members(*transaction, *group, step.joining); !added) co_return forward(added);
    if (auto removed = co_await remove_members(*transaction, *group, step.leaving); !removed) co_return forward(removed);
    Record what{.tenant = tenant, .action = "group.members", .object = group->address, .addresses = {group->address}};
    co_return co_await finish(shard, *transaction, std::move(what));
}

}  // namespace sky::auth
