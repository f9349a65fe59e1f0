#pragma once
// What is shown of each kind of thing by verbs that are one call.
#include "skyctl/request.h"

namespace sky::skyctl {

inline constexpr Column group_columns[] = {{"address", "address"},       {"name", "display_name"},
                                           {"members", "members"},       {"senders", "senders"},
                                           {"may_send", "may_send"},     {"moderated", "moderated"},
                                           {"moderators", "moderators"}, {"owners", "owners"},
                                           {"tenant", "tenant"},         {"created", "created", Column::Form::moment}};
inline constexpr Column domain_columns[] = {{"name", "name"},
                                            {"tenant", "tenant"},
                                            {"state", "state"},
                                            {"challenge", "challenge"},
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
                                             {"quota", "quota_bytes", Column::Form::octets},
                                             {"plan", "plan"},
                                             {"protocols", "protocols"},
                                             {"title", "title"},
                                             {"department", "department"},
                                             {"phone", "phone"},
                                             {"mobile", "mobile"},
                                             {"office", "office"},
                                             {"manager", "manager"},
                                             {"listed", "listed"},
                                             {"sent_copy", "sent_copy"},
                                             {"booking", "booking"},
                                             {"created", "created", Column::Form::moment}};
inline constexpr Column quota_columns[] = {
    {"address", "address"}, {"used", "used_bytes", Column::Form::octets}, {"quota", "quota_bytes", Column::Form::octets}};
inline constexpr Column alias_columns[] = {
    {"address", "address"}, {"targets", "targets"}, {"tenant", "tenant"}, {"created", "created", Column::Form::moment}};
inline constexpr Column tenant_columns[] = {{"id", "id"},
                                            {"name", "name"},
                                            {"kind", "kind"},
                                            {"parent", "parent"},
                                            {"display_name", "display_name"},
                                            {"state", "state"},
                                            {"closes", "closes", Column::Form::moment},
                                            {"plan", "plan"},
                                            {"scram", "scram_for_main"},
                                            {"shortest_password", "shortest_password"},
                                            {"password_history", "password_history"},
                                            {"second_factor", "second_factor_required"},
                                            {"address_list", "address_list"},
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
inline constexpr Column removal_columns[] = {{"removed", "removed"}};

}  // namespace sky::skyctl
