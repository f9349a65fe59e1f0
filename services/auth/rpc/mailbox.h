#pragma once
// What the rpcs about mailboxes share.
#include "auth/mailbox_making.h"
#include "auth/rpc/admin.h"
#include "auth/store/mailboxes.h"
#include "sky/mailstore/accounts.h"
#include "skybridge/admin/v1/mailboxes.pb.h"

namespace sky::auth {

admin_v1::Mailbox mailbox_message(const MailboxRow& row, const mailstore::Usage& usage);
// What it uses and may use; nothing for one without a store.
Task<Result<mailstore::Usage>> usage_of(AuthShard& shard, const MailboxRow& row, Deadline deadline,
                                        mailstore::PoolUse pool = mailstore::PoolUse::counted);

// The one that an address of it names, as far as the caller sees. Fault::syntax, Fault::not_found.
Task<Result<MailboxRow>> named_mailbox(AuthShard& shard, const Caller& caller, const std::string& text);

// GetMailbox and ChangeMailbox, after the caller's rights were checked.
Task<Result<admin_v1::Mailbox>> get_mailbox(AuthShard& shard, Caller caller, const admin_v1::GetMailboxRequest& request);
Task<Result<admin_v1::Mailbox>> change_mailbox(AuthShard& shard, Caller caller, const admin_v1::ChangeMailboxRequest& request);

bool is_mailbox_kind(std::string_view kind);

// Checked, as it is stored.
Result<std::string> booking_json(const admin_v1::Booking& booking);

}  // namespace sky::auth
