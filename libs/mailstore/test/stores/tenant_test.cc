// Ready for Citus with the tenant as distribution column: every key and foreign key of schema mail holds it, and every statement reads by
// it.
#include <algorithm>
#include <set>

#include "fixture.h"
#include "statements.h"
#include "unknown_parameters.h"

using namespace sky;
using namespace sky::mailstore::testing;

namespace {

// Statements that read all tenants on purpose.
const std::map<std::string, std::string> over_all_tenants{
    {"mailstore.check_numbers", "skyctl fsck, as the owner"},
    {"mailstore.blobs_above", "skyctl fsck, as the owner"},
};

// Functions with the rights of the owner that work on all tenants: upkeep by delivery, each in slices.
const std::set<std::string> upkeep{"make_log_partitions", "raise_log_floors", "drop_log_partitions", "collect_blobs",
                                   "collect_leftovers",   "unsorted_emails",  "unindexed_accounts",  "purge_deleted"};

// Of the plan of this statement, with parameters unknown: nodes that touch a table without naming the tenant. A table's node carries its
// conditions, those that follow from joins too.
std::string scans_without_tenant(const support::ScratchDatabase& database, const std::string& sql) {
    const auto [declared, nulls] = mailstore::unknown_parameters(sql);
    return database.sql("set plan_cache_mode = force_generic_plan; prepare one" + declared + " as " + sql +
                        "; create function pg_temp.plan() returns jsonb language plpgsql as $f$ declare r json; begin "
                        "execute 'explain (format json) execute one" +
                        nulls +
                        "' into r; return r; end $f$; "
                        "select coalesce(string_agg(node ->> 'Relation Name' || ' ' || (node ->> 'Node Type'), ', '), '') from "
                        "jsonb_path_query(pg_temp.plan(), 'strict $.**') node where jsonb_typeof(node) = 'object' "
                        "and node ? 'Relation Name' and node ->> 'Node Type' <> 'ModifyTable' and (node - 'Plans')::text not like "
                        "'%tenant_id%'");
}

}  // namespace

TEST_CASE("every key of schema mail begins with the tenant, every foreign key holds it", "[mailstore][citus]") {
    Fixture f;
    const std::string tables =
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'mail' and c.relkind in ('r', 'p') ";
    CHECK(std::stoi(f.database.sql("select count(*) " + tables)) > 20);  // partitions are among them
    CHECK(f.database.sql("select coalesce(string_agg(c.relname, ' '), '') " + tables +
                         "and not exists (select from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = "
                         "k.conkey[1] where k.conrelid = c.oid and k.contype = 'p' and a.attname = 'tenant_id')") == "");
    CHECK(
        f.database.sql("select coalesce(string_agg(i.indexrelid::regclass::text, ' '), '') from pg_index i join pg_class c on c.oid = "
                       "i.indrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'mail' and i.indisunique and not exists "
                       "(select from pg_attribute a where a.attrelid = i.indrelid and a.attname = 'tenant_id' and a.attnum = any "
                       "(i.indkey::smallint[]))") == "");
    CHECK(f.database.sql(
              "select coalesce(string_agg(k.conname, ' '), '') from pg_constraint k join pg_namespace n on n.oid = k.connamespace "
              "where n.nspname = 'mail' and k.contype = 'f' and not exists (select from unnest(k.conkey, k.confkey) p (mine, its) "
              "join pg_attribute m on m.attrelid = k.conrelid and m.attnum = p.mine join pg_attribute i on i.attrelid = k.confrelid "
              "and i.attnum = p.its where m.attname = 'tenant_id' and i.attname = 'tenant_id')") == "");
    CHECK(f.database.sql("select coalesce(string_agg(c.relname, ' '), '') " + tables +
                         "and not c.relispartition and not c.relrowsecurity") == "");
}

TEST_CASE("every statement on mail names the tenant", "[mailstore][citus]") {
    Fixture f;
    const auto statements = statements_of_mailstore();
    CHECK(statements.size() > 80);
    for (const auto& one : statements) {
        INFO(one.name << ": " << one.text);
        const auto found = scans_without_tenant(f.database, one.text);
        if (over_all_tenants.contains(one.name))
            CHECK_FALSE(found.empty());
        else
            CHECK(found == "");
    }
    for (const auto& [name, why] : over_all_tenants) {
        INFO(name << " (" << why << ") is no statement any more");
        CHECK(std::ranges::find(statements, name, &SourceStatement::name) != statements.end());
    }
    CHECK_FALSE(scans_without_tenant(f.database, "select 1 from mail.email where email_id = $1::bigint").empty());  // it would be found
}

TEST_CASE("functions with the owner's rights work for the transaction's tenant, or are upkeep", "[mailstore][citus]") {
    Fixture f;
    std::string known;
    for (const auto& name : upkeep) known += (known.empty() ? "'" : ", '") + name + "'";
    // A trigger works on the row that it fires for.
    const std::string definers =
        "from pg_proc p where p.pronamespace = 'mail'::regnamespace and p.prosecdef and p.prorettype <> 'trigger'::regtype ";
    CHECK(f.database.sql("select coalesce(string_agg(p.proname, ' '), '') " + definers +
                         "and p.prosrc not like '%mail.require_tenant(%' "
                         "and p.proname not in (" +
                         known + ")") == "");
    CHECK(f.database.sql("select count(*) " + definers + "and p.proname in (" + known + ")") == std::to_string(upkeep.size()));
    CHECK(f.database.sql("select coalesce(string_agg(p.proname, ' '), '') " + definers +
                         "and has_function_privilege('sky_imap', p.oid, 'execute') and p.proname in (" + known + ")") == "");
}
