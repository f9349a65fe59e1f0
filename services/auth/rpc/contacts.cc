// AddContact, GetContact, ListContacts, ChangeContact, RemoveContact.
#include "auth/store/contacts.h"

#include "auth/address.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/contacts.pb.h"

namespace sky::auth {
namespace {
admin_v1::Contact message(const ContactRow& row) {
    admin_v1::Contact out;
    out.set_tenant(row.tenant);
    out.set_address(row.address);
    out.set_display_name(row.display_name);
    out.set_title(row.title);
    out.set_company(row.company);
    out.set_phone(row.phone);
    out.set_mobile(row.mobile);
    out.set_created(unix_seconds(row.created));
    return out;
}

Record record_of(const ContactRow& row, const char* action) { return {.tenant = row.tenant_id, .action = action, .object = row.address}; }

Task<Result<Written<admin_v1::Contact>>> add(AuthShard&, pg::Transaction& transaction, const ContactRow& contact) {
    auto row = co_await insert_contact(transaction, contact);
    if (!row) co_return forward(row);
    co_return Written<admin_v1::Contact>{message(*row), record_of(*row, "contact.add")};
}

struct Change {
    ContactRow contact;
    ContactChange change;
};
Task<Result<Written<admin_v1::Contact>>> change(AuthShard&, pg::Transaction& transaction, const Change& to) {
    auto row = co_await update_contact(transaction, to.contact, to.change);
    if (!row) co_return forward(row);
    co_return Written<admin_v1::Contact>{message(*row), record_of(*row, "contact.change")};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const ContactRow& contact) {
    auto gone = co_await delete_contact(transaction, contact.tenant_id, contact.address);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such contact");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, record_of(contact, "contact.remove")};
}

Result<void> check_texts(const std::string& name, const std::string& title, const std::string& company, const std::string& phone,
                         const std::string& mobile) {
    for (const auto& [text, most, what] : {std::tuple{&name, 256, "display name"},
                                           {&title, 256, "title"},
                                           {&company, 256, "company"},
                                           {&phone, 64, "phone number"},
                                           {&mobile, 64, "mobile number"}})
        if (auto good = check_text(*text, static_cast<std::size_t>(most), what); !good) return forward(good);
    return {};
}

Task<Result<ContactRow>> named(AuthShard& shard, const Caller& caller, const std::string& tenant, const std::string& text) {
    const auto address = parse_address(text);
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    co_return co_await find_contact(shard.pool(), caller.view(), ascii::to_lower(tenant), address->text(), caller.deadline);
}

Task<Result<admin_v1::Contact>> add_contact(AuthShard& shard, Caller caller, const admin_v1::AddContactRequest& request) {
    const auto address = parse_plain_address(request.address());
    if (!address) co_return unexpected(Fault::syntax, "this is not an address");
    if (auto good = check_texts(request.display_name(), request.title(), request.company(), request.phone(), request.mobile()); !good)
        co_return forward(good);
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), caller.deadline);
    if (!tenant) co_return forward(tenant);
    const ContactRow contact{.tenant_id = tenant->id,
                             .tenant = tenant->name,
                             .address = address->text(),
                             .display_name = request.display_name(),
                             .title = request.title(),
                             .company = request.company(),
                             .phone = request.phone(),
                             .mobile = request.mobile()};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), tenant->id, contact, &add);
}

Task<Result<admin_v1::Contact>> get_contact(AuthShard& shard, Caller caller, const admin_v1::GetContactRequest& request) {
    auto contact = co_await named(shard, caller, request.tenant(), request.address());
    if (!contact) co_return forward(contact);
    co_return message(*contact);
}

Task<Result<admin_v1::ListContactsReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListContactsRequest& request) {
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    const Page page = page_of(request.page());
    auto rows = co_await list_contacts(shard.pool(), caller.view(), ascii::to_lower(request.tenant()), page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListContactsReply reply;
    for (const auto& row : *rows) *reply.add_contacts() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().tenant + " " + rows->back().address);
    co_return reply;
}

Task<Result<admin_v1::Contact>> change_contact(AuthShard& shard, Caller caller, const admin_v1::ChangeContactRequest& request) {
    if (auto good = check_texts(request.display_name(), request.title(), request.company(), request.phone(), request.mobile()); !good)
        co_return forward(good);
    auto contact = co_await named(shard, caller, request.tenant(), request.address());
    if (!contact) co_return forward(contact);
    Change to{*contact, {}};
    if (request.has_display_name()) to.change.display_name = request.display_name();
    if (request.has_title()) to.change.title = request.title();
    if (request.has_company()) to.change.company = request.company();
    if (request.has_phone()) to.change.phone = request.phone();
    if (request.has_mobile()) to.change.mobile = request.mobile();
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), contact->tenant_id, to, &change);
}

Task<Result<admin_v1::RemoveReply>> remove_contact(AuthShard& shard, Caller caller, const admin_v1::RemoveContactRequest& request) {
    auto contact = co_await named(shard, caller, request.tenant(), request.address());
    if (!contact) co_return forward(contact);
    co_return co_await write(shard, caller, {}, contact->tenant_id, *contact, &remove);
}
}  // namespace

void serve_contacts(AdminMethods& methods) {
    methods.add(&add_contact);
    methods.add(&get_contact);
    methods.add(&list_all);
    methods.add(&change_contact);
    methods.add(&remove_contact);
}

}  // namespace sky::auth
