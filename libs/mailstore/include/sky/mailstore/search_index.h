#pragma once
// The full-text index of an account: it narrows a search to the emails that may match (docs/adr/0005). Mail that is not indexed yet may.
#include <optional>
#include <string>
#include <vector>

#include "sky/async/offload.h"
#include "sky/async/task.h"
#include "sky/mailstore/attachment_text.h"
#include "sky/mailstore/types.h"
#include "sky/trigrams/query.h"

namespace sky::mailstore {

class SearchIndex {
  public:
    explicit SearchIndex(pg::Pool& pool) : pool_(&pool) {}

    // Those of `emails`, in their order, that may have all keys of the query.
    Task<Result<std::vector<EmailId>>> narrow(AccountRef account, std::vector<EmailId> emails, trigrams::Query query, Deadline deadline);

    // For each of `emails` how many of the query's keys it has; nullopt: not indexed yet.
    Task<Result<std::vector<std::optional<std::uint16_t>>>> shares(AccountRef account, std::vector<EmailId> emails, trigrams::Query query,
                                                                   Deadline deadline);

  private:
    pg::Pool* pool_;
};

// What one call has done.
struct IndexStep {
    std::size_t documents = 0;
    std::size_t waiting = 0;  // emails whose attachments could not be converted yet
    bool more = false;        // there is more to do in this account
    bool busy = false;        // another indexer has it
};

// Indexes mail of one account, some thousand messages at most, in transactions of some hundred. Safe beside others who do the same: a lease
// keeps them apart, and one that lost it writes nothing. CPU time goes to `offload`. With a converter, the text of attachments is indexed
// too.
Task<Result<IndexStep>> index_account(pg::Pool& pool, OffloadPool& offload, AccountRef account, Deadline deadline,
                                      const Converter& converter = {});

// Accounts of all tenants with mail that may not be indexed.
Task<Result<std::vector<AccountRef>>> unindexed_accounts(pg::Pool& pool, std::int32_t limit, Deadline deadline);

}  // namespace sky::mailstore
