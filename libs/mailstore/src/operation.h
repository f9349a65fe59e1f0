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

// For operations that need not know before they begin: claims the id and keeps the result in one, at the end. Where the id was claimed
// before, the transaction fails as already_exists, and earlier_result() tells how it went then.
void queue_first_result(pg::Transaction& tx, TenantId tenant, Uuid operation, const OperationResult& result);
Task<Result<std::optional<OperationResult>>> earlier_result(pg::Pool& pool, TenantId tenant, Uuid operation, Deadline deadline);

}  // namespace sky::mailstore
