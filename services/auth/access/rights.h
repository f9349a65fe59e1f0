#pragma once
// Which role may call which rpc of the administration, and where the request says whom it is about. The one table; a new rpc without a row
// does not compile.
#include <span>
#include <string_view>

#include "auth/access/subject.h"

namespace sky::auth {

// What a field of the request names.
enum class Place {
    nowhere,  // nothing that belongs to a tenant; or the rows say themselves whose they are (lists of what the caller sees)
    tenant,   // a tenant's name
    domain,   // a domain of a tenant
    address,  // an address at a domain of a tenant; of a user: their own
    filter,   // a tenant's name, or nothing: then all that the caller sees
};

// Whether a lesser administrator may do it to a greater one.
enum class Rank { any, not_above };  // not_above: never to an account that holds a higher role than the caller

struct AccessRight {
    std::string_view rpc;
    Role least;
    Place place;
    std::string_view field;
    Rank rank = Rank::any;
};

std::span<const AccessRight> access_rights();
// The row of an rpc; null for a name that no contract has.
const AccessRight* right_of(std::string_view rpc);

}  // namespace sky::auth
