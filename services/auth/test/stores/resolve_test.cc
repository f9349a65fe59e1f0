#include <catch2/catch.hpp>

#include "house.h"
#include "sky/async/timer.h"

using namespace house;
using Kind = identity::Recipient::Kind;

namespace {
struct Street {
    House house;
    identity::Identity& gateway;
    explicit Street(Redis redis = Redis::present) : house(redis), gateway(house.gateway()) {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        house.mailbox("ada@one.test");
        house.mailbox("grace@two.test");
    }
    identity::Recipient resolve(const std::string& address) { return house.run(gateway.resolve(address, after(5s))).value(); }
    // What an address leads to soon: changes reach the gateway within seconds.
    Kind soon(const std::string& address, Kind wanted) {
        const auto end = after(5s);
        Kind kind = resolve(address).kind;
        while (kind != wanted && !passed(end)) {
            house.run(sleep_for(50ms));
            kind = resolve(address).kind;
        }
        return kind;
    }
};
}  // namespace

TEST_CASE("addresses are here, elsewhere or nobody's", "[auth]") {
    Street street;
    const auto ada = street.resolve("ADA@one.test");
    CHECK(ada.kind == Kind::local);
    REQUIRE(ada.targets.size() == 1);
    CHECK(ada.targets[0].address == "ada@one.test");
    CHECK(ada.targets[0].account.value != 0);
    CHECK(ada.tenant == ada.targets[0].tenant);
    CHECK(street.resolve("x@elsewhere.example").kind == Kind::remote);
    CHECK(street.resolve("nobody@one.test").kind == Kind::unknown);
}

TEST_CASE("aliases lead here, to other tenants and elsewhere", "[auth]") {
    Street street;
    street.house.alias("all@one.test", {"ada@one.test", "team@one.test", "gone@one.test"});
    street.house.alias("team@one.test", {"grace@two.test", "far@elsewhere.example", "all@one.test"});
    const auto all = street.resolve("all@one.test");
    CHECK(all.kind == Kind::local);
    REQUIRE(all.targets.size() == 3);
    CHECK(all.targets[0].address == "ada@one.test");
    CHECK(all.targets[1].address == "grace@two.test");
    CHECK(all.targets[1].tenant != all.tenant);
    CHECK(all.targets[2].address == "far@elsewhere.example");
    CHECK(all.targets[2].account.value == 0);
}

TEST_CASE("postmaster and abuse always reach someone", "[auth][rfc5321:4.5.1][rfc2142:4]") {
    Street street;
    const auto duty = street.resolve("Postmaster@one.test");
    CHECK(duty.kind == Kind::local);
    REQUIRE(duty.targets.size() == 1);
    CHECK(duty.targets[0].address == "ada@one.test");
    CHECK(street.resolve("abuse@two.test").targets.at(0).address == "grace@two.test");
    CHECK(street.resolve("postmaster@elsewhere.example").kind == Kind::remote);
    street.house.mailbox("lin@one.test");
    street.house.alias("abuse@one.test", {"lin@one.test"});
    street.soon("abuse@one.test", Kind::local);
    street.house.remove_mailbox("ada@one.test");
    const auto end = after(5s);
    while (street.resolve("postmaster@one.test").targets.at(0).address != "lin@one.test" && !passed(end)) street.house.run(sleep_for(50ms));
    CHECK(street.resolve("postmaster@one.test").targets.at(0).address == "lin@one.test");
}

TEST_CASE("a suspended mailbox takes no mail", "[auth]") {
    Street street;
    street.house.database.sql("update directory.account set state = 'suspended' where address = 'ada@one.test'");
    CHECK(street.resolve("ada@one.test").kind == Kind::refused);
}

TEST_CASE("caches elsewhere hear of changes within seconds, with and without Redis", "[auth]") {
    Street street(GENERATE(Redis::present, Redis::none));
    House& house = street.house;
    // Each is asked before the change, so that the gateway holds the old answer.
    CHECK(street.resolve("lin@one.test").kind == Kind::unknown);
    house.mailbox("lin@one.test");
    CHECK(street.soon("lin@one.test", Kind::local) == Kind::local);

    CHECK(street.resolve("x@three.test").kind == Kind::remote);
    house.tenant("three", "three.test");
    CHECK(street.soon("x@three.test", Kind::unknown) == Kind::unknown);

    // An alias of another tenant, by way of a second alias.
    house.alias("far@two.test", {"near@two.test"});
    house.alias("near@two.test", {"lin@one.test"});
    CHECK(street.resolve("far@two.test").kind == Kind::local);
    house.remove_mailbox("lin@one.test");
    CHECK(street.soon("lin@one.test", Kind::unknown) == Kind::unknown);
    CHECK(street.soon("far@two.test", Kind::unknown) == Kind::unknown);
}

TEST_CASE("a changed password is told to the gateways", "[auth]") {
    Street street;
    std::vector<AccountId> heard;
    street.gateway.on_change([&](AccountId account) { heard.push_back(account); });
    const auto account = street.resolve("ada@one.test").targets.at(0).account;
    const auto end = after(5s);
    while (!street.gateway.watching() && !passed(end)) street.house.run(sleep_for(50ms));
    street.house.password("ada@one.test", "another phrase");
    while (std::ranges::find(heard, account) == heard.end() && !passed(end)) street.house.run(sleep_for(50ms));
    CHECK(std::ranges::find(heard, account) != heard.end());
}

TEST_CASE("many addresses are resolved at once, in their order", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    const auto ada = house.mailbox("ada@one.test");
    house.mailbox("grace@one.test");
    house.alias("all@one.test", {"ada@one.test", "grace@one.test"});
    auth::directory_v1::ResolveManyRequest request;
    for (const char* address : {"nobody@one.test", "ALL@one.test", "nonsense", "far@elsewhere.test", "ada@one.test"})
        request.add_addresses(address);
    const auto reply = house.run(auth::resolve_many(house.here(), rpc::Context{.deadline = after(5s), .caller = "imap"}, request)).value();
    REQUIRE(reply.replies_size() == 5);
    using Reply = auth::directory_v1::ResolveReply;
    CHECK(reply.replies(0).kind() == Reply::UNKNOWN);
    CHECK(reply.replies(1).targets_size() == 2);
    CHECK(reply.replies(2).fault() == "syntax");
    CHECK(reply.replies(3).kind() == Reply::REMOTE);
    REQUIRE(reply.replies(4).targets_size() == 1);
    CHECK(reply.replies(4).targets(0).account_id() == ada.account_id());
    for (int i = 0; i < 1000; ++i) request.add_addresses("ada@one.test");
    CHECK(house.run(auth::resolve_many(house.here(), rpc::Context{.deadline = after(5s), .caller = "imap"}, request)).error().fault ==
          Fault::too_large);
}
