#pragma once
// Identifiers of access control lists (RFC 4314 §2, §3): the address of an account or of a group of the same organisation, "anyone" of it,
// and each of them with "-" before it, which takes away.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/rights.h"

namespace sky::imapd {

// Nothing: nobody has that identifier. Fault::syntax for an empty one.
Task<Result<std::optional<store::Grantee>>> grantee_of(Session& session, std::string identifier);
// The owner may do everything, whatever a list says.
bool is_owner(const Found& mailbox, const store::Grantee& grantee);

// SETACL and DELETEACL.
Task<Result<Reply>> change_acl(Session& session, std::string mailbox, std::string identifier, store::RightsChange change,
                               std::string_view done);

struct NamedEntry {
    std::string identifier;
    store::Rights rights;
};
// The owner first. Those whom the directory no longer knows are left out.
Task<Result<std::vector<NamedEntry>>> acl_of(Session& session, Found mailbox);

}  // namespace sky::imapd
