#include "auth/external_directory/comparison.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::auth;
using Lines = std::vector<std::string>;

namespace {
Person person(const std::string& name, std::vector<std::string> addresses = {}) {
    if (addresses.empty()) addresses = {name + "@one.test"};
    return {.id = "id-" + name, .dn = "cn=" + name, .addresses = std::move(addresses), .display_name = name};
}
// As a sync left it.
Here mailbox(std::int64_t account, const std::string& name) {
    const std::string address = name + "@one.test";
    return {.account = AccountId{account}, .address = address, .external_id = "id-" + name, .display_name = name, .addresses = {address}};
}
Sides sides() {
    return {.persons = {person("ada"), person("bob")},
            .mailboxes = {mailbox(1, "ada"), mailbox(2, "bob")},
            .domains = {"one.test"},
            .fields = {"mail", "addresses", "display_name", "title", "phone", "photo", "manager", "members"}};
}
Lines lines(const Sides& both, Shrink shrink = Shrink::refused) { return compare(both, shrink).value().lines(); }
}  // namespace

TEST_CASE("what is alike on both sides is left alone", "[auth][ldap]") { CHECK(lines(sides()).empty()); }

TEST_CASE("a new person gets a mailbox, changed texts are changed, fields that are not read stay", "[auth][ldap]") {
    auto both = sides();
    both.persons.push_back(person("eve", {"eve@one.test", "e@one.test", "eve@elsewhere.test"}));
    both.persons[0].title = "Countess";
    both.persons[0].office = "not read";
    both.mailboxes[1].phone = "42";
    const auto plan = compare(both, Shrink::refused).value();
    CHECK(plan.lines() == Lines{"change ada@one.test: title", "change bob@one.test: phone", "add eve@one.test"});
    REQUIRE(plan.steps.size() == 3);
    CHECK(plan.steps[2].external_id == "id-eve");
    CHECK(plan.steps[2].joining == Lines{"e@one.test"});
    CHECK(plan.steps[1].phone == "");
}

TEST_CASE("a mailbox of the same address is taken over once, but not one of another entry, nor one with a role", "[auth][ldap]") {
    auto both = sides();
    both.mailboxes[0].external_id.clear();
    CHECK(lines(both) == Lines{"change ada@one.test: id"});
    both.mailboxes[0].holds_role = true;
    CHECK(lines(both)[0].starts_with("skip cn=ada: ada@one.test holds a role here"));
    both.mailboxes[0].holds_role = false;
    both.mailboxes[0].external_id = "id-former";
    const auto left = lines(both);
    REQUIRE(left.size() == 2);
    CHECK(left[0] == "suspend ada@one.test");  // the former one is gone: nobody inherits the mail
    CHECK(left[1].starts_with("skip cn=ada: ada@one.test is the mailbox of another entry"));
}

TEST_CASE("addresses of others, of foreign domains and of groups are nobody's new ones", "[auth][ldap]") {
    auto both = sides();
    both.taken = {"all@one.test"};
    both.persons[0].addresses = {"ada@one.test", "bob@one.test", "all@one.test", "ada@two.test"};
    CHECK(lines(both) == Lines{"skip bob@one.test of cn=ada: it is somebody else's", "skip all@one.test of cn=ada: it is somebody else's"});
    both = sides();
    both.persons.push_back(person("eve", {"eve@two.test"}));
    CHECK(lines(both) == Lines{"skip cn=eve: it has no address of its own at a domain of the tenant"});
}

TEST_CASE("another primary address renames, and the old one stays; further ones come and go with the directory", "[auth][ldap]") {
    auto both = sides();
    both.persons[0].addresses = {"lovelace@one.test", "countess@one.test"};
    both.mailboxes[0].addresses = {"ada@one.test", "former@one.test", "own@one.test"};
    both.mailboxes[0].external = {"former@one.test"};
    const auto plan = compare(both, Shrink::refused).value();
    REQUIRE(plan.steps.size() == 1);
    CHECK(plan.steps[0].new_address == "lovelace@one.test");
    CHECK(plan.steps[0].joining == Lines{"countess@one.test"});
    CHECK(plan.steps[0].leaving == Lines{"former@one.test"});
    CHECK(plan.lines() == Lines{"change ada@one.test: address, further addresses"});
}

TEST_CASE("who vanishes or is disabled is suspended, and restored when a sync did it", "[auth][ldap]") {
    auto both = sides();
    both.persons.pop_back();
    both.persons.push_back(person("carl"));
    both.mailboxes.push_back(mailbox(3, "carl"));
    CHECK(lines(both) == Lines{"suspend bob@one.test"});
    both.mailboxes[1].active = false;
    CHECK(lines(both).empty());
    both.persons.push_back(person("bob"));
    CHECK(lines(both).empty());  // an administrator suspended it
    both.mailboxes[1].suspended_by_sync = true;
    CHECK(lines(both) == Lines{"restore bob@one.test"});
    both.persons.back().disabled = true;
    CHECK(lines(both).empty());
    both.persons[0].disabled = true;
    CHECK(lines(both) == Lines{"suspend ada@one.test"});
    both.persons.push_back(person("new"));
    both.persons.back().disabled = true;
    CHECK(lines(both) == Lines{"suspend ada@one.test"});  // and gets no mailbox
}

TEST_CASE("when many vanish, nothing is done until somebody says that it is right", "[auth][ldap]") {
    Sides both{.persons = {}, .domains = {"one.test"}, .fields = {"mail"}};
    for (int i = 0; i < 20; ++i) {
        both.persons.push_back(person("p" + std::to_string(i)));
        both.mailboxes.push_back(mailbox(i + 1, "p" + std::to_string(i)));
    }
    both.persons.resize(15);
    CHECK(lines(both).size() == 5);
    both.persons.resize(14);
    CHECK(compare(both, Shrink::refused).error().fault == Fault::conflict);
    CHECK(lines(both, Shrink::allowed).size() == 6);
    both.persons.clear();
    CHECK(compare(both, Shrink::refused).error().fault == Fault::conflict);
    // The same by a flag: everybody disabled.
    for (int i = 0; i < 20; ++i) both.persons.push_back(person("p" + std::to_string(i)));
    for (auto& one : both.persons) one.disabled = true;
    CHECK(compare(both, Shrink::refused).error().fault == Fault::conflict);
    // A house of two loses one: a leaver.
    auto small = sides();
    small.persons.pop_back();
    CHECK(lines(small) == Lines{"suspend bob@one.test"});
    small.persons.clear();
    CHECK(compare(small, Shrink::refused).error().fault == Fault::conflict);
}

TEST_CASE("managers are whom the directory names, as far as they have a mailbox", "[auth][ldap]") {
    auto both = sides();
    both.persons[0].manager_dn = "cn=bob";
    both.persons.push_back(person("eve"));
    both.persons[2].manager_dn = "cn=ada";
    both.mailboxes[1].manager = "ada@one.test";
    CHECK(lines(both) == Lines{"add eve@one.test", "manager of ada@one.test: bob@one.test", "manager of bob@one.test: none",
                               "manager of eve@one.test: ada@one.test"});
    both.persons[0].manager_dn = "cn=ada";  // of oneself: nobody
    CHECK(lines(both).size() == 3);
}

TEST_CASE("groups here have the members that groups there have, and protocols follow", "[auth][ldap]") {
    auto both = sides();
    both.groups = {{{.dn = "cn=staff", .address = "staff@one.test"}, Lines{"cn=ada", "cn=nobody", "cn=ada"}},
                   {{.dn = "cn=gone", .address = "gone@one.test"}, std::nullopt},
                   {{.dn = "cn=other", .address = "none@one.test"}, Lines{}}};
    both.here = {{"staff@one.test", {"bob@one.test"}}, {"gone@one.test", {"bob@one.test"}}};
    CHECK(lines(both) == Lines{"group staff@one.test: +ada@one.test -bob@one.test", "skip cn=gone: the directory has no such group",
                               "skip cn=other: there is no group none@one.test here"});
    both.groups = {{{.dn = "cn=mail", .protocols = Lines{"imap", "web"}}, Lines{"cn=ada"}}};
    both.mailboxes[0].protocols = Lines{"imap", "web"};
    const auto plan = compare(both, Shrink::refused).value();
    CHECK(plan.lines() == Lines{"change bob@one.test: protocols"});
    CHECK(plan.steps[0].protocols.value() == Lines{});  // a member of no such group may use none
    both.groups[0].members.reset();                     // a group that can't be found takes nobody's protocols
    CHECK(lines(both) == Lines{"skip cn=mail: the directory has no such group"});
}
