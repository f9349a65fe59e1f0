#pragma once
// Who asks, and how far they may look.
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/ids.h"
#include "sky/rpc/context.h"

namespace sky::auth {

// Each may do what those before it may, within what it is over.
enum class Role { user, help_desk, tenant, reseller, platform };

std::string_view name_of(Role role);
// nullopt for other words.
std::optional<Role> role_named(std::string_view name);

struct Subject {
    std::string name;  // for the audit: an address, a token's label, a certificate's common name
    Role role = Role::user;
    TenantId over;        // what the role is over: a tenant, a reseller; nothing for the platform
    AccountId account;    // nobody's: of certificates and of tokens that belong to no person
    TenantId tenant;      // of the account
    std::string address;  // of the account

    // What libs/pg is told, so that row-level security shows no more (migrations/0002): a tenant, minus a reseller, or nothing.
    TenantId view() const { return role == Role::reseller ? TenantId{-over.value} : role == Role::platform ? TenantId{} : over; }
};

// A call of the administration, after its rights were checked.
struct Caller : rpc::Context {
    Subject subject;
    TenantId view() const { return subject.view(); }
    bool is(Role least) const { return subject.role >= least; }
};

}  // namespace sky::auth
