#include "auth/store/mailboxes.h"

namespace sky::auth {
namespace {
#define SKY_MAILBOX_COLUMNS                                                                                                         \
    "a.tenant_id, a.account_id, a.address, a.display_name, t.name, a.state, a.quota_octets, a.created_at, a.scram_salt, a.kind, "   \
    "a.title, a.department, a.phone, a.mobile, a.office, coalesce((select m.address from directory.account m where "                \
    "m.tenant_id = a.tenant_id and m.account_id = a.manager_id), ''), a.listed, a.sent_copy, a.booking::text, "                     \
    "coalesce((select l.name from directory.plan l where l.plan_id = a.plan_id), ''), a.protocols, "                                \
    "coalesce((select l.name from directory.plan l where l.plan_id = directory.plan_in_force(a.kind, a.plan_id, t.plan_id)), ''), " \
    "coalesce(a.password_by, '') "                                                                                                  \
    "from directory.address n "                                                                                                     \
    "join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id "                                        \
    "join directory.tenant t on t.tenant_id = a.tenant_id "

constexpr pg::Statement mailbox_by_address{"directory.mailbox", "select " SKY_MAILBOX_COLUMNS "where n.address = $1"};
constexpr pg::Statement mailboxes_after{
    "directory.mailboxes",
    "select " SKY_MAILBOX_COLUMNS
    "join directory.domain d on d.tenant_id = n.tenant_id and d.domain_id = n.domain_id "
    "where a.address = n.address and n.address > $1 and ($2 = '' or d.name = $2) and ($3 = '' or t.name = $3) and ($5 = '' or a.kind = $5) "
    "and ($6 = '' or position(lower($6) in n.address) > 0 or position(lower($6) in lower(a.display_name)) > 0) "
    "order by n.address limit $4"};
constexpr pg::Statement change_mailbox{
    "directory.change_mailbox",
    "update directory.account set display_name = coalesce($3, display_name), title = coalesce($4, title), "
    "department = coalesce($5, department), phone = coalesce($6, phone), mobile = coalesce($7, mobile), office = coalesce($8, office), "
    "sent_copy = coalesce($9, sent_copy), booking = coalesce($10::jsonb, booking), quota_octets = coalesce(nullif($11, 0), case when $11 "
    "is null then quota_octets end), "
    "listed = coalesce($12, listed), protocols = case when $13 then $14::text[] else protocols end, "
    "password_by = case when $15::text is null then password_by else nullif($15, '') end "
    "where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement change_manager{
    "directory.change_manager",
    "update directory.account a set manager_id = (select n.account_id from directory.address n where n.tenant_id = $1 and n.address = $3 "
    "and n.account_id <> $2) where tenant_id = $1 and account_id = $2 returning manager_id is not null or $3 = ''"};
// The provider's plans are there for all, a reseller's for those under it.
constexpr pg::Statement change_plan{
    "directory.change_mailbox_plan",
    "update directory.account a set plan_id = (select l.plan_id from directory.plan l join directory.tenant t on t.tenant_id = $1 "
    "where l.name = $3 and (l.reseller_id is null or l.reseller_id in (t.tenant_id, t.parent_id)) order by l.reseller_id nulls last limit "
    "1) "
    "where tenant_id = $1 and account_id = $2 returning plan_id is not null or $3 = ''"};
constexpr pg::Statement change_state{
    "directory.change_mailbox_state",
    "update directory.account set state = $3, suspended_by_sync = false where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement drop_address{"directory.drop_address",
                                     "delete from directory.address where tenant_id = $1 and account_id = $2 and address = $3"};
constexpr pg::Statement rename{"directory.rename_mailbox",
                               "update directory.account set address = $3 where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement keep_address{"directory.keep_address",
                                     "insert into directory.address (tenant_id, address, domain_id, account_id) values ($1, $2, $3, $4) "
                                     "on conflict (address) do update set domain_id = excluded.domain_id "
                                     "where directory.address.tenant_id = $1 and directory.address.account_id = $4"};
constexpr pg::Statement move{"directory.move_account", "select directory.move_account($1, $2, $3, $4, $5)"};
constexpr pg::Statement addresses_of{"directory.own_addresses",
                                     "select address from directory.address where tenant_id = $1 and account_id = $2 order by 1"};
constexpr pg::Statement photo_of{"directory.photo",
                                 "select media_type, octets from directory.photo where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement drop_photo{"directory.drop_photo", "delete from directory.photo where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement put_photo{
    "directory.put_photo",
    "insert into directory.photo (tenant_id, account_id, media_type, octets) values ($1, $2, $3, $4) "
    "on conflict (tenant_id, account_id) do update set media_type = excluded.media_type, octets = excluded.octets"};
constexpr pg::Statement add_account{
    "directory.add_account",
    "insert into directory.account (tenant_id, address, display_name, quota_octets, scram_salt, kind, booking) "
    "values ($1, $2, $3, $4, $5, $6, $7) "
    "returning account_id, state, created_at"};
constexpr pg::Statement add_address{"directory.add_address",
                                    "insert into directory.address (tenant_id, address, domain_id, account_id) values ($1, $2, $3, $4)"};
constexpr pg::Statement add_credential{"directory.add_credential",
                                       "insert into directory.credential (tenant_id, account_id, kind, verifier, scram_sha256, scram_sha1) "
                                       "values ($1, $2, 'main', $3, nullif($4, ''), nullif($5, ''))"};
constexpr pg::Statement remove_account{"directory.remove_account",
                                       "delete from directory.account where tenant_id = $1 and account_id = $2"};
constexpr pg::Statement first_account{
    "directory.duty_account",
    "select account_id from directory.account where tenant_id = $1 and kind = 'user' and state = 'active' "
    "order by tenant_id, account_id limit 1"};

MailboxRow mailbox_of(const pg::Row& row) {
    return {.tenant_id = row.get<TenantId>(0),
            .account = row.get<AccountId>(1),
            .address = row.get<std::string>(2),
            .display_name = row.get<std::string>(3),
            .tenant = row.get<std::string>(4),
            .state = row.get<std::string>(5),
            .quota_octets = row.get<std::optional<std::int64_t>>(6),
            .created = row.get<Time>(7),
            .scram_salt = row.get<std::string>(8),
            .kind = row.get<std::string>(9),
            .title = row.get<std::string>(10),
            .department = row.get<std::string>(11),
            .phone = row.get<std::string>(12),
            .mobile = row.get<std::string>(13),
            .office = row.get<std::string>(14),
            .manager = row.get<std::string>(15),
            .listed = row.get<bool>(16),
            .sent_copy = row.get<std::string>(17),
            .booking = row.get<std::string>(18),
            .plan = row.get<std::string>(19),
            .protocols = row.get<std::optional<std::vector<std::string>>>(20),
            .plan_in_force = row.get<std::string>(21),
            .password_by = row.get<std::string>(22)};
}

Task<Result<MailboxRow>> again(pg::Transaction& transaction, const std::string& address) {
    auto rows = co_await transaction.query(mailbox_by_address, pg::params(address));
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    co_return mailbox_of((*rows)[0]);
}

Task<Result<void>> set_plan(pg::Transaction& transaction, TenantId tenant, AccountId account, const std::string& plan) {
    auto rows = co_await transaction.query(change_plan, pg::params(tenant, account, plan));
    if (!rows) co_return forward(rows);
    if (rows->empty() || !(*rows)[0].get<bool>(0)) co_return unexpected(Fault::not_found, "no such plan");
    co_return Result<void>{};
}
}  // namespace

Task<Result<MailboxRow>> find_mailbox(pg::Pool& pool, TenantId view, const std::string& address, pg::Deadline deadline) {
    auto rows = co_await pool.query(view, mailbox_by_address, pg::params(address), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "no such mailbox");
    co_return mailbox_of((*rows)[0]);
}

Task<Result<std::vector<MailboxRow>>> list_mailboxes(pg::Pool& pool, TenantId view, const MailboxFilter& filter, Page page,
                                                     pg::Deadline deadline) {
    auto rows = co_await pool.query(view, mailboxes_after,
                                    pg::params(page.after, filter.domain, filter.tenant, std::int64_t{page.size}, filter.kind, filter.text),
                                    deadline);
    if (!rows) co_return forward(rows);
    std::vector<MailboxRow> out;
    for (const auto row : *rows) out.push_back(mailbox_of(row));
    co_return out;
}

Task<Result<MailboxRow>> insert_mailbox(pg::Transaction& transaction, const DomainRow& domain, const NewMailbox& mailbox) {
    auto rows =
        co_await transaction.query(add_account, pg::params(domain.tenant_id, mailbox.address, mailbox.display_name, mailbox.quota_octets,
                                                           pg::Bytea{mailbox.scram_salt}, mailbox.kind, pg::Jsonb{mailbox.booking}));
    if (!rows) co_return forward(rows);
    const auto row = (*rows)[0];
    const auto account = row.get<AccountId>(0);
    auto named = co_await transaction.query(add_address, pg::params(domain.tenant_id, mailbox.address, domain.id, account));
    if (!named) co_return forward(named);
    if (const auto& credential = mailbox.credential) {
        auto kept = co_await transaction.query(
            add_credential, pg::params(domain.tenant_id, account, credential->verifier, credential->scram_sha256, credential->scram_sha1));
        if (!kept) co_return forward(kept);
    }
    if (!mailbox.plan.empty())
        if (auto planned = co_await set_plan(transaction, domain.tenant_id, account, mailbox.plan); !planned) co_return forward(planned);
    co_return co_await again(transaction, mailbox.address);
}

Task<Result<MailboxRow>> update_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const MailboxChange& change) {
    const TenantId tenant = mailbox.tenant_id;
    const auto protocols = change.protocols.value_or(std::nullopt);
    std::optional<pg::Jsonb> booking;
    if (change.booking) booking = pg::Jsonb{*change.booking};
    auto rows = co_await transaction.query(
        change_mailbox, pg::params(tenant, mailbox.account, change.display_name, change.title, change.department, change.phone,
                                   change.mobile, change.office, change.sent_copy, booking, change.quota_octets, change.listed,
                                   change.protocols.has_value(), protocols, change.password_by));
    if (!rows) co_return forward(rows);
    if (rows->affected() == 0) co_return unexpected(Fault::not_found, "no such mailbox");
    if (change.manager) {
        auto managed = co_await transaction.query(change_manager, pg::params(tenant, mailbox.account, *change.manager));
        if (!managed) co_return forward(managed);
        if (!(*managed)[0].get<bool>(0)) co_return unexpected(Fault::not_found, "the manager needs to be another mailbox of the tenant");
    }
    if (change.plan)
        if (auto planned = co_await set_plan(transaction, tenant, mailbox.account, *change.plan); !planned) co_return forward(planned);
    co_return co_await again(transaction, mailbox.address);
}

Task<Result<MailboxRow>> update_mailbox_state(pg::Transaction& transaction, const MailboxRow& mailbox, const std::string& state) {
    auto rows = co_await transaction.query(change_state, pg::params(mailbox.tenant_id, mailbox.account, state));
    if (!rows) co_return forward(rows);
    co_return co_await again(transaction, mailbox.address);
}

Task<Result<MailboxRow>> rename_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const DomainRow& domain,
                                        const std::string& address, OldAddress old_address) {
    const TenantId tenant = mailbox.tenant_id;
    auto named = co_await transaction.query(keep_address, pg::params(tenant, address, domain.id, mailbox.account));
    if (!named) co_return forward(named);
    if (named->affected() == 0) co_return unexpected(Fault::already_exists, "the address exists already");
    auto renamed = co_await transaction.query(rename, pg::params(tenant, mailbox.account, address));
    if (!renamed) co_return forward(renamed);
    if (renamed->affected() == 0) co_return unexpected(Fault::not_found, "no such mailbox");
    if (old_address == OldAddress::goes) {
        auto gone = co_await transaction.query(drop_address, pg::params(tenant, mailbox.account, mailbox.address));
        if (!gone) co_return forward(gone);
    }
    co_return co_await again(transaction, address);
}

Task<Result<MailboxRow>> move_mailbox(pg::Transaction& transaction, const MailboxRow& mailbox, const DomainRow& domain,
                                      const std::string& address) {
    auto moved = co_await transaction.query(move, pg::params(mailbox.tenant_id, mailbox.account, domain.tenant_id, domain.id, address));
    if (!moved && moved.error().fault == Fault::already_exists)
        co_return unexpected(Fault::already_exists, "the address exists already", moved.error().reason);
    if (!moved) co_return forward(moved);
    co_return co_await again(transaction, address);
}

Task<Result<std::vector<std::string>>> own_addresses(pg::Transaction& transaction, const MailboxRow& mailbox) {
    auto rows = co_await transaction.query(addresses_of, pg::params(mailbox.tenant_id, mailbox.account));
    if (!rows) co_return forward(rows);
    std::vector<std::string> out;
    for (const auto row : *rows) out.push_back(row.get<std::string>(0));
    co_return out;
}

Task<Result<PhotoRow>> find_photo(pg::Pool& pool, const MailboxRow& mailbox, pg::Deadline deadline) {
    auto rows = co_await pool.query(mailbox.tenant_id, photo_of, pg::params(mailbox.tenant_id, mailbox.account), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "there is no photo");
    co_return PhotoRow{(*rows)[0].get<std::string>(0), (*rows)[0].get<std::string>(1)};
}

Task<Result<void>> set_photo(pg::Transaction& transaction, const MailboxRow& mailbox, const PhotoRow& photo) {
    const TenantId tenant = mailbox.tenant_id;
    auto done = photo.octets.empty()
                    ? co_await transaction.query(drop_photo, pg::params(tenant, mailbox.account))
                    : co_await transaction.query(put_photo, pg::params(tenant, mailbox.account, photo.media_type, pg::Bytea{photo.octets}));
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

Task<Result<bool>> delete_mailbox(pg::Transaction& transaction, TenantId tenant, AccountId account) {
    auto rows = co_await transaction.query(remove_account, pg::params(tenant, account));
    if (!rows) co_return forward(rows);
    co_return rows->affected() > 0;
}

Task<Result<AccountId>> duty_account(pg::Transaction& transaction, TenantId tenant) {
    auto rows = co_await transaction.query(first_account, pg::params(tenant));
    if (!rows) co_return forward(rows);
    co_return rows->empty() ? AccountId{} : (*rows)[0].get<AccountId>(0);
}

}  // namespace sky::auth
