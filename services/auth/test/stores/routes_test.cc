// Where mail goes by way of alias domains, subaddresses, catch-alls and groups.
#include <catch2/catch.hpp>

#include "house.h"

using namespace house;
using Kind = identity::Recipient::Kind;
using How = identity::Recipient::How;
using Proof = identity::Sender::Proof;

namespace {
struct Street {
    House house;
    identity::Identity& gateway;
    Street() : gateway(house.gateway()) {
        house.tenant("one", "one.test");
        house.mailbox("ada@one.test");
        house.mailbox("grace@one.test");
    }
    identity::Recipient resolve(const std::string& address) { return house.run(gateway.resolve(address, after(5s))).value(); }
    identity::Recipient from(const std::string& sender, const std::string& address, Proof proof = Proof::none) {
        return house.run(gateway.resolve(address, identity::Sender{sender, proof}, after(5s))).value();
    }
    template <class Set>
    void domain(const std::string& name, Set set) {
        admin_v1::ChangeDomainRequest request;
        request.set_name(name);
        set(request);
        house.operate<admin_v1::Domain>(request).value();
    }
    template <class Set>
    void group(const std::string& address, Set set) {
        admin_v1::ChangeGroupRequest request;
        request.set_address(address);
        set(request);
        house.operate<admin_v1::Group>(request).value();
    }
    // A change reaches the gateway within seconds.
    template <class Test>
    bool soon(Test test) {
        const auto end = after(5s);
        while (!test() && !passed(end)) house.run(sleep_for(50ms));
        return test();
    }
};
std::string only(const identity::Recipient& recipient) { return recipient.targets.size() == 1 ? recipient.targets[0].address : "?"; }
}  // namespace

TEST_CASE("what stands behind the separator is the detail", "[auth][rfc5233:1]") {
    Street street;
    const auto tagged = street.resolve("Ada+News@one.test");
    CHECK(tagged.kind == Kind::local);
    CHECK(tagged.how == How::subaddress);
    CHECK(tagged.detail == "news");
    CHECK(tagged.matched == "ada@one.test");
    CHECK(only(tagged) == "ada@one.test");
    CHECK(street.resolve("ada+a+b@one.test").detail == "a+b");
    CHECK(street.resolve("+x@one.test").kind == Kind::unknown);
    CHECK(street.resolve("nobody+x@one.test").kind == Kind::unknown);
    CHECK(street.resolve("ada-x@one.test").kind == Kind::unknown);

    // Another separator, or none: heard of soon, although the old answers were known.
    street.domain("one.test", [](auto& change) { change.set_separator("-"); });
    CHECK(street.soon([&] { return street.resolve("ada-x@one.test").how == How::subaddress; }));
    CHECK(street.soon([&] { return street.resolve("ada+news@one.test").kind == Kind::unknown; }));
    street.domain("one.test", [](auto& change) { change.set_separator(""); });
    CHECK(street.soon([&] { return street.resolve("ada-x@one.test").kind == Kind::unknown; }));
}

TEST_CASE("whoever has the very address comes before the subaddress", "[auth]") {
    Street street;
    CHECK(only(street.resolve("ada+shop@one.test")) == "ada@one.test");
    street.house.alias("ada+shop@one.test", {"grace@one.test"});
    CHECK(street.soon([&] { return only(street.resolve("ada+shop@one.test")) == "grace@one.test"; }));
}

TEST_CASE("every address exists at alias domains too", "[auth]") {
    Street street;
    CHECK(street.resolve("ada@two.test").kind == Kind::remote);
    admin_v1::AddDomainRequest request;
    request.set_tenant("one");
    request.set_name("two.test");
    request.set_alias_of("one.test");
    street.house.operate<admin_v1::Domain>(request).value();
    CHECK(street.soon([&] { return street.resolve("ada@two.test").kind == Kind::local; }));
    CHECK(only(street.resolve("ada@two.test")) == "ada@one.test");
    CHECK(only(street.resolve("grace+x@two.test")) == "grace@one.test");
    CHECK(street.resolve("lin@two.test").kind == Kind::unknown);
    street.house.mailbox("lin@one.test");
    CHECK(street.soon([&] { return street.resolve("lin@two.test").kind == Kind::local; }));
    CHECK(only(street.resolve("postmaster@two.test")) == "ada@one.test");
}

TEST_CASE("postmaster reaches the next one who is left, in the end at the reseller", "[auth][rfc5321:4.5.1][rfc2142:4]") {
    Street street;
    auto& house = street.house;
    const auto add = [&](const std::string& name, const std::string& parent, const std::string& kind) {
        admin_v1::AddTenantRequest request;
        request.set_name(name);
        request.set_parent(parent);
        request.set_kind(kind);
        house.operate<admin_v1::Tenant>(request).value();
        admin_v1::AddDomainRequest domain;
        domain.set_tenant(name);
        domain.set_name(name + ".test");
        house.operate<admin_v1::Domain>(domain).value();
    };
    add("seller", "", "reseller");
    add("shop", "seller", "");
    add("alone", "", "");
    CHECK(street.resolve("postmaster@shop.test").kind == Kind::unknown);
    house.mailbox("boss@seller.test");
    house.run(sleep_for(11s));  // how long "unknown" may be remembered: the reseller's change is no change of the shop
    const auto above = street.resolve("Postmaster@shop.test");
    CHECK(only(above) == "boss@seller.test");
    CHECK(above.how == How::duty);
    CHECK(above.targets.at(0).tenant != above.tenant);
    CHECK(street.resolve("webmaster@shop.test").kind == Kind::unknown);
    CHECK(street.resolve("abuse@alone.test").kind == Kind::unknown);  // smtp knows the provider's

    house.mailbox("first@shop.test");
    house.mailbox("second@shop.test");
    CHECK(street.soon([&] { return only(street.resolve("postmaster@shop.test")) == "first@shop.test"; }));
    const auto suspend = [&](const std::string& address) {
        admin_v1::SetMailboxStateRequest request;
        request.set_address(address);
        request.set_state("suspended");
        house.operate<admin_v1::Mailbox>(request).value();
    };
    suspend("first@shop.test");
    CHECK(street.soon([&] { return only(street.resolve("postmaster@shop.test")) == "second@shop.test"; }));
    // Somebody has the address, but takes no mail.
    house.mailbox("abuse@shop.test");
    CHECK(street.soon([&] { return only(street.resolve("abuse@shop.test")) == "abuse@shop.test"; }));
    suspend("abuse@shop.test");
    CHECK(street.soon([&] { return only(street.resolve("abuse@shop.test")) == "second@shop.test"; }));
}

TEST_CASE("a catch-all takes what nobody has", "[auth]") {
    Street street;
    CHECK(street.resolve("whoever@one.test").kind == Kind::unknown);
    street.domain("one.test", [](auto& change) { change.set_catch_all("grace@one.test"); });
    CHECK(street.soon([&] { return street.resolve("whoever@one.test").kind == Kind::local; }));
    const auto caught = street.resolve("whoever@one.test");
    CHECK(caught.how == How::catch_all);
    CHECK(only(caught) == "grace@one.test");
    CHECK(street.resolve("ada@one.test").how == How::exact);
    // postmaster is nobody's stray mail.
    CHECK(only(street.resolve("postmaster@one.test")) == "ada@one.test");
    street.house.mailbox("whoever@one.test");
    CHECK(street.soon([&] { return only(street.resolve("whoever@one.test")) == "whoever@one.test"; }));
}

TEST_CASE("a domain that is not verified yet is not ours", "[auth]") {
    Street street;
    admin_v1::AddDomainRequest request;
    request.set_tenant("one");
    request.set_name("claimed.test");
    request.set_challenge(true);
    street.house.operate<admin_v1::Domain>(request).value();
    street.house.mailbox("ada@claimed.test");
    CHECK(street.resolve("ada@claimed.test").kind == Kind::remote);
    CHECK(street.resolve("postmaster@claimed.test").kind == Kind::remote);
}

TEST_CASE("groups reach their members, nested ones and people elsewhere", "[auth]") {
    Street street;
    street.house.group("team@one.test", {"ada@one.test", "inner@one.test", "far@elsewhere.example"});
    street.house.group("inner@one.test", {"grace@one.test", "team@one.test"}, "listed");
    const auto team = street.resolve("team@one.test");
    CHECK(team.how == How::group);
    CHECK(team.targets.size() == 3);
    admin_v1::RemoveGroupMembersRequest leave;
    leave.set_address("inner@one.test");
    leave.add_members("grace@one.test");
    CHECK(street.house.operate<admin_v1::Group>(leave).value().members_size() == 1);
    CHECK(street.soon([&] { return street.resolve("team@one.test").targets.size() == 2; }));
}

TEST_CASE("a group takes mail of whom its rule names", "[auth]") {
    Street street;
    street.house.group("team@one.test", {"grace@one.test"}, "tenant");
    CHECK(street.from("stranger@elsewhere.example", "team@one.test").forbidden);
    // A stranger's claim to be a colleague proves nothing.
    CHECK(street.from("ada@one.test", "team@one.test").forbidden);
    CHECK(street.from("ada@one.test", "team@one.test", Proof::signed_in).kind == Kind::local);
    street.group("team@one.test", [](auto& change) { change.set_senders("members"); });
    CHECK(street.from("ada@one.test", "team@one.test", Proof::signed_in).forbidden);
    CHECK(street.from("grace@one.test", "team@one.test", Proof::signed_in).kind == Kind::local);
    street.group("team@one.test", [](auto& change) {
        change.set_senders("listed");
        change.set_may_send("ada@one.test");
    });
    CHECK(street.from("grace@one.test", "team@one.test", Proof::signed_in).forbidden);
    CHECK(street.from("ada@one.test", "team@one.test", Proof::signed_in).kind == Kind::local);
    street.group("team@one.test", [](auto& change) {
        change.set_senders("anyone");
        change.set_moderated(true);
        change.set_moderators("ada@one.test");
    });
    const auto held = street.from("stranger@elsewhere.example", "team@one.test");
    CHECK(held.moderation);
    CHECK(only(held) == "ada@one.test");
    const auto passed_on = street.from("ada@one.test", "team@one.test", Proof::signed_in);
    CHECK_FALSE(passed_on.moderation);
    CHECK(only(passed_on) == "grace@one.test");
}

TEST_CASE("groups are listed, changed and refused by name", "[auth]") {
    Street street;
    street.house.group("team@one.test", {"grace@one.test", "ada@one.test", "ADA@one.test"});
    admin_v1::ListGroupsRequest list;
    list.set_tenant("one");
    const auto groups = street.house.operate<admin_v1::ListGroupsReply>(list).value();
    REQUIRE(groups.groups_size() == 1);
    CHECK(groups.groups(0).members_size() == 2);
    CHECK(groups.groups(0).listed());
    admin_v1::AddGroupMembersRequest join;
    join.set_address("team@one.test");
    join.add_members("ada@one.test");
    join.add_members("lin@elsewhere.example");
    CHECK(street.house.operate<admin_v1::Group>(join).value().members_size() == 3);
    join.add_members("team@one.test");
    CHECK(street.house.operate<admin_v1::Group>(join).error().fault == Fault::syntax);
    admin_v1::AddGroupRequest again;
    again.set_address("ada@one.test");
    CHECK(street.house.operate<admin_v1::Group>(again).error().fault == Fault::already_exists);
    again.set_address("new@one.test");
    again.set_moderated(true);
    CHECK(street.house.operate<admin_v1::Group>(again).error().text == "a moderated group needs a moderator");
    again.set_moderated(false);
    again.set_senders("nobody");
    CHECK(street.house.operate<admin_v1::Group>(again).error().fault == Fault::syntax);
    admin_v1::RemoveGroupRequest remove;
    remove.set_address("team@one.test");
    CHECK(street.house.operate<admin_v1::RemoveReply>(remove).value().removed() == 1);
    CHECK(street.house.operate<admin_v1::RemoveReply>(remove).error().text == "no such group");
}

namespace {
// support::run wants values that have a default.
Task<void> begin(pg::Pool& pool, TenantId tenant, std::optional<pg::Transaction>& into) {
    auto begun = co_await pool.begin(tenant, after(10s));
    if (begun) into.emplace(std::move(*begun));
}
}  // namespace

TEST_CASE("a change of a group undoes nothing that another one did meanwhile", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    house.group("team@one.test", {"ada@one.test"});
    const auto tenant = TenantId(std::stoll(house.database.sql("select tenant_id from directory.tenant")));
    constexpr pg::Statement hold{"test.hold_group", "select 1 from directory.distribution_group where tenant_id = $1 for update"};
    constexpr pg::Statement join{"test.join_group",
                                 "insert into directory.group_member select tenant_id, group_id, 'grace@one.test' from "
                                 "directory.distribution_group where tenant_id = $1"};
    std::optional<pg::Transaction> meanwhile;
    house.run(begin(house.here().pool(), tenant, meanwhile));
    REQUIRE(meanwhile);
    house.run(meanwhile->query(hold, pg::params(tenant))).value();

    admin_v1::ChangeGroupRequest request;
    request.set_address("team@one.test");
    request.set_display_name("The team");
    const auto channel = house.channel("skyctl");
    std::optional<Result<admin_v1::Group>> done;
    boost::asio::co_spawn(house.context, rpc::call_method<admin_v1::Group>(*channel, request, {.deadline = after(10s)}),
                          [&](std::exception_ptr, Result<admin_v1::Group> result) { done = std::move(result); });
    // It has looked the group up and waits for its row.
    const char* waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%distribution_group%'";
    for (int i = 0; i < 500 && house.database.sql(waiting) == "0"; ++i) house.run(sleep_for(10ms));
    house.run(meanwhile->query(join, pg::params(tenant))).value();
    house.run(meanwhile->commit()).value();
    while (!done) house.context.run_one();
    REQUIRE(*done);
    CHECK((**done).display_name() == "The team");
    CHECK((**done).members_size() == 2);
    CHECK(house.database.sql("select string_agg(target, ' ' order by target) from directory.group_member") ==
          "ada@one.test grace@one.test");
}
