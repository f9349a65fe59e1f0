#pragma once
// Annotations of mailboxes and, per account, of the server (RFC 5464). Shared entries are one value for all who see the mailbox, private
// ones belong to a principal. A mailbox that is renamed keeps its entries; they go with it when it is removed.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sky/async/task.h"
#include "sky/mailstore/types.h"

namespace sky::mailstore {

inline constexpr std::size_t most_metadata_octets = 65'536;  // of a value
inline constexpr std::int64_t most_metadata_entries = 200;   // of a mailbox: shared ones, and of each principal

// An entry as it was read. `size` is that of the value, which is missing when it was longer than wanted.
struct MetadataEntry {
    std::string name;  // canonical: "/private/…", "/shared/…"
    std::size_t size = 0;
    std::optional<std::string> value;
};

enum class Below { nothing, children, everything };  // of the entries named, besides themselves

struct MetadataQuery {
    std::vector<std::string> entries;  // canonical
    Below below = Below::nothing;
    std::size_t max_size = most_metadata_octets;
};

// What there is of it, by name; MailboxId{} stands for the server. `reader` has the private entries.
Task<Result<std::map<MailboxId, std::vector<MetadataEntry>>>> read_metadata(pg::Pool& pool, AccountRef account, AccountId reader,
                                                                            std::vector<MailboxId> mailboxes, MetadataQuery query,
                                                                            Deadline deadline);

// All or none; an entry without a value goes. The mailbox's use changes with them, where one is given (RFC 6154 §4). Faults: too_large (a
// value), limit (too many entries), wrong_state (another mailbox is for this use), not_found.
using MetadataValues = std::vector<std::pair<std::string, std::optional<std::string>>>;
struct MetadataWrite {
    MetadataValues entries;
    std::optional<SpecialUse> use = {};
};
Task<Result<Changed>> write_metadata(pg::Pool& pool, MailboxRef mailbox, AccountId writer, MetadataWrite change, Deadline deadline);

}  // namespace sky::mailstore
