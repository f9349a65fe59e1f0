#include "naming.h"

#include <algorithm>
#include <set>

#include "sky/mailstore/mailboxes.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement existing{
    "mailstore.existing_names",
    "select name, (select count(*) from mail.mailbox where tenant_id = $1 and account_id = $2) from mail.mailbox "
    "where tenant_id = $1 and account_id = $2 and name = any ($3) union all "
    "select '', count(*) from mail.mailbox where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement insert{
    "mailstore.make_mailboxes",
    "insert into mail.mailbox (tenant_id, mailbox_id, account_id, name, special_use, uid_validity, uid_next, modseq, created_modseq) "
    "select $1, u.id, $2, u.name, u.use, $3 + u.place, u.uid_next, $4, $4 "
    "from unnest($5::bigint[], $6::text[], $7::integer[], $8::bigint[]) with ordinality u (id, name, use, uid_next, place)"};
constexpr pg::Statement set_keywords{"mailstore.set_keywords",
                                     "update mail.mailbox set keywords = $3 where tenant_id = $1 and mailbox_id = $2"};
constexpr pg::Statement set_validity{"mailstore.set_validity",
                                     "update mail.account set last_uid_validity = $3 where tenant_id = $1 and account_id = $2"};
// From the nearest mailbox above that was there before (RFC 4314 §4).
constexpr pg::Statement inherit_acl{
    "mailstore.inherit_acl",
    "insert into mail.acl (tenant_id, mailbox_id, grantee_kind, grantee_id, negative, rights) "
    "select $1, n.mailbox_id, a.grantee_kind, a.grantee_id, a.negative, a.rights from mail.mailbox n cross join lateral "
    "(select p.mailbox_id from mail.mailbox p where p.tenant_id = $1 and p.account_id = $2 and p.mailbox_id <> all ($3) "
    "and starts_with(n.name, p.name || '/') order by length(p.name) desc limit 1) p "
    "join mail.acl a on a.tenant_id = $1 and a.mailbox_id = p.mailbox_id "
    "where n.tenant_id = $1 and n.account_id = $2 and n.mailbox_id = any ($3) on conflict do nothing"};  // a name that was there without
                                                                                                         // mail
constexpr pg::Statement take_block{"mailstore.take_block", "select nextval('mail.object_id') from generate_series(1, $1::integer)"};

}  // namespace

std::vector<std::string> levels_above(std::string_view name) {
    std::vector<std::string> out;
    for (auto at = name.find('/'); at != std::string_view::npos; at = name.find('/', at + 1)) out.emplace_back(name.substr(0, at));
    return out;
}

void queue_inherit(pg::Transaction& tx, AccountRef account, const std::vector<std::int64_t>& mailboxes) {
    tx.queue(inherit_acl, pg::params(account.tenant, account.account, mailboxes));
}

Task<Result<std::vector<MailboxId>>> make_mailboxes(pg::Transaction& tx, AccountRef account, const LockedAccount& lock,
                                                    const std::vector<NewMailbox>& wanted, std::int16_t& part) {
    std::set<std::string> above;
    for (const auto& each : wanted)
        for (auto& level : levels_above(each.name)) above.insert(std::move(level));
    for (const auto& each : wanted) above.erase(each.name);
    auto there =
        co_await tx.query(existing, pg::params(account.tenant, account.account, std::vector<std::string>(above.begin(), above.end())));
    if (!there) co_return forward(there);
    std::int64_t count = 0;
    for (const auto row : *there) {
        above.erase(row.get<std::string>(0));
        count = row.get<std::int64_t>(1);
    }
    std::vector<NewMailbox> make;
    for (const auto& name : above) make.push_back({name});
    make.insert(make.end(), wanted.begin(), wanted.end());
    if (count + static_cast<std::int64_t>(make.size()) > most_mailboxes) co_return unexpected(Fault::limit, "Too many mailboxes");

    // Few mailboxes are ever made: a block of ids for each 64 of them.
    auto blocks = co_await tx.query(take_block, pg::params(static_cast<std::int32_t>(make.size() / 64 + 1)));
    if (!blocks) co_return forward(blocks);
    std::vector<std::int64_t> ids, uid_next;
    std::vector<std::string> names;
    std::vector<std::int32_t> uses;
    for (std::size_t i = 0; i < make.size(); ++i) {
        ids.push_back((*blocks)[i / 64].get<std::int64_t>(0) + static_cast<std::int64_t>(i % 64));
        names.push_back(make[i].name);
        uses.push_back(static_cast<std::int32_t>(make[i].use));
        uid_next.push_back(make[i].uid_next);
    }
    const auto validity = std::max(lock.last_uid_validity, lock.now - 1);
    auto inserted =
        co_await tx.query(insert, pg::params(account.tenant, account.account, validity, lock.modseq, ids, names, uses, uid_next));
    if (!inserted) {
        if (inserted.error().fault == Fault::already_exists)
            co_return unexpected(Fault::already_exists, "There is a mailbox of that name", inserted.error().reason);
        co_return forward(inserted);
    }
    tx.queue(set_validity, pg::params(account.tenant, account.account, validity + static_cast<std::int64_t>(make.size())));
    queue_inherit(tx, account, ids);
    for (std::size_t i = 0; i < make.size(); ++i) {
        if (!make[i].keywords.empty()) tx.queue(set_keywords, pg::params(account.tenant, ids[i], make[i].keywords));
        queue_log(tx, account, lock.modseq, {part++, MailboxId{ids[i]}, Logged::mailbox_made, {}, {}});
    }
    std::vector<MailboxId> out;
    for (std::size_t i = make.size() - wanted.size(); i < make.size(); ++i) out.emplace_back(ids[i]);
    co_return out;
}

}  // namespace sky::mailstore
