#include "skyctl/plan/kinds.h"

#include <algorithm>

#include "skyctl/plan/fields.h"

namespace sky::skyctl::plan {
namespace {
constexpr Kind rows[] = {
    {"tenants", "Tenant", "ListTenantsRequest", "AddTenantRequest", "ChangeTenantRequest", "", {{{"name"}}}, "SetTenantStateRequest"},
    {"plans",
     "Plan",
     "ListPlansRequest",
     "AddPlanRequest",
     "ChangePlanRequest",
     "RemovePlanRequest",
     {{{"owner", Key::maybe_empty}, {"name"}}}},
    {"prices",
     "SetPlanPriceRequest",
     "ListPlanPricesRequest",
     "SetPlanPriceRequest",
     "SetPlanPriceRequest",
     "",
     {{{"owner", Key::maybe_empty}, {"name"}, {"valid_from"}}},
     "",
     "plans"},
    {"domains", "Domain", "ListDomainsRequest", "AddDomainRequest", "ChangeDomainRequest", "RemoveDomainRequest", {{{"name"}}}},
    {"mailboxes",
     "Mailbox",
     "ListMailboxesRequest",
     "AddMailboxRequest",
     "ChangeMailboxRequest",
     "RemoveMailboxRequest",
     {{{"address"}}},
     "SetMailboxStateRequest"},
    {"contacts",
     "Contact",
     "ListContactsRequest",
     "AddContactRequest",
     "ChangeContactRequest",
     "RemoveContactRequest",
     {{{"tenant"}, {"address"}}}},
    {"aliases", "Alias", "ListAliasesRequest", "AddAliasRequest", "ChangeAliasRequest", "RemoveAliasRequest", {{{"address"}}}},
    {"groups", "Group", "ListGroupsRequest", "AddGroupRequest", "ChangeGroupRequest", "RemoveGroupRequest", {{{"address"}}}},
    {"delegates",
     "Delegate",
     "ListDelegatesRequest",
     "SetDelegateRequest",
     "SetDelegateRequest",
     "SetDelegateRequest",
     {{{"address"}, {"delegate"}}},
     "",
     "mailboxes"},
    {"roles",
     "RoleGrant",
     "ListRolesRequest",
     "GrantRoleRequest",
     "",
     "RevokeRoleRequest",
     {{{"address"}, {"role"}, {"over", Key::maybe_empty}}}},
};
constexpr std::string_view told[] = {"id",           "account_id",      "created",           "used_bytes",     "limit_bytes",
                                     "limit_source", "pool_used_bytes", "deleted_kept_days", "verified",       "challenge",
                                     "last_used",    "granted",         "granted_by",        "idempotency_key"};
}  // namespace

std::span<const Kind> kinds() { return rows; }

const Kind* kind_named(std::string_view name) {
    const auto found = std::ranges::find(rows, name, &Kind::name);
    return found == std::end(rows) ? nullptr : found;
}

bool is_told(std::string_view field) { return std::ranges::find(told, field) != std::end(told); }

bool is_settable(const Kind& kind, std::string_view field) {
    return has_field(kind.add, field) || has_field(kind.change, field) || has_field(kind.set_state, field);
}

bool is_key(const Kind& kind, std::string_view field) { return std::ranges::find(kind.keys, field, &KeyField::field) != kind.keys.end(); }

}  // namespace sky::skyctl::plan
