#pragma once
// One verb, one file beside this one. Arguments are what stands behind the verb and its space.
#include "imap/commands.h"

namespace sky::imapd {

#define SKY_IMAP_VERB(name) Task<Result<Reply>> name(Session& session, Arguments arguments)
SKY_IMAP_VERB(append);
SKY_IMAP_VERB(authenticate);
SKY_IMAP_VERB(cancel_update);
SKY_IMAP_VERB(capability);
SKY_IMAP_VERB(check);
SKY_IMAP_VERB(close);
SKY_IMAP_VERB(compress);
SKY_IMAP_VERB(copy);
SKY_IMAP_VERB(create);
SKY_IMAP_VERB(delete_acl);
SKY_IMAP_VERB(delete_mailbox);
SKY_IMAP_VERB(enable);
SKY_IMAP_VERB(examine);
SKY_IMAP_VERB(expunge);
SKY_IMAP_VERB(fetch);
SKY_IMAP_VERB(get_acl);
SKY_IMAP_VERB(get_metadata);
SKY_IMAP_VERB(get_quota);
SKY_IMAP_VERB(get_quota_root);
SKY_IMAP_VERB(id);
SKY_IMAP_VERB(idle);
SKY_IMAP_VERB(list);
SKY_IMAP_VERB(list_rights);
SKY_IMAP_VERB(login);
SKY_IMAP_VERB(logout);
SKY_IMAP_VERB(lsub);
SKY_IMAP_VERB(move);
SKY_IMAP_VERB(multi_search);
SKY_IMAP_VERB(my_rights);
SKY_IMAP_VERB(namespaces);
SKY_IMAP_VERB(noop);
SKY_IMAP_VERB(notify);
SKY_IMAP_VERB(rename);
SKY_IMAP_VERB(replace);
SKY_IMAP_VERB(search);
SKY_IMAP_VERB(select_mailbox);
SKY_IMAP_VERB(set_acl);
SKY_IMAP_VERB(set_metadata);
SKY_IMAP_VERB(set_quota);
SKY_IMAP_VERB(sort);
SKY_IMAP_VERB(starttls);
SKY_IMAP_VERB(status);
SKY_IMAP_VERB(store_flags);
SKY_IMAP_VERB(subscribe);
SKY_IMAP_VERB(thread);
SKY_IMAP_VERB(uid_batches);
SKY_IMAP_VERB(uid_copy);
SKY_IMAP_VERB(uid_expunge);
SKY_IMAP_VERB(uid_fetch);
SKY_IMAP_VERB(uid_move);
SKY_IMAP_VERB(uid_replace);
SKY_IMAP_VERB(uid_search);
SKY_IMAP_VERB(uid_sort);
SKY_IMAP_VERB(uid_store);
SKY_IMAP_VERB(uid_thread);
SKY_IMAP_VERB(unauthenticate);
SKY_IMAP_VERB(unselect);
SKY_IMAP_VERB(unsubscribe);
#undef SKY_IMAP_VERB

}  // namespace sky::imapd
