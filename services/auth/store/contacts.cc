#include "auth/store/contacts.h"

namespace sky::auth {
namespace {
#define SKY_CONTACT_COLUMNS                                                                                                         \
    "c.tenant_id, t.name, c.address, c.display_name, c.title, c.company, c.phone, c.mobile, c.created_at from directory.contact c " \
    "join directory.tenant t on t.tenant_id = c.tenant_id "

constexpr pg::Statement one{"directory.contact", "select " SKY_CONTACT_COLUMNS "where t.name = $1 and c.address = $2"};
constexpr pg::Statement after{
    "directory.contacts",
    "select " SKY_CONTACT_COLUMNS
    "where ($1 = '' or t.name = $1) and t.name || ' ' || c.address > $2 order by t.name || ' ' || c.address limit $3"};
constexpr pg::Statement add{"directory.add_contact",
                            "insert into directory.contact (tenant_id, address, display_name, title, company, phone, mobile) "
                            "values ($1, $2, $3, $4, $5, $6, $7)"};
constexpr pg::Statement change{
    "directory.change_contact",
    "update directory.contact set display_name = coalesce($3, display_name), title = coalesce($4, title), company = coalesce($5, company), "
    "phone = coalesce($6, phone), mobile = coalesce($7, mobile) where tenant_id = $1 and address = $2"};
constexpr pg::Statement remove{"directory.remove_contact", "delete from directory.contact where tenant_id = $1 and address = $2"};

ContactRow contact_of(const pg::Row& row) {
    return {.tenant_id = row.get<TenantId>(0),
            .tenant = row.get<std::string>(1),
            .address = row.get<std::string>(2),
            .display_name = row.get<std::string>(3),
            .title = row.get<std::string>(4),
            .company = row.get<std::string>(5),
            .phone = row.get<std::string>(6),
            .mobile = row.get<std::string>(7),
            .created = row.get<Time>(8)};
}

Task<Result<ContactRow>> again(pg::Transaction& transaction, const ContactRow& contact) {
    auto rows = co_await transaction.query(one, pg::params(contact.tenant, contact.address));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such contact");
    co_return contact_of((*rows)[0]);
}
}  // namespace

Task<Result<ContactRow>> find_contact(pg::Pool& pool, TenantId view, const std::string& tenant, const std::string& address,
                                      pg::Deadline deadline) {
    auto rows = co_await pool.query(view, one, pg::params(tenant, address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such contact");
    co_return contact_of((*rows)[0]);
}

Task<Result<std::vector<ContactRow>>> list_contacts(pg::Pool& pool, TenantId view, const std::string& tenant, Page page,
                                                    pg::Deadline deadline) {
    auto rows = co_await pool.query(view, after, pg::params(tenant, page.after, std::int64_t{page.size}), deadline);
    if (!rows) co_return forward(rows);
    std::vector<ContactRow> out;
    for (const auto row : *rows) out.push_back(contact_of(row));
    co_return out;
}

Task<Result<ContactRow>> insert_contact(pg::Transaction& transaction, const ContactRow& contact) {
    auto rows = co_await transaction.query(add, pg::params(contact.tenant_id, contact.address, contact.display_name, contact.title,
                                                           contact.company, contact.phone, contact.mobile));
    if (!rows && rows.error().fault == Fault::already_exists)
        co_return unexpected(Fault::already_exists, "the contact exists already", rows.error().reason);
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, contact);
}

Task<Result<ContactRow>> update_contact(pg::Transaction& transaction, const ContactRow& contact, const ContactChange& to) {
    auto rows = co_await transaction.query(
        change, pg::params(contact.tenant_id, contact.address, to.display_name, to.title, to.company, to.phone, to.mobile));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, contact);
}

Task<Result<bool>> delete_contact(pg::Transaction& transaction, TenantId tenant, const std::string& address) {
    auto rows = co_await transaction.query(remove, pg::params(tenant, address));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

}  // namespace sky::auth
