// Statements of imap are planned once a connection, without their parameters (pg::Plans::kept): whatever is in the tables, they must go by
// an index that knows more than the tenant. And STORE takes as many steps as there are messages to change.
#include <algorithm>
#include <set>

#include "fixture.h"
#include "statements.h"
#include "unknown_parameters.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

// Tenant 7 with 3,000 accounts: a mailbox of 10^5 messages, one of 10^4, small ones.
constexpr const char* large_tenant = R"(
insert into mail.account (tenant_id, account_id, modseq) select 7, a, 100001 from generate_series(1, 3000) a;
insert into mail.mailbox (tenant_id, mailbox_id, account_id, name, uid_validity, uid_next, modseq, created_modseq, messages, unseen)
    select 7, a * 10 + b, a, case b when 0 then 'INBOX' else 'Box' || b end, 1, n + 1, n + 1, 1, n, n
      from generate_series(1, 3000) a, generate_series(0, 5) b,
           lateral (select case when b > 0 then 0 when a = 1 then 100000 when a = 2 then 10000 else 3 end as n) s;
insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, internal_date, size)
    select 7, b.mailbox_id, u, b.mailbox_id * 1000000 + u, u + 1, now(), 1000 from mail.mailbox b, generate_series(1, b.messages) u;
)";
// And 5,000 tenants who have little.
constexpr const char* small_tenants = R"(
insert into mail.account (tenant_id, account_id) select t, t * 10 + a from generate_series(1001, 6000) t, generate_series(0, 1) a;
insert into mail.mailbox (tenant_id, mailbox_id, account_id, name, uid_validity, uid_next, modseq, created_modseq, messages)
    select a.tenant_id, a.account_id * 10 + b, a.account_id, case b when 0 then 'INBOX' else 'Box' || b end, 1, 4, 4, 1, 3
      from mail.account a, generate_series(0, 5) b where a.tenant_id > 7;
insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, internal_date, size)
    select b.tenant_id, b.mailbox_id, u, b.mailbox_id * 1000000 + u, u + 1, now(), 1000 from mail.mailbox b, generate_series(1, 3) u
     where b.tenant_id > 7 and b.name = 'INBOX';
)";
// What belongs to them, for tenants from $ on.
constexpr const char* what_they_have = R"(
set session_replication_role = replica;
create view pg_temp.p as select * from mail.placement where tenant_id >= $;
create view pg_temp.b as select * from mail.mailbox where tenant_id >= $;
create view pg_temp.a as select * from mail.account where tenant_id >= $;
insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at)
    select tenant_id, email_id, mailbox_id / 10, email_id, email_id, now() from pg_temp.p;
insert into mail.pool (tenant_id, pool_id, limit_octets) select tenant_id, account_id, 1000000 from pg_temp.a where account_id % 10 = 0;
insert into mail.blob (tenant_id, blob_id, sha256, size) select tenant_id, email_id, sha256(email_id::text::bytea), 1000 from pg_temp.p;
insert into mail.blob_frame select tenant_id, email_id, 0, 0, 1000, '\x00' from pg_temp.p;
insert into mail.summary select tenant_id, email_id, 1000, 100, '', '', '', '', '', '', '', '', '', '', '', now(), false from pg_temp.p;
insert into mail.attachment_text select tenant_id, email_id, 0, 0, null from pg_temp.p;
insert into mail.thread_ref select tenant_id, mailbox_id / 10, email_id, email_id from pg_temp.p;
insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids, logged_on)
    select tenant_id, mailbox_id / 10, modseq, 0, mailbox_id, 1, array[uid, uid], current_date + 7 * (uid % 9)::integer from pg_temp.p;
insert into mail.deleted (tenant_id, account_id, deleted_at, mailbox_id, uid, email_id, mailbox, system, keywords, internal_date, size)
    select tenant_id, mailbox_id / 10, now(), mailbox_id, uid, -email_id, 'INBOX', 0, '{}', now(), 1 from pg_temp.p;
insert into mail.subscription select tenant_id, account_id, name from pg_temp.b;
insert into mail.seen (tenant_id, mailbox_id, principal_id, modseq) select tenant_id, mailbox_id, 1, 1 from pg_temp.b;
insert into mail.numbering select tenant_id, mailbox_id, 1, '{}' from pg_temp.b;
insert into mail.operation (tenant_id, operation_id) select tenant_id, gen_random_uuid() from pg_temp.b;
insert into mail.metadata (tenant_id, account_id, mailbox_id, principal_id, entry) select tenant_id, account_id, mailbox_id, 0, '/shared/comment' from pg_temp.b;
insert into mail.acl select tenant_id, mailbox_id, 1, account_id + 1, false, 3 from pg_temp.b;
insert into mail.search_state (tenant_id, account_id) select tenant_id, account_id from pg_temp.a;
insert into mail.search_segment select tenant_id, account_id, s, 1, 4, 1, 1, '' from pg_temp.a, generate_series(1, 3) s;
insert into mail.search_page select tenant_id, account_id, s, p, '' from pg_temp.a, generate_series(1, 3) s, generate_series(0, 3) p;
insert into mail.outbox (tenant_id, outbox_id, kind, payload) select tenant_id, gen_random_uuid(), 'x', '{}' from pg_temp.b;
)";
std::string from_tenant(const char* tenant_id) {
    std::string out = what_they_have;
    for (auto at = out.find('$'); at != out.npos; at = out.find('$')) out.replace(at, 1, tenant_id);
    return out;
}

// Large tables, whose rows must not be compared one by one with an array either.
constexpr const char* large = "'placement', 'email', 'summary', 'blob', 'blob_frame', 'attachment_text', 'thread_ref', 'deleted'";

// imap may read what it reads, but only delivery runs it.
const std::set<std::string> of_delivery{"mailstore.search_still_there"};
// Nodes of the statement's plan as imap's connections make it that read a whole table, or all that a tenant has in one. "-": not for imap.
std::string wide_scans(const support::ScratchDatabase& database, const std::string& sql) {
    const auto [declared, nulls] = unknown_parameters(sql);
    return database.sql(
        "create function pg_temp.plan() returns jsonb language plpgsql as $f$ declare r json; begin "
        "execute 'explain (format json) execute one" +
        nulls +
        "' into r; return r; exception when insufficient_privilege then return '[]'; end $f$; "
        "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off; set sky.tenant = 7; set role sky_imap; "
        "prepare one" +
        declared + " as " + sql +
        "; with plan as materialized (select pg_temp.plan() as p) select case when p = '[]' then '-' else "
        "coalesce((select string_agg(coalesce(node ->> 'Relation Name', node ->> 'Index Name') || ' ' || (node ->> 'Node Type'), ', ') "
        "from jsonb_path_query(p, 'strict $.**') node where jsonb_typeof(node) = 'object' and (node ->> 'Node Type' = 'Seq Scan' "
        "or node ->> 'Index Cond' not like '% AND %' or (node ->> 'Relation Name' in (" +
        std::string(large) + ") and node ->> 'Filter' like '%= ANY ($%'))), '') end from plan");
}

void look_at_all(const support::ScratchDatabase& database) {
    database.sql("vacuum analyze");
    int looked_at = 0;
    for (const auto& one : statements_of_mailstore()) {
        INFO(one.name << ": " << one.text);
        const auto found = wide_scans(database, one.text);
        if (found == "-" || of_delivery.contains(one.name)) continue;
        ++looked_at;
        CHECK(found == "");
    }
    CHECK(looked_at > 60);
}

}  // namespace

TEST_CASE("every statement of imap has one plan that suits mailboxes and tenants of any size", "[mailstore][plans]") {
    Fixture f;
    f.database.sql(large_tenant);
    f.database.sql(from_tenant("7"));
    look_at_all(f.database);
    f.database.sql(small_tenants);
    f.database.sql(from_tenant("1001"));
    look_at_all(f.database);
    CHECK_FALSE(wide_scans(f.database, "select 1 from mail.email where tenant_id = $1 and blob_id + 0 = $2").empty());  // it would be found
}

namespace {
// A mailbox of 10^5 messages, and how many entries of placement's index are read by what one connection does.
struct Steps : Fixture {
    pg::Pool one{context.get_executor(), {.dsn = database.dsn("sky_imap"), .connections = 1, .plans = pg::Plans::kept}};
    Writer changes{one, clock};
    const MailboxRef inbox{tenant, AccountId{1}, MailboxId{10}};

    Steps() {
        database.sql("alter table mail.placement set (autovacuum_enabled = off)");
        database.sql(large_tenant);
    }
    std::int64_t read() {
        constexpr pg::Statement flush{"test.flush", "select pg_stat_force_next_flush()"};
        get(one.query(tenant, flush, pg::Params{}, soon()));
        return std::stoll(database.sql("select idx_tup_read from pg_stat_all_indexes where indexrelname = 'placement_pkey'"));
    }
    template <class T>
    std::int64_t of(Task<Result<T>> task) {
        const auto before = read();
        get(std::move(task));
        return read() - before;
    }
    std::int64_t store(UidSet uids, std::uint16_t system) {
        return of(changes.store(inbox, std::move(uids), {FlagMode::add, system, {}}, {}, soon()));
    }
};
}  // namespace

TEST_CASE("STORE walks over what it changes once, however large the mailbox", "[mailstore][rfc9051:6.4.6]") {
    Steps f;
    f.database.sql(small_tenants);
    f.database.sql("vacuum analyze");
    (void)f.store({{1, 1}}, flagged);
    CHECK(f.store({{70'000, 70'000}}, flagged) == 1);
    CHECK(f.store({{50'000, 50'999}}, flagged) == 1000);
    CHECK(f.store({{50'000, 50'999}}, flagged) < 4000);  // nothing to do: read, and read again to be told; old rows too
    UidSet scattered;
    for (std::uint32_t uid = 7; uid < 100'000; uid += 1000) scattered.push_back({uid, uid});
    CHECK(f.store(scattered, answered) < 120);
}

TEST_CASE("what changes, moves and removes messages reads no more where statistics know nothing of the mailbox", "[mailstore][plans]") {
    Steps f;
    CHECK(f.store({{50'000, 50'999}}, flagged) == 1000);
    CHECK(f.of(f.changes.move(f.inbox, {{20'000, 20'999}}, MailboxId{11}, new_uuid(f.clock.now()), f.soon())) < 2500);
    (void)f.store({{60'000, 60'999}}, deleted);
    CHECK(f.of(f.changes.expunge(f.inbox, {}, f.soon())) < 4000);
}
