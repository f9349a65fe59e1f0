#include "sky/calstore/calstore.h"

namespace sky::calstore {
namespace {
constexpr pg::Statement remove_account{"cal.remove_account", "delete from cal.account where tenant_id = $1 and account_id = $2"};
}

Task<Result<void>> delete_account(pg::Transaction& transaction, Owner owner) {
    auto done = co_await transaction.query(remove_account, pg::params(owner.tenant, owner.account));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace sky::calstore
