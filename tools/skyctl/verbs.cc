#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr const Verb* all[] = {
    &migrate_verb,
    &fsck_verb,
    &apply_verb,
    &export_verb,
    &completion_verb,
    &tenant_add,
    &tenant_list,
    &tenant_get,
    &tenant_change,
    &tenant_suspend,
    &tenant_activate,
    &tenant_close,
    &tenant_remove,
    &domain_add,
    &domain_list,
    &domain_get,
    &domain_change,
    &domain_verify,
    &domain_remove,
    &mailbox_add,
    &mailbox_import,
    &mailbox_list,
    &mailbox_get,
    &mailbox_change,
    &mailbox_password,
    &mailbox_rename,
    &mailbox_move,
    &mailbox_suspend,
    &mailbox_activate,
    &mailbox_remove,
    &mailbox_photo_set,
    &mailbox_photo_get,
    &shared_add,
    &shared_list,
    &shared_change,
    &room_add,
    &room_list,
    &room_change,
    &equipment_add,
    &equipment_list,
    &public_folders_add,
    &public_folders_list,
    &service_add,
    &service_list,
    &delegate_set,
    &delegate_remove,
    &delegate_list,
    &delegate_list_for,
    &contact_add,
    &contact_get,
    &contact_list,
    &contact_change,
    &contact_remove,
    &address_list_search,
    &app_password_add,
    &app_password_list,
    &app_password_remove,
    &second_factor_show,
    &second_factor_begin,
    &second_factor_confirm,
    &second_factor_renew_codes,
    &second_factor_remove,
    &deleted_list,
    &deleted_restore,
    &quota_get,
    &quota_set,
    &preferences_get,
    &preferences_set,
    &alias_add,
    &alias_list,
    &alias_change,
    &alias_remove,
    &group_add,
    &group_list,
    &group_get,
    &group_change,
    &group_join,
    &group_leave,
    &group_remove,
    &token_add,
    &token_list,
    &token_remove,
    &token_add_program,
    &token_list_programs,
    &token_remove_program,
    &token_setup,
    &oauth_client_add,
    &oauth_client_list,
    &oauth_client_remove,
    &oauth_client_rotate_secret,
    &oauth_grant_list,
    &oauth_grant_revoke,
    &oauth_key_list,
    &oauth_key_rotate,
    &oidc_provider_set,
    &oidc_provider_get,
    &oidc_provider_remove,
    &role_grant,
    &role_revoke,
    &role_list,
    &audit_changes,
    &audit_sign_ins,
    &plan_add,
    &plan_list,
    &plan_get,
    &plan_change,
    &plan_remove,
    &plan_price,
    &plan_prices,
    &billing_export,
    &usage_show,
    &moderation_list,
    &moderation_approve,
    &moderation_reject,
    &queue_list,
    &queue_flush,
    &queue_remove,
    &ldap_set,
    &ldap_show,
    &ldap_test,
    &ldap_sync,
    &ldap_status,
    &ldap_group_set,
    &ldap_group_remove,
    &ldap_remove,
    &sessions_list,
    &sessions_end,
    &dns_show,
    &dns_check,
};

// Other words for the same verb, where people look for them.
struct Synonym {
    std::string_view group, name;
    const Verb* verb;
    std::string_view example;
};
constexpr Synonym synonyms[] = {
    {"password", "set", &mailbox_password, "password set ada@example.test --password-stdin < password.txt"},
    {"session", "list", &sessions_list, "session list"},
    {"session", "end", &sessions_end, "session end --address ada@example.test"},
    {"shared", "get", &mailbox_get, "shared get info@example.test"},
    {"shared", "members", &delegate_list, "shared members info@example.test"},
    {"shared", "remove", &mailbox_remove, "shared remove info@example.test"},
    {"room", "get", &mailbox_get, "room get blue@example.test"},
    {"room", "remove", &mailbox_remove, "room remove blue@example.test"},
    {"equipment", "get", &mailbox_get, "equipment get projector@example.test"},
    {"equipment", "change", &room_change, "equipment change projector@example.test --auto-accept on"},
    {"equipment", "remove", &mailbox_remove, "equipment remove projector@example.test"},
    {"public-folders", "get", &mailbox_get, "public-folders get folders@example.test"},
    {"public-folders", "change", &mailbox_change, "public-folders change folders@example.test --name 'Folders'"},
    {"public-folders", "remove", &mailbox_remove, "public-folders remove folders@example.test"},
    {"service", "get", &mailbox_get, "service get scanner@example.test"},
    {"service", "change", &mailbox_change, "service change scanner@example.test --protocols submission"},
    {"service", "password", &mailbox_password, "service password scanner@example.test --password-stdin < password.txt"},
    {"service", "remove", &mailbox_remove, "service remove scanner@example.test"},
};

std::vector<Verb> called_otherwise() {
    std::vector<Verb> out;
    for (const auto& synonym : synonyms) {
        Verb verb = *synonym.verb;
        verb.group = synonym.group;
        verb.name = synonym.name;
        verb.example = synonym.example;
        out.push_back(verb);
    }
    return out;
}

std::vector<const Verb*> everything() {
    static const std::vector<Verb> others = called_otherwise();
    std::vector<const Verb*> out(std::begin(all), std::end(all));
    for (const auto& verb : others) out.push_back(&verb);
    return out;
}
}  // namespace

std::span<const Verb* const> verbs() {
    static const std::vector<const Verb*> once = everything();
    return once;
}

}  // namespace sky::skyctl
