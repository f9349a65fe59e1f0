#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;
using namespace sky::auth;

namespace {
constexpr pg::Statement count_accounts{"test.accounts", "select count(*) from directory.account"};
constexpr pg::Statement count_credentials{"test.credentials", "select count(*) from directory.credential"};
constexpr pg::Statement rename_all{"test.rename", "update directory.account set display_name = 'x'"};
constexpr pg::Statement read_mail{"test.mail", "select count(*) from mail.placement"};

Result<admin_v1::ListTenantsReply> list_as(House& house, const std::string& name) {
    return house.run(
        rpc::call_method<admin_v1::ListTenantsReply>(*house.channel(name), admin_v1::ListTenantsRequest{}, {.deadline = after(5s)}));
}
}  // namespace

TEST_CASE("only an operator's certificate administers, only a gateway's asks", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    CHECK(list_as(house, "skyctl")->tenants_size() == 1);
    const auto refused = list_as(house, "imap");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::forbidden);
    const auto asked = house.run(house.gateway("skyctl").resolve("ada@one.test", after(2s)));
    CHECK_FALSE(asked);
    const auto answer = house.run(sky::auth::authenticate(house.here(), {.deadline = after(5s), .caller = "skyctl"}, {}));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().fault == Fault::forbidden);
}

TEST_CASE("the same idempotency key again is the same write", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    admin_v1::AddMailboxRequest request;
    request.set_address("ada@one.test");
    request.set_password("correct horse");
    request.set_idempotency_key("k1");
    const auto first = house.operate<admin_v1::Mailbox>(request).value();
    const auto again = house.operate<admin_v1::Mailbox>(request).value();
    CHECK(again.account_id() == first.account_id());
    request.set_address("grace@one.test");
    const auto other = house.operate<admin_v1::Mailbox>(request);
    REQUIRE_FALSE(other);
    CHECK(other.error().fault == Fault::conflict);
    request.set_address("ada@one.test");
    request.set_idempotency_key("k2");
    const auto taken = house.operate<admin_v1::Mailbox>(request);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().fault == Fault::already_exists);
    CHECK(house.database.sql("select count(*) from directory.account") == "1");
}

TEST_CASE("an idempotency key is short, and a program's own", "[auth]") {
    House house;
    admin_v1::AddAliasRequest request;
    std::vector<std::string> tokens;
    for (const std::string name : {"one", "two"}) {
        house.tenant(name, name + ".test");
        admin_v1::AddProgramTokenRequest program;
        program.set_tenant(name);
        program.set_label("provisioning");
        tokens.push_back(house.operate<admin_v1::NewToken>(program).value().secret());
    }
    request.add_targets("far@elsewhere.example");
    request.set_idempotency_key("1");
    request.set_address("office@one.test");
    CHECK(house.operate<admin_v1::Alias>(request, tokens[0]));
    request.set_address("office@two.test");
    CHECK(house.operate<admin_v1::Alias>(request, tokens[1]));  // of the same label, in another tenant
    request.set_address("more@two.test");
    CHECK(house.operate<admin_v1::Alias>(request, tokens[1]).error().fault == Fault::conflict);
    request.set_idempotency_key(std::string(201, 'k'));
    CHECK(house.operate<admin_v1::Alias>(request, tokens[1]).error().fault == Fault::syntax);
}

TEST_CASE("two writes at once under one key are one", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    admin_v1::AddDomainRequest request;
    request.set_tenant("one");
    request.set_name("more.test");
    request.set_idempotency_key("twice");
    const auto channel = house.channel("skyctl");
    std::vector<Result<admin_v1::Domain>> done;
    for (int i = 0; i < 2; ++i)
        boost::asio::co_spawn(house.context, rpc::call_method<admin_v1::Domain>(*channel, request, {.deadline = after(10s)}),
                              [&](std::exception_ptr, Result<admin_v1::Domain> result) { done.push_back(std::move(result)); });
    while (done.size() < 2) house.context.run_one();
    REQUIRE(done[0]);
    REQUIRE(done[1]);
    CHECK(done[0]->id() == done[1]->id());
}

TEST_CASE("each write is one version with its change and its audit", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    house.alias("a@one.test", {"ada@one.test"});
    CHECK(house.database.sql("select version from directory.version") == "5");
    CHECK(house.database.sql("select string_agg(action, ' ' order by version) from directory.audit") ==
          "tenant.add domain.add mailbox.add alias.add");
    CHECK(house.database.sql("select max(version) - min(version) + 1 = count(*) from directory.change") == "t");
    house.remove_mailbox("ada@one.test");
    CHECK(house.database.sql("select addresses from directory.change order by version desc limit 1") == "{a@one.test,ada@one.test}");
}

TEST_CASE("lists come in pages", "[auth]") {
    House house;
    for (const char* name : {"c", "a", "b", "e", "d"}) house.tenant(name, std::string(name) + ".test");
    admin_v1::ListTenantsRequest request;
    request.mutable_page()->set_size(2);
    std::string names;
    int pages = 0;
    do {
        const auto reply = house.operate<admin_v1::ListTenantsReply>(request).value();
        for (const auto& tenant : reply.tenants()) names += tenant.name();
        request.mutable_page()->set_after(reply.next());
        ++pages;
    } while (!request.page().after().empty());
    CHECK(names == "abcde");
    CHECK(pages == 3);
    request.mutable_page()->set_size(1001);
    CHECK_FALSE(house.operate<admin_v1::ListTenantsReply>(request));
}

TEST_CASE("removing a mailbox removes its mail and calendars in the same transaction", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    const auto mailbox = house.mailbox("ada@one.test");
    house.database.sql("insert into cal.account (tenant_id, account_id) select tenant_id, account_id from directory.account");
    CHECK(house.database.sql("select count(*) from mail.mailbox") == "6");
    house.remove_mailbox("ada@one.test");
    CHECK(house.database.sql("select count(*) from mail.mailbox") == "0");
    CHECK(house.database.sql("select count(*) from cal.account") == "0");
    CHECK(house.database.sql("select count(*) from directory.credential") == "0");
    CHECK(house.mailbox("ada@one.test").account_id() != mailbox.account_id());
}

TEST_CASE("the database itself keeps tenants apart", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    house.tenant("two", "two.test");
    house.mailbox("ada@one.test");
    house.mailbox("grace@two.test");
    const TenantId one(std::stoll(house.database.sql("select tenant_id from directory.tenant where name = 'one'")));
    auto& pool = house.here().pool();
    const auto count = [&](TenantId tenant, const pg::Statement& statement) {
        return house.run(pool.query(tenant, statement, pg::Params{}, after(5s))).value()[0].get<std::int64_t>(0);
    };
    CHECK(count(one, count_accounts) == 1);
    CHECK(count(TenantId{}, count_accounts) == 2);                                                   // routing sees the platform,
    CHECK(count(TenantId{}, count_credentials) == 0);                                                // but no credential,
    CHECK(house.run(pool.query(TenantId{}, rename_all, pg::Params{}, after(5s)))->affected() == 0);  // and changes nothing
    CHECK(house.run(pool.query(one, rename_all, pg::Params{}, after(5s)))->affected() == 1);
    CHECK_FALSE(house.run(pool.query(one, read_mail, pg::Params{}, after(5s))));  // mail is not auth's to read
}

TEST_CASE("another schema than this build knows is refused with clear words", "[auth]") {
    House house;
    CHECK(house.run(house.here().ready(after(5s))));
    house.database.sql("insert into public.skybridge_migration (room, number) values ('auth', 999)");
    const auto refused = house.run(house.here().ready(after(5s)));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason.contains("at migration 999, this build knows " + std::to_string(House::migrations("services/auth"))));
}
