#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr const Verb* all[] = {
    &migrate_verb, &fsck_verb,      &apply_verb,       &export_verb,     &completion_verb, &tenant_add,       &tenant_list,
    &tenant_get,   &tenant_change,  &tenant_suspend,   &tenant_activate, &tenant_close,    &tenant_remove,    &domain_add,
    &domain_list,  &domain_get,     &domain_change,    &domain_verify,   &domain_remove,   &mailbox_add,      &mailbox_list,
    &mailbox_get,  &mailbox_change, &mailbox_password, &mailbox_rename,  &mailbox_suspend, &mailbox_activate, &mailbox_remove,
    &shared_add,   &shared_list,    &shared_change,    &room_add,        &room_list,       &room_change,      &quota_get,
    &quota_set,    &alias_add,      &alias_list,       &alias_change,    &alias_remove,    &group_add,        &group_list,
    &group_get,    &group_change,   &group_join,       &group_leave,     &group_remove,    &queue_list,       &queue_flush,
    &queue_remove, &sessions_list,  &sessions_end,     &dns_show,        &dns_check,
};
}

std::span<const Verb* const> verbs() { return all; }

}  // namespace sky::skyctl
