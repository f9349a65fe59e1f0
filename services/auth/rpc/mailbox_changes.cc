// GetMailbox, ChangeMailbox, SetMailboxState, RenameMailbox, SetPhoto, GetPhoto.
#include <algorithm>

#include "auth/address.h"
#include "auth/limits/in_force.h"
#include "auth/photo.h"
#include "auth/rpc/mailbox.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/sign_in/protocols.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"

namespace sky::auth {
namespace {
Record record_of(const MailboxRow& row, std::string action) {
    return {.tenant = row.tenant_id, .action = std::move(action), .object = row.address, .account_ids = {row.account.value}};
}

struct NewDetails {
    MailboxRow mailbox;
    MailboxChange change;
    mailstore::Usage usage;
};
Task<Result<Written<admin_v1::Mailbox>>> change(AuthShard& shard, pg::Transaction& transaction, const NewDetails& to) {
    auto row = co_await update_mailbox(transaction, to.mailbox, to.change);
    if (!row) co_return forward(row);
    mailstore::Usage usage = to.usage;
    if (to.change.quota_octets || to.change.plan) {
        auto set = co_await put_limits_in_force(shard, transaction, row->tenant_id, row->account);
        if (!set) co_return forward(set);
        auto now = co_await mailstore::usage(transaction, {row->tenant_id, row->account});
        if (!now) co_return forward(now);
        usage = *now;
    }
    co_return Written<admin_v1::Mailbox>{mailbox_message(*row, usage), record_of(*row, "mailbox.change")};
}

struct NewState {
    MailboxRow mailbox;
    std::string state;
    mailstore::Usage usage;
};
Task<Result<Written<admin_v1::Mailbox>>> set_state(AuthShard&, pg::Transaction& transaction, const NewState& to) {
    auto before = co_await duty_account(transaction, to.mailbox.tenant_id);
    if (!before) co_return forward(before);
    auto row = co_await update_mailbox_state(transaction, to.mailbox, to.state);
    if (!row) co_return forward(row);
    auto after_it = co_await duty_account(transaction, to.mailbox.tenant_id);
    if (!after_it) co_return forward(after_it);
    Record record = record_of(*row, to.state == "active" ? "mailbox.activate" : "mailbox.suspend");
    record.addresses = {row->address};
    if (*before != *after_it) {
        auto domains = co_await domain_names(transaction, row->tenant_id);
        if (!domains) co_return forward(domains);
        record.domains = std::move(*domains);
    }
    co_return Written<admin_v1::Mailbox>{mailbox_message(*row, to.usage), std::move(record)};
}

struct NewName {
    MailboxRow mailbox;
    DomainRow domain;
    std::string address;
    OldAddress old_address;
    mailstore::Usage usage;
};
Task<Result<Written<admin_v1::Mailbox>>> rename(AuthShard&, pg::Transaction& transaction, const NewName& to) {
    auto row = co_await rename_mailbox(transaction, to.mailbox, to.domain, to.address, to.old_address);
    if (!row) co_return forward(row);
    auto domains = co_await domains_if_duty(transaction, row->tenant_id, row->account);
    if (!domains) co_return forward(domains);
    Record record = record_of(*row, "mailbox.rename");
    record.addresses = {to.mailbox.address, row->address};
    record.domains = std::move(*domains);
    co_return Written<admin_v1::Mailbox>{mailbox_message(*row, to.usage), std::move(record)};
}

struct NewPhoto {
    MailboxRow mailbox;
    PhotoRow photo;
    mailstore::Usage usage;
};
Task<Result<Written<admin_v1::Mailbox>>> put_photo(AuthShard&, pg::Transaction& transaction, const NewPhoto& to) {
    if (auto done = co_await set_photo(transaction, to.mailbox, to.photo); !done) co_return forward(done);
    Record record = record_of(to.mailbox, "mailbox.photo");
    record.account_ids.clear();  // nothing that a session depends on
    co_return Written<admin_v1::Mailbox>{mailbox_message(to.mailbox, to.usage), std::move(record)};
}

Result<MailboxChange> change_of(const Caller& caller, const MailboxRow& mailbox, const admin_v1::ChangeMailboxRequest& request) {
    MailboxChange out;
    const auto texts = {std::tuple{&out.display_name, request.has_display_name(), &request.display_name(), 256, "display name"},
                        {&out.title, request.has_title(), &request.title(), 256, "title"},
                        {&out.department, request.has_department(), &request.department(), 256, "department"},
                        {&out.phone, request.has_phone(), &request.phone(), 64, "phone number"},
                        {&out.mobile, request.has_mobile(), &request.mobile(), 64, "mobile number"},
                        {&out.office, request.has_office(), &request.office(), 256, "office"}};
    for (const auto& [into, given, text, most, what] : texts) {
        if (!given) continue;
        if (auto good = check_text(*text, static_cast<std::size_t>(most), what); !good) return forward(good);
        *into = *text;
    }
    if (request.has_quota_bytes()) {
        if (request.quota_bytes() < 0) return unexpected(Fault::syntax, "the quota is negative");
        out.quota_octets = request.quota_bytes();
    }
    if (request.has_manager()) {
        const auto manager = parse_address(request.manager());
        if (!manager && !request.manager().empty()) return unexpected(Fault::syntax, "the manager is not an address");
        out.manager = manager ? manager->text() : std::string();
    }
    if (request.has_listed()) out.listed = request.listed();
    if (request.has_sent_copy()) {
        if (mailbox.kind != "shared") return unexpected(Fault::conflict, "only shared mailboxes have a rule for copies of what was sent");
        if (request.sent_copy() != "sender" && request.sent_copy() != "shared" && request.sent_copy() != "both")
            return unexpected(Fault::syntax, "the copy goes to sender, shared or both");
        out.sent_copy = request.sent_copy();
    }
    if (request.has_booking()) {
        if (mailbox.kind != "room" && mailbox.kind != "equipment")
            return unexpected(Fault::conflict, "only rooms and equipment have booking rules");
        auto booking = booking_json(request.booking());
        if (!booking) return forward(booking);
        out.booking = std::move(*booking);
    }
    if (request.has_plan()) {
        if (!caller.is(Role::reseller)) return unexpected(Fault::forbidden, "the plan is changed by your provider");
        out.plan = ascii::to_lower(request.plan());
    }
    if (request.has_protocols()) {
        auto protocols = parse_protocols(request.protocols());
        if (!protocols) return forward(protocols);
        out.protocols = protocols->empty() ? std::nullopt : std::optional(std::move(*protocols));
    }
    if (request.has_password_by()) {
        if (mailbox.kind != "user") return unexpected(Fault::conflict, "only users may sign in by the organisation's directory");
        if (!request.password_by().empty() && request.password_by() != "own" && request.password_by() != "directory")
            return unexpected(Fault::syntax, "the password is proved by its own or by the directory; empty: as the tenant has it");
        out.password_by = request.password_by();
    }
    return out;
}

}  // namespace

Task<Result<admin_v1::Mailbox>> get_mailbox(AuthShard& shard, Caller caller, const admin_v1::GetMailboxRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto usage = co_await usage_of(shard, *mailbox, caller.deadline);
    if (!usage) co_return forward(usage);
    co_return mailbox_message(*mailbox, *usage);
}

Task<Result<admin_v1::Mailbox>> change_mailbox(AuthShard& shard, Caller caller, const admin_v1::ChangeMailboxRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto wanted = change_of(caller, *mailbox, request);
    if (!wanted) co_return forward(wanted);
    auto usage = co_await usage_of(shard, *mailbox, caller.deadline);
    if (!usage) co_return forward(usage);
    const NewDetails to{*mailbox, std::move(*wanted), *usage};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), mailbox->tenant_id, to, &change);
}

namespace {
Task<Result<admin_v1::Mailbox>> set_mailbox_state(AuthShard& shard, Caller caller, const admin_v1::SetMailboxStateRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    if (request.state() != "active" && request.state() != "suspended")
        co_return unexpected(Fault::syntax, "a mailbox is active or suspended");
    if (request.state() == "suspended" && caller.subject.account == mailbox->account)
        co_return unexpected(Fault::forbidden, "your own mailbox is suspended by someone else");
    auto usage = co_await usage_of(shard, *mailbox, caller.deadline);
    if (!usage) co_return forward(usage);
    const NewState to{*mailbox, request.state(), *usage};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), mailbox->tenant_id, to, &set_state);
}

Task<Result<admin_v1::Mailbox>> rename_it(AuthShard& shard, Caller caller, const admin_v1::RenameMailboxRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    const auto address = parse_plain_address(request.new_address());
    if (!address) co_return unexpected(Fault::syntax, "the new address is not an address");
    auto domain = co_await find_domain(shard.pool(), caller.view(), address->domain, caller.deadline);
    if (!domain) co_return forward(domain);
    if (domain->tenant_id != mailbox->tenant_id) co_return unexpected(Fault::not_found, "no such domain", "a domain of another tenant");
    if (address->text() == mailbox->address) co_return unexpected(Fault::conflict, "that is its address already");
    auto usage = co_await usage_of(shard, *mailbox, caller.deadline);
    if (!usage) co_return forward(usage);
    const NewName to{*mailbox, *domain, address->text(), request.keep_alias() ? OldAddress::stays : OldAddress::goes, *usage};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), mailbox->tenant_id, to, &rename);
}

// By their first octets; what a client calls it does not count.
Task<Result<admin_v1::Mailbox>> set_photo_of(AuthShard& shard, Caller caller, const admin_v1::SetPhotoRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    if (request.octets().size() > largest_photo) co_return unexpected(Fault::too_large, "a photo has at most 128 KiB");
    PhotoRow photo{photo_type(request.octets()), request.octets()};
    if (photo.media_type.empty() && !photo.octets.empty()) co_return unexpected(Fault::syntax, "a photo is a JPEG or PNG image");
    auto usage = co_await usage_of(shard, *mailbox, caller.deadline);
    if (!usage) co_return forward(usage);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, NewPhoto{*mailbox, std::move(photo), *usage}, &put_photo);
}

Task<Result<admin_v1::Photo>> get_photo(AuthShard& shard, Caller caller, const admin_v1::GetPhotoRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto photo = co_await find_photo(shard.pool(), *mailbox, caller.deadline);
    if (!photo) co_return forward(photo);
    admin_v1::Photo out;
    out.set_media_type(photo->media_type);
    out.set_octets(std::move(photo->octets));
    co_return out;
}
}  // namespace

void serve_mailbox_changes(AdminMethods& methods) {
    methods.add(&get_mailbox);
    methods.add(&change_mailbox);
    methods.add(&set_mailbox_state);
    methods.add(&rename_it);
    methods.add(&set_photo_of);
    methods.add(&get_photo);
}

}  // namespace sky::auth
