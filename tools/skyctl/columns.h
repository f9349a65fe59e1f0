#pragma once
// What is shown of each kind of thing by verbs that are one call.
#include "skyctl/request.h"

namespace sky::skyctl {

inline constexpr auto not_in_tables = Column::Where::not_in_tables;

inline constexpr Column group_columns[] = {{"address", "address"},
                                           {"name", "display_name"},
                                           {"members", "members"},
                                           {"senders", "senders"},
                                           {"may_send", "may_send", Column::Form::plain, not_in_tables},
                                           {"moderated", "moderated"},
                                           {"moderators", "moderators"},
                                           {"owners", "owners", Column::Form::plain, not_in_tables},
                                           {"description", "description", Column::Form::plain, not_in_tables},
                                           {"listed", "listed", Column::Form::plain, not_in_tables},
                                           {"tenant", "tenant"},
                                           {"created", "created", Column::Form::moment, not_in_tables}};
inline constexpr Column domain_columns[] = {{"name", "name"},
                                            {"tenant", "tenant"},
                                            {"state", "state"},
                                            {"challenge", "challenge", Column::Form::plain, not_in_tables},
                                            {"separator", "separator"},
                                            {"alias_of", "alias_of"},
                                            {"catch_all", "catch_all"},
                                            {"verified", "verified", Column::Form::moment},
                                            {"created", "created", Column::Form::moment}};
inline constexpr Column mailbox_columns[] = {{"account", "account_id"},
                                             {"address", "address"},
                                             {"name", "display_name"},
                                             {"kind", "kind"},
                                             {"tenant", "tenant"},
                                             {"state", "state"},
                                             {"used", "used_bytes", Column::Form::octets},
                                             {"quota", "limit_bytes", Column::Form::octets},
                                             {"quota_from", "limit_source"},
                                             {"deleted_kept", "deleted_kept_days"},
                                             {"plan", "plan"},
                                             {"protocols", "protocols", Column::Form::plain, not_in_tables},
                                             {"password_by", "password_by", Column::Form::plain, not_in_tables},
                                             {"title", "title", Column::Form::plain, not_in_tables},
                                             {"department", "department", Column::Form::plain, not_in_tables},
                                             {"phone", "phone", Column::Form::plain, not_in_tables},
                                             {"mobile", "mobile", Column::Form::plain, not_in_tables},
                                             {"office", "office", Column::Form::plain, not_in_tables},
                                             {"manager", "manager", Column::Form::plain, not_in_tables},
                                             {"listed", "listed", Column::Form::plain, not_in_tables},
                                             {"sent_copy", "sent_copy", Column::Form::plain, not_in_tables},
                                             {"booking", "booking", Column::Form::plain, not_in_tables},
                                             {"created", "created", Column::Form::moment}};
inline constexpr Column quota_columns[] = {{"address", "address"},
                                           {"used", "used_bytes", Column::Form::octets},
                                           {"quota", "limit_bytes", Column::Form::octets},
                                           {"from", "limit_source"},
                                           {"pool_used", "pool_used_bytes", Column::Form::octets}};
inline constexpr Column deleted_columns[] = {{"id", "id"},
                                             {"folder", "folder"},
                                             {"from", "from"},
                                             {"subject", "subject"},
                                             {"received", "received", Column::Form::moment, not_in_tables},
                                             {"deleted", "deleted", Column::Form::moment},
                                             {"size", "size_bytes", Column::Form::octets}};
inline constexpr Column restored_columns[] = {{"restored", "restored"}, {"remaining", "remaining"}};
inline constexpr Column preferences_columns[] = {{"address", "address"}, {"language", "language"}, {"time_zone", "time_zone"}};
inline constexpr Column alias_columns[] = {
    {"address", "address"}, {"targets", "targets"}, {"tenant", "tenant"}, {"created", "created", Column::Form::moment}};
inline constexpr Column tenant_columns[] = {{"id", "id"},
                                            {"name", "name"},
                                            {"kind", "kind"},
                                            {"parent", "parent"},
                                            {"display_name", "display_name", Column::Form::plain, not_in_tables},
                                            {"state", "state"},
                                            {"closes", "closes", Column::Form::moment},
                                            {"plan", "plan"},
                                            {"scram", "scram_for_main", Column::Form::plain, not_in_tables},
                                            {"shortest_password", "shortest_password", Column::Form::plain, not_in_tables},
                                            {"password_history", "password_history", Column::Form::plain, not_in_tables},
                                            {"second_factor", "second_factor_required", Column::Form::plain, not_in_tables},
                                            {"address_list", "address_list", Column::Form::plain, not_in_tables},
                                            {"created", "created", Column::Form::moment}};
inline constexpr Column token_columns[] = {{"id", "id"},
                                           {"label", "label"},
                                           {"address", "address"},
                                           {"role", "role"},
                                           {"over", "over"},
                                           {"networks", "networks"},
                                           {"expires", "expires", Column::Form::moment},
                                           {"created", "created", Column::Form::moment},
                                           {"created_by", "created_by"}};
inline constexpr Column new_token_columns[] = {{"secret", "secret"}, {"token", "token"}};
inline constexpr Column oauth_client_columns[] = {{"client_id", "client_id"},
                                                  {"name", "name"},
                                                  {"tenant", "tenant"},
                                                  {"auth_method", "auth_method"},
                                                  {"redirects", "redirect_uris"},
                                                  {"grant_types", "grant_types", Column::Form::plain, not_in_tables},
                                                  {"scopes", "scopes", Column::Form::plain, not_in_tables},
                                                  {"uri", "uri", Column::Form::plain, not_in_tables},
                                                  {"id_token_alg", "id_token_alg", Column::Form::plain, not_in_tables},
                                                  {"trusted", "trusted"},
                                                  {"resource", "resource", Column::Form::plain, not_in_tables},
                                                  {"origin", "origin"},
                                                  {"created", "created", Column::Form::moment},
                                                  {"created_by", "created_by", Column::Form::plain, not_in_tables}};
inline constexpr Column new_oauth_client_columns[] = {{"secret", "secret"}, {"client", "client"}};
inline constexpr Column oauth_grant_columns[] = {{"id", "id"},
                                                 {"client", "client_name"},
                                                 {"client_id", "client_id", Column::Form::plain, not_in_tables},
                                                 {"scopes", "scopes"},
                                                 {"resources", "resources", Column::Form::plain, not_in_tables},
                                                 {"created", "created", Column::Form::moment},
                                                 {"last_used", "last_used", Column::Form::moment}};
inline constexpr Column oauth_key_columns[] = {{"id", "id"},
                                               {"algorithm", "algorithm"},
                                               {"signs_from", "signs_from", Column::Form::moment},
                                               {"ends", "ends", Column::Form::moment},
                                               {"created", "created", Column::Form::moment}};
inline constexpr Column oidc_provider_columns[] = {{"tenant", "tenant"},
                                                   {"name", "name"},
                                                   {"issuer", "issuer"},
                                                   {"client_id", "client_id"},
                                                   {"auth_method", "auth_method"},
                                                   {"scopes", "scopes"},
                                                   {"address_claim", "address_claim"},
                                                   {"redirect_uri", "redirect_uri"},
                                                   {"changed", "changed", Column::Form::moment}};
inline constexpr Column role_columns[] = {
    {"address", "address"}, {"role", "role"}, {"over", "over"}, {"granted", "granted", Column::Form::moment}, {"granted_by", "granted_by"}};
inline constexpr Column change_columns[] = {{"at", "at", Column::Form::moment},
                                            {"tenant", "tenant"},
                                            {"actor", "actor"},
                                            {"peer", "peer"},
                                            {"action", "action"},
                                            {"object", "object"},
                                            {"detail", "detail"}};
inline constexpr Column sign_in_columns[] = {
    {"at", "at", Column::Form::moment}, {"tenant", "tenant"}, {"address", "address"}, {"protocol", "protocol"},
    {"mechanism", "mechanism"},         {"remote", "remote"}, {"outcome", "outcome"}, {"count", "count"}};
inline constexpr Column plan_columns[] = {
    {"name", "name"},           {"owner", "owner"},           {"storage", "storage_bytes", Column::Form::octets},
    {"by", "storage"},          {"protocols", "protocols"},   {"sends_hour", "sends_hour"},
    {"sends_day", "sends_day"}, {"recipients", "recipients"}, {"retention", "retention_days"},
    {"proration", "proration"}, {"last_used", "last_used"},   {"created", "created", Column::Form::moment}};
inline constexpr Column price_columns[] = {{"plan", "plan"},         {"from", "valid_from"}, {"minor_units", "minor_units"},
                                           {"currency", "currency"}, {"tax", "tax_name"},    {"tax_basis_points", "tax_basis_points"}};
inline constexpr Column usage_columns[] = {{"day", "day"},
                                           {"tenant", "tenant"},
                                           {"address", "address"},
                                           {"kind", "kind"},
                                           {"state", "state"},
                                           {"plan", "plan"},
                                           {"used", "used_bytes", Column::Form::octets}};
inline constexpr Column app_password_columns[] = {{"id", "id"},
                                                  {"label", "label"},
                                                  {"protocols", "protocols"},
                                                  {"networks", "networks"},
                                                  {"expires", "expires", Column::Form::moment},
                                                  {"last_used", "last_used", Column::Form::moment},
                                                  {"last_used_by", "last_used_by"},
                                                  {"created", "created", Column::Form::moment}};
inline constexpr Column new_app_password_columns[] = {{"secret", "secret"}, {"app_password", "app_password"}};
inline constexpr Column second_factor_columns[] = {
    {"confirmed", "confirmed"}, {"created", "created", Column::Form::moment}, {"recovery_codes", "recovery_codes"}};
inline constexpr Column new_second_factor_columns[] = {{"secret", "secret"}, {"uri", "uri"}};
inline constexpr Column recovery_code_columns[] = {{"codes", "codes"}};
inline constexpr Column delegate_columns[] = {{"address", "address"},
                                              {"delegate", "delegate"},
                                              {"full_access", "full_access"},
                                              {"send_as", "send_as"},
                                              {"send_on_behalf", "send_on_behalf"}};
inline constexpr Column contact_columns[] = {
    {"address", "address"}, {"name", "display_name"}, {"title", "title"},   {"company", "company"},
    {"phone", "phone"},     {"mobile", "mobile"},     {"tenant", "tenant"}, {"created", "created", Column::Form::moment}};
inline constexpr Column address_list_columns[] = {{"address", "address"},
                                                  {"name", "display_name"},
                                                  {"kind", "kind"},
                                                  {"title", "title"},
                                                  {"department", "department"},
                                                  {"company", "company"},
                                                  {"phone", "phone"},
                                                  {"mobile", "mobile", Column::Form::plain, not_in_tables},
                                                  {"office", "office", Column::Form::plain, not_in_tables},
                                                  {"manager", "manager", Column::Form::plain, not_in_tables},
                                                  {"photo", "photo", Column::Form::plain, not_in_tables}};
inline constexpr Column external_directory_columns[] = {{"tenant", "tenant"},
                                                        {"urls", "urls"},
                                                        {"bind_dn", "bind_dn"},
                                                        {"has_bind_password", "has_bind_password"},
                                                        {"base_dn", "base_dn"},
                                                        {"user_filter", "user_filter"},
                                                        {"id_attribute", "id_attribute"},
                                                        {"attributes", "attributes"},
                                                        {"sign_in", "sign_in"},
                                                        {"enabled", "enabled"},
                                                        {"sync", "sync"},
                                                        {"every", "sync_minutes"},
                                                        {"groups", "groups"},
                                                        {"changed", "changed", Column::Form::moment}};
inline constexpr Column external_sync_columns[] = {{"tenant", "tenant"},
                                                   {"state", "state"},
                                                   {"started", "started", Column::Form::moment},
                                                   {"ended", "ended", Column::Form::moment},
                                                   {"error", "error"},
                                                   {"added", "added"},
                                                   {"changed", "changed"},
                                                   {"suspended", "suspended"},
                                                   {"restored", "restored"},
                                                   {"skipped", "skipped"},
                                                   {"notes", "notes"}};
inline constexpr Column external_plan_columns[] = {{"lines", "lines"}};
inline constexpr Column external_test_columns[] = {
    {"found", "found"}, {"dn", "dn"}, {"attributes", "attributes"}, {"disabled", "disabled"}};
inline constexpr Column removal_columns[] = {{"removed", "removed"}};

}  // namespace sky::skyctl
