#pragma once
// People elsewhere whom the address list knows.
#include <optional>
#include <string>
#include <vector>

#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct ContactRow {
    TenantId tenant_id;
    std::string tenant;
    std::string address;  // normalised
    std::string display_name, title, company, phone, mobile;
    Time created = {};
};
struct ContactChange {
    std::optional<std::string> display_name, title, company, phone, mobile;
};

Task<Result<ContactRow>> find_contact(pg::Pool& pool, TenantId view, const std::string& tenant, const std::string& address,
                                      pg::Deadline deadline);  // Fault::not_found
// By tenant and address; `page.after` is "tenant address".
Task<Result<std::vector<ContactRow>>> list_contacts(pg::Pool& pool, TenantId view, const std::string& tenant, Page page,
                                                    pg::Deadline deadline);
// Fault::already_exists.
Task<Result<ContactRow>> insert_contact(pg::Transaction& transaction, const ContactRow& contact);
Task<Result<ContactRow>> update_contact(pg::Transaction& transaction, const ContactRow& contact, const ContactChange& change);
Task<Result<bool>> delete_contact(pg::Transaction& transaction, TenantId tenant, const std::string& address);

}  // namespace sky::auth
