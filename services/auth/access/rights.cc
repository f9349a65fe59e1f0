#include "auth/access/rights.h"

#include <algorithm>

#include "skybridge/admin/v1/admin_rpcs.h"

namespace sky::auth {
namespace {
constexpr AccessRight table[] = {
    // rpc             least role       whom it is about
    {"AddTenant", Role::reseller, Place::nowhere, ""},
    {"GetTenant", Role::help_desk, Place::tenant, "name"},
    {"ListTenants", Role::help_desk, Place::nowhere, ""},
    {"ChangeTenant", Role::tenant, Place::tenant, "name"},
    {"SetTenantState", Role::reseller, Place::tenant, "name"},
    {"RemoveTenant", Role::reseller, Place::tenant, "name"},

    {"AddDomain", Role::tenant, Place::tenant, "tenant"},
    {"GetDomain", Role::help_desk, Place::domain, "name"},
    {"ListDomains", Role::help_desk, Place::filter, "tenant"},
    {"ChangeDomain", Role::tenant, Place::domain, "name"},
    {"VerifyDomain", Role::tenant, Place::domain, "name"},
    {"RemoveDomain", Role::tenant, Place::domain, "name"},

    {"AddMailbox", Role::tenant, Place::address, "address"},
    {"GetMailbox", Role::user, Place::address, "address"},
    {"ListMailboxes", Role::help_desk, Place::filter, "tenant"},
    {"ChangeMailbox", Role::tenant, Place::address, "address", Rank::not_above},
    {"SetMailboxState", Role::tenant, Place::address, "address", Rank::not_above},
    {"RenameMailbox", Role::tenant, Place::address, "address", Rank::not_above},
    {"MoveMailbox", Role::reseller, Place::address, "address", Rank::not_above},
    {"RemoveMailbox", Role::tenant, Place::address, "address", Rank::not_above},
    {"ListDeleted", Role::user, Place::address, "address", Rank::not_above},
    {"RestoreDeleted", Role::user, Place::address, "address", Rank::not_above},
    {"SetPassword", Role::help_desk, Place::address, "address", Rank::not_above},
    {"SetPhoto", Role::user, Place::address, "address", Rank::not_above},
    {"GetPhoto", Role::user, Place::address, "address"},
    {"GetPreferences", Role::user, Place::address, "address"},
    {"SetPreferences", Role::user, Place::address, "address", Rank::not_above},

    {"AddAlias", Role::tenant, Place::address, "address"},
    {"ListAliases", Role::help_desk, Place::filter, "tenant"},
    {"ChangeAlias", Role::tenant, Place::address, "address"},
    {"RemoveAlias", Role::tenant, Place::address, "address"},

    {"AddGroup", Role::tenant, Place::address, "address"},
    {"GetGroup", Role::help_desk, Place::address, "address"},
    {"ListGroups", Role::help_desk, Place::filter, "tenant"},
    {"ChangeGroup", Role::tenant, Place::address, "address"},
    {"AddGroupMembers", Role::help_desk, Place::address, "address"},
    {"RemoveGroupMembers", Role::help_desk, Place::address, "address"},
    {"RemoveGroup", Role::tenant, Place::address, "address"},

    {"AddAppPassword", Role::user, Place::address, "address", Rank::not_above},
    {"ListAppPasswords", Role::user, Place::address, "address"},
    {"RemoveAppPassword", Role::user, Place::address, "address", Rank::not_above},

    {"GetSecondFactor", Role::user, Place::address, "address"},
    {"BeginSecondFactor", Role::user, Place::address, "address", Rank::not_above},
    {"ConfirmSecondFactor", Role::user, Place::address, "address", Rank::not_above},
    {"RenewRecoveryCodes", Role::user, Place::address, "address", Rank::not_above},
    {"RemoveSecondFactor", Role::user, Place::address, "address", Rank::not_above},

    {"SetDelegate", Role::user, Place::address, "address", Rank::not_above},
    {"ListDelegates", Role::user, Place::address, "address"},
    {"ListDelegations", Role::user, Place::address, "address"},

    {"AddContact", Role::tenant, Place::tenant, "tenant"},
    {"GetContact", Role::help_desk, Place::tenant, "tenant"},
    {"ListContacts", Role::help_desk, Place::filter, "tenant"},
    {"ChangeContact", Role::tenant, Place::tenant, "tenant"},
    {"RemoveContact", Role::tenant, Place::tenant, "tenant"},
    {"SearchAddressList", Role::user, Place::nowhere, ""},

    {"AddToken", Role::user, Place::address, "address", Rank::not_above},
    {"ListTokens", Role::user, Place::address, "address"},
    {"RemoveToken", Role::user, Place::address, "address", Rank::not_above},
    {"AddProgramToken", Role::tenant, Place::filter, "tenant"},
    {"ListProgramTokens", Role::tenant, Place::filter, "tenant"},
    {"RemoveProgramToken", Role::tenant, Place::filter, "tenant"},
    {"UseSetupToken", Role::user, Place::nowhere, ""},

    {"AddOAuthClient", Role::tenant, Place::filter, "tenant"},
    {"ListOAuthClients", Role::help_desk, Place::filter, "tenant"},
    {"RemoveOAuthClient", Role::tenant, Place::filter, "tenant"},
    {"RotateOAuthClientSecret", Role::tenant, Place::filter, "tenant"},
    {"ListOAuthGrants", Role::user, Place::address, "address"},
    {"RevokeOAuthGrant", Role::user, Place::address, "address", Rank::not_above},
    {"ListOAuthKeys", Role::platform, Place::nowhere, ""},
    {"RotateOAuthKeys", Role::platform, Place::nowhere, ""},

    {"SetOidcProvider", Role::tenant, Place::tenant, "tenant"},
    {"GetOidcProvider", Role::help_desk, Place::tenant, "tenant"},
    {"RemoveOidcProvider", Role::tenant, Place::tenant, "tenant"},

    {"GrantRole", Role::tenant, Place::address, "address", Rank::not_above},
    {"RevokeRole", Role::tenant, Place::address, "address", Rank::not_above},
    {"ListRoles", Role::tenant, Place::filter, "tenant"},

    {"ListChanges", Role::tenant, Place::filter, "tenant"},
    {"ListSignIns", Role::help_desk, Place::filter, "tenant"},

    {"AddPlan", Role::reseller, Place::filter, "owner"},
    {"GetPlan", Role::reseller, Place::filter, "owner"},
    {"ListPlans", Role::reseller, Place::filter, "owner"},
    {"ChangePlan", Role::reseller, Place::filter, "owner"},
    {"RemovePlan", Role::reseller, Place::filter, "owner"},
    {"SetPlanPrice", Role::reseller, Place::filter, "owner"},
    {"ListPlanPrices", Role::reseller, Place::filter, "owner"},

    {"BillMonth", Role::reseller, Place::filter, "tenant"},
    {"ListUsage", Role::tenant, Place::filter, "tenant"},

    {"SetExternalDirectory", Role::tenant, Place::tenant, "tenant"},
    {"GetExternalDirectory", Role::tenant, Place::tenant, "tenant"},
    {"RemoveExternalDirectory", Role::tenant, Place::tenant, "tenant"},
    {"TestExternalDirectory", Role::tenant, Place::tenant, "tenant"},
    {"SetExternalGroup", Role::tenant, Place::tenant, "tenant"},
    {"RemoveExternalGroup", Role::tenant, Place::tenant, "tenant"},
    {"PlanExternalSync", Role::tenant, Place::tenant, "tenant"},
    {"StartExternalSync", Role::tenant, Place::tenant, "tenant"},
    {"GetExternalSync", Role::tenant, Place::tenant, "tenant"},

    {"ListSessions", Role::help_desk, Place::filter, "tenant"},
    {"EndSessions", Role::help_desk, Place::nowhere, "", Rank::not_above},
};

consteval bool each_rpc_has_one_row() {
    for (const auto name : skybridge::admin::v1::admin_rpcs)
        if (std::ranges::count(table, name, &AccessRight::rpc) != 1) return false;
    return std::size(table) == std::size(skybridge::admin::v1::admin_rpcs);
}
static_assert(each_rpc_has_one_row(), "every rpc of proto/skybridge/admin needs exactly one row in this table");
}  // namespace

std::span<const AccessRight> access_rights() { return table; }

const AccessRight* right_of(std::string_view rpc) {
    const auto found = std::ranges::find(table, rpc, &AccessRight::rpc);
    return found == std::end(table) ? nullptr : found;
}

}  // namespace sky::auth
