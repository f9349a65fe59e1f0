#include "naming.h"
#include "settle.h"
#include "sky/mailstore/mailboxes.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement find{"mailstore.create_find",
                             "select mailbox_id, selectable from mail.mailbox where tenant_id = $1 and account_id = $2 and name = $3"};
constexpr pg::Statement of_use{
    "mailstore.create_of_use",
    "select mailbox_id from mail.mailbox where tenant_id = $1 and account_id = $2 and special_use = $3 and special_use <> 0"};
constexpr pg::Statement reopen{
    "mailstore.reopen_mailbox",
    "update mail.mailbox set selectable = true, uid_validity = $3, modseq = $4, special_use = $5 where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement keep_validity{"mailstore.keep_validity",
                                      "update mail.account set last_uid_validity = $3 where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement read_back{"mailstore.created_mailbox",
                                  "select " SKY_MAILBOX_COLUMNS " from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2"};

struct Create {
    using Value = Mailbox;
    AccountRef account;
    std::string name;
    SpecialUse use;

    Task<Result<Mailbox>> run(pg::Transaction& tx) {
        const auto ticket = tx.queue(lock_account, pg::params(account.tenant, account.account));
        const auto same = tx.queue(find, pg::params(account.tenant, account.account, name));
        const auto rival = tx.queue(of_use, pg::params(account.tenant, account.account, static_cast<std::int16_t>(use)));
        auto lock = co_await locked(tx, ticket);
        if (!lock) co_return forward(lock);
        auto found = co_await tx.take(same);
        if (!found) co_return forward(found);
        auto rivals = co_await tx.take(rival);
        if (!rivals) co_return forward(rivals);
        if (!rivals->empty() && (found->empty() || !(*found)[0].get<bool>(1)))
            co_return unexpected(Fault::wrong_state, "There is a mailbox for this use");
        MailboxId id;
        std::int16_t part = 0;
        if (!found->empty()) {
            if ((*found)[0].get<bool>(1)) co_return unexpected(Fault::already_exists, "There is a mailbox of that name");
            id = (*found)[0].get<MailboxId>(0);
            const auto validity = std::max(lock->last_uid_validity + 1, lock->now);
            tx.queue(reopen, pg::params(account.tenant, id, validity, lock->modseq, static_cast<std::int16_t>(use)));
            tx.queue(keep_validity, pg::params(account.tenant, account.account, validity));
            queue_inherit(tx, account, {id.value});
            queue_log(tx, account, lock->modseq, {part, id, Logged::mailbox_changed, {}, {}});
        } else {
            std::vector<NewMailbox> wanted{{name, use}};
            auto made = co_await make_mailboxes(tx, account, *lock, wanted, part);
            if (!made) co_return forward(made);
            id = made->front();
        }
        auto row = co_await tx.query(read_back, pg::params(account.tenant, id));
        if (!row) co_return forward(row);
        co_return mailbox_of((*row)[0]);
    }
};

}  // namespace

Task<Result<Mailbox>> Mailboxes::create(AccountRef account, std::string name, SpecialUse use, Deadline deadline) {
    auto canonical = canonical_name(name);
    if (!canonical) co_return forward(canonical);
    Create body{account, std::move(*canonical), use};
    co_return co_await settle(*pool_, account.tenant, deadline, Repeat::harmful, body);
}

}  // namespace sky::mailstore
