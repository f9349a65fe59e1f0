#pragma once
// Quota roots (RFC 9208 §3.2): "user/ADDRESS" is what one mailbox may hold, "pool/N" what all that share a pool of the tenant's plan may
// hold together (docs/adr/0003). In a pool the mailbox has no storage of its own, so its own root says nothing of STORAGE.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/session.h"
#include "sky/mailstore/accounts.h"

namespace sky::imapd {

// STORAGE in units of 1,024 octets (RFC 9208 §5.1). Only what has a limit stands here.
struct QuotaResource {
    std::string_view name;
    std::uint64_t used = 0;
    std::uint64_t limit = 0;
};
struct QuotaRoot {
    std::string name;
    std::vector<QuotaResource> resources;
};

// Pure: the roots that a mailbox of this account counts against, its own first.
std::vector<QuotaRoot> roots_of(std::string own_name, const store::Usage& usage, std::int64_t mailboxes);

// The roots of the account of that address.
Task<Result<std::vector<QuotaRoot>>> read_quota_roots(Session& session, store::AccountRef account, std::string address);

// The root of somebody whom the session's account may administer: what auth said.
QuotaRoot root_of(const identity::Quota& quota);
// The address in "user/ADDRESS"; empty for other roots.
std::string_view user_of_root(std::string_view root);

// Octets that SETQUOTA's STORAGE stands for; nothing when they can't be counted.
std::optional<std::int64_t> octets_of_storage(std::uint64_t limit);

// * QUOTA "user/ada@example.test" (STORAGE 10 512)
void append_quota(std::string& out, const QuotaRoot& root);

}  // namespace sky::imapd
