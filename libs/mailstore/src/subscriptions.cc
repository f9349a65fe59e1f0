#include "rows.h"
#include "settle.h"
#include "sky/mailstore/mailboxes.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement add{"mailstore.subscribe",
                            "insert into mail.subscription (tenant_id, account_id, name) values ($1, $2, $3) on conflict do nothing"};
constexpr pg::Statement drop{"mailstore.unsubscribe",
                             "delete from mail.subscription where tenant_id = $1 and account_id = $2 and name = $3"};

struct Subscribe {
    using Value = Changed;
    AccountRef account;
    std::string name;
    const pg::Statement* statement;

    Task<Result<Changed>> run(pg::Transaction& tx) {
        const auto ticket = tx.queue(lock_account, pg::params(account.tenant, account.account));
        const auto change = tx.queue(*statement, pg::params(account.tenant, account.account, name));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto done = co_await tx.take(change);
        if (!done) co_return forward(done);
        if (done->affected() == 0) co_return Changed{account.account, ModSeq{}};
        queue_log(tx, account, lock->modseq, {0, MailboxId{}, Logged::mailbox_changed, {}, {}});
        co_return Changed{account.account, lock->modseq};
    }
};

}  // namespace

Task<Result<Changed>> Mailboxes::subscribe(AccountRef account, std::string name, Deadline deadline) {
    auto canonical = canonical_name(name);
    if (!canonical) co_return forward(canonical);
    Subscribe body{account, std::move(*canonical), &add};
    co_return co_await settle(*pool_, account.tenant, deadline, Repeat::harmless, body);
}

Task<Result<Changed>> Mailboxes::unsubscribe(AccountRef account, std::string name, Deadline deadline) {
    auto canonical = canonical_name(name);
    if (!canonical) co_return forward(canonical);
    Subscribe body{account, std::move(*canonical), &drop};
    co_return co_await settle(*pool_, account.tenant, deadline, Repeat::harmless, body);
}

}  // namespace sky::mailstore
