#pragma once
// Every verb; each is defined in the file of its name.
#include "skyctl/verb.h"

namespace sky::skyctl {

extern const Verb migrate_verb, fsck_verb, apply_verb, export_verb, completion_verb;
extern const Verb tenant_add, tenant_list, tenant_change, tenant_remove;
extern const Verb domain_add, domain_list, domain_remove;
extern const Verb mailbox_add, mailbox_list, mailbox_remove, mailbox_password;
extern const Verb alias_add, alias_list, alias_remove;
extern const Verb queue_list, queue_flush, queue_remove;
extern const Verb sessions_list, sessions_end;
extern const Verb dns_show, dns_check;

}  // namespace sky::skyctl
