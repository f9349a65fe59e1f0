#include "sky/calstore/calstore.h"

namespace sky::calstore {
namespace {
constexpr pg::Statement move{"cal.move_account", "select cal.move_account($1, $2, $3)"};
constexpr pg::Statement remove_account{"cal.remove_account", "delete from cal.account where tenant_id = $1 and account_id = $2"};
}  // namespace

Task<Result<void>> delete_account(pg::Transaction& transaction, Owner owner) {
    auto done = co_await transaction.query(remove_account, pg::params(owner.tenant, owner.account));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<void>> move_account(pg::Transaction& transaction, Owner owner, TenantId to) {
    auto done = co_await transaction.query(move, pg::params(owner.tenant, owner.account, to));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::calstore
