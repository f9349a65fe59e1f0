// The record: who did what, who signed in.
#include <catch2/catch.hpp>

#include "auth/rpc/closing.h"
#include "house.h"
#include "skybridge/admin/v1/audit.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;

namespace {
std::string program_token(House& house, const std::string& tenant) {
    admin_v1::AddProgramTokenRequest request;
    request.set_tenant(tenant);
    request.set_label("program of " + tenant);
    return house.operate<admin_v1::NewToken>(request).value().secret();
}
}  // namespace

TEST_CASE("every change is on record, for its own organisation", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    house.tenant("two", "two.test");
    const std::string token = program_token(house, "one");
    admin_v1::AddMailboxRequest add;
    add.set_address("ada@one.test");
    add.set_password("correct horse");
    house.operate<admin_v1::Mailbox>(add, token).value();
    house.mailbox("eve@two.test");
    admin_v1::ListChangesRequest list;
    list.set_action("mailbox.");
    const auto all = house.operate<admin_v1::ListChangesReply>(list).value();
    REQUIRE(all.changes_size() == 2);
    CHECK(all.changes(0).object() == "eve@two.test");
    CHECK(all.changes(1).actor() == "token program of one");
    CHECK(all.changes(1).tenant() == "one");
    CHECK_FALSE(all.changes(1).peer().empty());
    const auto own = house.operate<admin_v1::ListChangesReply>(list, token).value();
    REQUIRE(own.changes_size() == 1);
    CHECK(own.changes(0).object() == "ada@one.test");
    list.set_tenant("two");
    CHECK(house.operate<admin_v1::ListChangesReply>(list, token).error().fault == Fault::not_found);
    // Page by page, newest first.
    list.Clear();
    list.mutable_page()->set_size(2);
    const auto first = house.operate<admin_v1::ListChangesReply>(list).value();
    REQUIRE(first.changes_size() == 2);
    list.mutable_page()->set_after(first.next());
    const auto second = house.operate<admin_v1::ListChangesReply>(list).value();
    CHECK(second.changes(0).id() < first.changes(1).id());
    list.mutable_page()->set_after("x");
    CHECK(house.operate<admin_v1::ListChangesReply>(list).error().fault == Fault::syntax);
}

TEST_CASE("every sign-in is on record, alike ones counted together", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    house.tenant("two", "two.test");
    house.mailbox("ada@one.test");
    const std::string token = program_token(house, "one");
    CHECK(house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(house.sign_in("ada@one.test", "correct horse").proved);
    CHECK_FALSE(house.sign_in("ada@one.test", "wrong horse").proved);
    CHECK_FALSE(house.sign_in("nobody@one.test", "wrong horse").proved);
    CHECK_FALSE(house.sign_in("nobody@elsewhere.example", "wrong horse").proved);
    house.run(house.here().sign_in().journal().flush(house.here().pool(), after(5s))).value();
    admin_v1::ListSignInsRequest list;
    list.set_address("ada@one.test");
    const auto mine = house.operate<admin_v1::ListSignInsReply>(list, token).value();
    std::map<std::string, std::int64_t> counts;
    for (const auto& entry : mine.sign_ins()) counts[entry.outcome()] += entry.count();
    CHECK(counts["proved"] == 2);
    CHECK(counts["bad_credentials"] == 1);
    CHECK(mine.sign_ins(0).remote() == "192.0.2.1");
    CHECK(mine.sign_ins(0).protocol() == "imap");
    // Guesses at names that nobody has are shown to whom the domain belongs; other guesses to the platform only.
    list.set_address("nobody@one.test");
    CHECK(house.operate<admin_v1::ListSignInsReply>(list, token)->sign_ins_size() == 1);
    list.set_address("nobody@elsewhere.example");
    CHECK(house.operate<admin_v1::ListSignInsReply>(list, token)->sign_ins_size() == 0);
    CHECK(house.operate<admin_v1::ListSignInsReply>(list)->sign_ins_size() == 1);
    CHECK(house.operate<admin_v1::ListSignInsReply>(admin_v1::ListSignInsRequest{}, program_token(house, "two"))->sign_ins_size() == 0);
}

TEST_CASE("a tenant is removed with everything in it when its closing date has come", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    house.tenant("two", "two.test");
    house.mailbox("ada@one.test");
    house.mailbox("eve@two.test");
    admin_v1::SetTenantStateRequest close;
    close.set_state("closing");
    close.set_closes(unix_seconds(std::chrono::system_clock::now()) + 3600);
    for (const auto* name : {"one", "two"}) {
        close.set_name(name);
        house.operate<admin_v1::Tenant>(close).value();
    }
    house.run(auth::remove_closed_tenants(house.here(), after(10s))).value();
    CHECK(house.database.sql("select count(*) from directory.tenant") == "2");
    house.database.sql("update directory.tenant set closes_at = now() where name = 'one'");
    house.run(auth::remove_closed_tenants(house.here(), after(10s))).value();
    CHECK(house.database.sql("select string_agg(name, ',') from directory.tenant") == "two");
    CHECK(house.database.sql("select string_agg(address, ',') from directory.account") == "eve@two.test");
    CHECK(house.database.sql("select count(*) from mail.account") == "1");
    CHECK(house.database.sql("select count(*) from directory.audit where action = 'tenant.remove' and actor = 'auth'") == "1");
}

TEST_CASE("a tenant that can't go yet does not keep the others from going", "[auth]") {
    House house;
    admin_v1::AddTenantRequest add;
    add.set_name("seller");
    add.set_kind("reseller");
    house.operate<admin_v1::Tenant>(add).value();
    add.set_name("buyer");
    add.clear_kind();
    add.set_parent("seller");
    house.operate<admin_v1::Tenant>(add).value();
    house.tenant("two", "two.test");
    house.database.sql("update directory.tenant set state = 'closing', closes_at = now() - interval '1 day' where name = 'seller'");
    house.database.sql("update directory.tenant set state = 'closing', closes_at = now() where name = 'two'");
    const auto done = house.run(auth::remove_closed_tenants(house.here(), after(10s)));
    CHECK(house.database.sql("select string_agg(name, ',' order by name) from directory.tenant") == "buyer,seller");
    REQUIRE_FALSE(done);
    CHECK(done.error().reason.find("seller") != std::string::npos);
}
