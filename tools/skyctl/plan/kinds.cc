#include "skyctl/plan/kinds.h"

#include <algorithm>

namespace sky::skyctl::plan {
namespace {
constexpr Kind rows[] = {
    {"tenants", "Tenant", "ListTenantsRequest", "AddTenantRequest", "ChangeTenantRequest", "RemoveTenantRequest", "name",
     "SetTenantStateRequest"},
    {"domains", "Domain", "ListDomainsRequest", "AddDomainRequest", "ChangeDomainRequest", "RemoveDomainRequest", "name", ""},
    {"mailboxes", "Mailbox", "ListMailboxesRequest", "AddMailboxRequest", "ChangeMailboxRequest", "RemoveMailboxRequest", "address",
     "SetMailboxStateRequest"},
    {"aliases", "Alias", "ListAliasesRequest", "AddAliasRequest", "ChangeAliasRequest", "RemoveAliasRequest", "address", ""},
    {"groups", "Group", "ListGroupsRequest", "AddGroupRequest", "ChangeGroupRequest", "RemoveGroupRequest", "address", ""},
};
constexpr std::string_view told[] = {"id", "account_id", "created", "used_bytes", "verified", "challenge", "closes"};
}  // namespace

std::span<const Kind> kinds() { return rows; }
bool is_told(std::string_view field) { return std::ranges::find(told, field) != std::end(told); }

}  // namespace sky::skyctl::plan
