#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr const Verb* all[] = {
    &migrate_verb,   &fsck_verb,        &apply_verb,   &export_verb, &completion_verb, &tenant_add,  &tenant_list,
    &tenant_change,  &tenant_remove,    &domain_add,   &domain_list, &domain_remove,   &mailbox_add, &mailbox_list,
    &mailbox_remove, &mailbox_password, &alias_add,    &alias_list,  &alias_remove,    &queue_list,  &queue_flush,
    &queue_remove,   &sessions_list,    &sessions_end, &dns_show,    &dns_check,
};
}

std::span<const Verb* const> verbs() { return all; }

}  // namespace sky::skyctl
