#pragma once
// Everybody and everything of a tenant that can be written to.
#include <string>
#include <vector>

#include "auth/store/page.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct AddressListRow {
    std::string kind, address, display_name, title, department, company, phone, mobile, office, manager;
    bool photo = false;
};
struct AddressListFilter {
    std::vector<std::string> words;  // lower case: each begins a word of the name or the address
    std::string kind;                // empty: any
};
// Of one tenant, listed ones only, by address.
Task<Result<std::vector<AddressListRow>>> search_address_list(pg::Pool& pool, TenantId tenant, const AddressListFilter& filter, Page page,
                                                              pg::Deadline deadline);

}  // namespace sky::auth
