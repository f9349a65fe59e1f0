#include "operation.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement claim_id{"mailstore.claim_operation",
                                 "insert into mail.operation (tenant_id, operation_id) values ($1, $2) on conflict do nothing returning 1"};
constexpr pg::Statement earlier{
    "mailstore.earlier_operation",
    "select modseq, uid_validity, source_uids, uids, emails from mail.operation where tenant_id = $1 and operation_id = $2"};
constexpr pg::Statement keep{"mailstore.keep_operation",
                             "update mail.operation set modseq = $3, uid_validity = $4, source_uids = $5, uids = $6, emails = $7 "
                             "where tenant_id = $1 and operation_id = $2"};

constexpr pg::Statement claim_and_keep{"mailstore.claim_and_keep_operation",
                                       "insert into mail.operation (tenant_id, operation_id, modseq, uid_validity, source_uids, uids, "
                                       "emails) values ($1, $2, $3, $4, $5, $6, $7)"};

OperationResult read_result(pg::Row row) {
    return {row.get<ModSeq>(0), row.get<UidValidity>(1), row.get<std::vector<std::int64_t>>(2), row.get<std::vector<std::int64_t>>(3),
            row.get<std::vector<std::int64_t>>(4)};
}

pg::Params params_of(TenantId tenant, Uuid operation, const OperationResult& result) {
    return pg::params(tenant, operation, result.modseq, result.uid_validity, result.source_uids, result.uids, result.emails);
}

}  // namespace

Task<Result<std::optional<OperationResult>>> claim(pg::Transaction& tx, TenantId tenant, Uuid operation) {
    const auto mine = tx.queue(claim_id, pg::params(tenant, operation));
    const auto theirs = tx.queue(earlier, pg::params(tenant, operation));
    auto rows = co_await tx.take(mine);
    if (!rows) co_return forward(rows);
    const bool claimed = !rows->empty();
    rows = co_await tx.take(theirs);
    if (!rows) co_return forward(rows);
    if (claimed || rows->empty()) co_return std::optional<OperationResult>();
    co_return read_result((*rows)[0]);
}

void queue_result(pg::Transaction& tx, TenantId tenant, Uuid operation, const OperationResult& result) {
    tx.queue(keep, params_of(tenant, operation, result));
}

void queue_first_result(pg::Transaction& tx, TenantId tenant, Uuid operation, const OperationResult& result) {
    tx.queue(claim_and_keep, params_of(tenant, operation, result));
}

Task<Result<std::optional<OperationResult>>> earlier_result(pg::Pool& pool, TenantId tenant, Uuid operation, Deadline deadline) {
    const auto rows = co_await pool.query(tenant, earlier, pg::params(tenant, operation), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::optional<OperationResult>();
    co_return read_result((*rows)[0]);
}

}  // namespace sky::mailstore
