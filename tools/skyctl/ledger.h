#pragma once
// The law of delivery, read from the queue's tables: every accepted recipient has exactly one end or still waits in the queue.
#include <string>
#include <vector>

#include "sky/pg/pool.h"

namespace sky::skyctl {

struct LedgerFinding {
    std::string check;
    std::string object;
    std::string text;
};

// One snapshot; as the owner.
Task<Result<std::vector<LedgerFinding>>> check_ledger(pg::Pool& pool, pg::Deadline deadline);

}  // namespace sky::skyctl
