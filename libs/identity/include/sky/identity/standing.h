#pragma once
// What rights given in mailboxes are weighed against: who somebody is in his tenant, and who others are.
#include <cstdint>
#include <string>
#include <vector>

#include "sky/base/ids.h"

namespace sky::identity {

// An account or a group of a tenant.
struct Neighbour {
    AccountId account;  // nothing: a group
    std::int64_t group = 0;
    std::string address;  // its own
    std::string kind;     // user, shared, room, equipment, public_folders, service, group
    bool active = true;
    std::string asked;  // the address by which it was found
};

struct Standing {
    std::int64_t version = 0;             // of the directory; a later change of it may have changed any of this
    std::vector<std::int64_t> groups;     // that the account is in
    std::vector<Neighbour> opened;        // mailboxes that it has full access to
    std::vector<Neighbour> public_trees;  // of its tenant, oldest first
};

// Who is asked for: all of one tenant.
struct NeighboursAsked {
    std::vector<std::int64_t> accounts, groups;
    std::vector<std::string> addresses;
};

}  // namespace sky::identity
