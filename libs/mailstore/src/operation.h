#pragma once
// Operation ids: APPEND, COPY and MOVE run once however often they are sent (architecture: a COMMIT whose answer is lost).
#include <optional>
#include <vector>

#include "rows.h"
#include "sky/base/uuid.h"

namespace sky::mailstore {

struct OperationResult {
    ModSeq modseq;
    UidValidity uid_validity;
    std::vector<std::int64_t> source_uids;
    std::vector<std::int64_t> uids;
    std::vector<std::int64_t> emails;
};

// Claims the id in this transaction, waiting for one in doubt to end. A result: it ran before, and so it ended.
Task<Result<std::optional<OperationResult>>> claim(pg::Transaction& tx, TenantId tenant, Uuid operation);
void queue_result(pg::Transaction& tx, TenantId tenant, Uuid operation, const OperationResult& result);

}  // namespace sky::mailstore
