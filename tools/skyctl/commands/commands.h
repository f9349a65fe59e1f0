#pragma once
// Every verb; each is defined in the file of its name.
#include "skyctl/verb.h"

namespace sky::skyctl {

extern const Verb migrate_verb, fsck_verb, apply_verb, export_verb, completion_verb;
extern const Verb tenant_add, tenant_list, tenant_get, tenant_change, tenant_suspend, tenant_activate, tenant_close, tenant_remove;
extern const Verb domain_add, domain_list, domain_get, domain_change, domain_verify, domain_remove;
extern const Verb mailbox_add, mailbox_import, mailbox_list, mailbox_get, mailbox_change, mailbox_password, mailbox_rename, mailbox_move,
    mailbox_suspend, mailbox_activate, mailbox_remove, mailbox_photo_set, mailbox_photo_get;
extern const Verb shared_add, shared_list, shared_change;
extern const Verb room_add, room_list, room_change;
extern const Verb equipment_add, equipment_list;
extern const Verb public_folders_add, public_folders_list;
extern const Verb service_add, service_list;
extern const Verb deleted_list, deleted_restore;
extern const Verb delegate_set, delegate_remove, delegate_list, delegate_list_for;
extern const Verb contact_add, contact_get, contact_list, contact_change, contact_remove;
extern const Verb address_list_search;
extern const Verb app_password_add, app_password_list, app_password_remove;
extern const Verb second_factor_show, second_factor_begin, second_factor_confirm, second_factor_renew_codes, second_factor_remove;
extern const Verb quota_get, quota_set;
extern const Verb preferences_get, preferences_set;
extern const Verb alias_add, alias_list, alias_change, alias_remove;
extern const Verb group_add, group_list, group_get, group_change, group_join, group_leave, group_remove;
extern const Verb plan_add, plan_list, plan_get, plan_change, plan_remove, plan_price, plan_prices;
extern const Verb billing_export, usage_show;
extern const Verb moderation_list, moderation_approve, moderation_reject;
extern const Verb queue_list, queue_flush, queue_remove;
extern const Verb sessions_list, sessions_end;
extern const Verb dns_show, dns_check;
extern const Verb ldap_set, ldap_show, ldap_sync, ldap_status, ldap_remove, ldap_test, ldap_group_set, ldap_group_remove;
extern const Verb ldap_set, ldap_show, ldap_remove, ldap_test, ldap_group_set, ldap_group_remove;
extern const Verb oauth_client_add, oauth_client_list, oauth_client_remove, oauth_client_rotate_secret;
extern const Verb oauth_grant_list, oauth_grant_revoke;
extern const Verb oidc_provider_set, oidc_provider_get, oidc_provider_remove;
extern const Verb oauth_key_list, oauth_key_rotate;
extern const Verb token_add, token_list, token_remove, token_add_program, token_list_programs, token_remove_program, token_setup;
extern const Verb role_grant, role_revoke, role_list;
extern const Verb audit_changes, audit_sign_ins;

}  // namespace sky::skyctl
