#pragma once
// Keeps the full-text index up with the mail. New mail waits a little, so that much is indexed together; what waits is read by searches.
#include <map>
#include <optional>

#include "sky/async/offload.h"
#include "sky/mailstore/search_index.h"

namespace sky::delivery {

class Indexer {
  public:
    struct Pace {
        std::chrono::milliseconds delay{60'000};   // mail waits so long at most
        std::chrono::milliseconds sweep{300'000};  // between looks at all accounts; what others store is found so
        bool sweeps = true;                        // one shard a process does
    };
    // Without a converter attachments are not searched.
    Indexer(pg::Pool& pool, OffloadPool& offload, Pace pace, mailstore::Converter converter = {})
        : pool_(&pool), offload_(&offload), pace_(pace), converter_(std::move(converter)) {}

    // A message was put into the account.
    void changed(mailstore::AccountRef account);
    // Until it is cancelled.
    Task<void> run();

  private:
    struct Waiting {
        std::size_t messages = 0;
        Deadline since;
    };
    std::optional<mailstore::AccountRef> next_due();
    Task<void> index(mailstore::AccountRef account);
    Task<void> sweep();

    pg::Pool* pool_;
    OffloadPool* offload_;
    Pace pace_;
    mailstore::Converter converter_;
    std::map<mailstore::AccountRef, Waiting> waiting_;
};

}  // namespace sky::delivery
