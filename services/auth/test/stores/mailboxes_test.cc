// Mailboxes of all kinds, and what an administrator changes about them.
#include <catch2/catch.hpp>

#include "house.h"

using namespace house;

namespace {
struct Office {
    House house;
    Office() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        house.mailbox("ada@one.test");
        house.mailbox("grace@one.test");
    }
    Result<admin_v1::Mailbox> add(const std::string& address, const std::string& kind, const std::string& password = {}) {
        admin_v1::AddMailboxRequest request;
        request.set_address(address);
        request.set_kind(kind);
        request.set_password(password);
        return house.operate<admin_v1::Mailbox>(request);
    }
    template <class Set>
    Result<admin_v1::Mailbox> change(const std::string& address, Set set) {
        admin_v1::ChangeMailboxRequest request;
        request.set_address(address);
        set(request);
        return house.operate<admin_v1::Mailbox>(request);
    }
    Result<admin_v1::Mailbox> rename(const std::string& from, const std::string& to, bool keep) {
        admin_v1::RenameMailboxRequest request;
        request.set_address(from);
        request.set_new_address(to);
        request.set_keep_alias(keep);
        return house.operate<admin_v1::Mailbox>(request);
    }
    Result<admin_v1::Mailbox> state(const std::string& address, const std::string& to) {
        admin_v1::SetMailboxStateRequest request;
        request.set_address(address);
        request.set_state(to);
        return house.operate<admin_v1::Mailbox>(request);
    }
    Result<admin_v1::Mailbox> get(const std::string& address) {
        admin_v1::GetMailboxRequest request;
        request.set_address(address);
        return house.operate<admin_v1::Mailbox>(request);
    }
};
}  // namespace

TEST_CASE("mailboxes of every kind have a store; nobody signs in as a room", "[auth]") {
    Office office;
    for (const auto* kind : {"shared", "room", "equipment", "public_folders"}) {
        INFO(kind);
        const auto made = office.add(std::string(kind) + "@one.test", kind);
        REQUIRE(made);
        CHECK(made->kind() == kind);
        CHECK(office.house.database.sql("select count(*) from mail.mailbox where account_id = " + std::to_string(made->account_id())) !=
              "0");
        CHECK(office.add(std::string("other-") + kind + "@one.test", kind, "correct horse").error().fault == Fault::syntax);
        CHECK_FALSE(office.house.sign_in(std::string(kind) + "@one.test", "correct horse").proved);
    }
    CHECK(office.add("robot@one.test", "service", "correct horse")->kind() == "service");
    CHECK(office.house.sign_in("robot@one.test", "correct horse").proved);
    CHECK(office.add("x@one.test", "castle").error().fault == Fault::syntax);
    admin_v1::ListMailboxesRequest list;
    list.set_kind("room");
    CHECK(office.house.operate<admin_v1::ListMailboxesReply>(list)->mailboxes_size() == 1);
    list.clear_kind();
    list.set_text("RAC");
    CHECK(office.house.operate<admin_v1::ListMailboxesReply>(list)->mailboxes_size() == 1);
}

TEST_CASE("what the address list says of a person can be changed", "[auth]") {
    Office office;
    const auto changed = office.change("ada@one.test", [](auto& to) {
        to.set_title("Countess");
        to.set_phone("+44 20 7946 0000");
        to.set_manager("Grace@one.test");
        to.set_quota_bytes(1 << 20);
        to.set_protocols("imap, web");
        to.set_listed(false);
    });
    REQUIRE(changed);
    CHECK(changed->title() == "Countess");
    CHECK(changed->manager() == "grace@one.test");
    CHECK_FALSE(changed->listed());
    CHECK(office.get("ada@one.test")->SerializeAsString() == changed->SerializeAsString());
    CHECK(office.house.database.sql("select quota_octets from mail.account where account_id = " + std::to_string(changed->account_id())) ==
          "1048576");
    // One field leaves the others.
    CHECK(office.change("ada@one.test", [](auto& to) { to.set_office("B 1"); })->title() == "Countess");
    CHECK(office.change("ada@one.test", [](auto& to) { to.set_manager(""); })->manager().empty());
    CHECK(office.change("ada@one.test", [](auto& to) { to.set_manager("ada@one.test"); }).error().fault == Fault::not_found);
    CHECK(office.change("ada@one.test", [](auto& to) { to.set_protocols("imap,gopher"); }).error().fault == Fault::syntax);
    CHECK(office.change("ada@one.test", [](auto& to) { to.set_quota_bytes(-1); }).error().fault == Fault::syntax);
    CHECK(office.change("ada@one.test", [](auto& to) { to.set_title("a\nb"); }).error().fault == Fault::syntax);
    CHECK(office.change("ada@one.test", [](auto& to) { to.set_sent_copy("both"); }).error().fault == Fault::conflict);
}

TEST_CASE("rooms have booking rules, shared mailboxes a rule for sent mail", "[auth]") {
    Office office;
    REQUIRE(office.add("blue@one.test", "room"));
    const auto room = office.change("blue@one.test", [](auto& to) {
        to.mutable_booking()->set_capacity(12);
        to.mutable_booking()->set_auto_accept(true);
        to.mutable_booking()->add_approvers("Grace@one.test");
    });
    REQUIRE(room);
    CHECK(room->booking().capacity() == 12);
    CHECK(room->booking().approvers(0) == "grace@one.test");
    CHECK(office.get("blue@one.test")->booking().auto_accept());
    CHECK(office.change("ada@one.test", [](auto& to) { to.mutable_booking()->set_capacity(1); }).error().fault == Fault::conflict);
    REQUIRE(office.add("info@one.test", "shared"));
    CHECK(office.change("info@one.test", [](auto& to) { to.set_sent_copy("both"); })->sent_copy() == "both");
}

TEST_CASE("protocols that are not allowed refuse the sign-in", "[auth]") {
    Office office;
    CHECK(office.house.sign_in("ada@one.test", "correct horse").proved);
    REQUIRE(office.change("ada@one.test", [](auto& to) { to.set_protocols("web"); }));
    const auto refused = office.house.sign_in("ada@one.test", "correct horse");
    CHECK_FALSE(refused.proved);
    CHECK(refused.refusal.fault == Fault::forbidden);
    REQUIRE(office.change("ada@one.test", [](auto& to) { to.set_protocols(""); }));
    CHECK(office.house.sign_in("ada@one.test", "correct horse").proved);
}

TEST_CASE("a suspended mailbox takes no mail and lets nobody in, until it is active again", "[auth]") {
    Office office;
    auto& gateway = office.house.gateway();
    const auto kind = [&](const std::string& address) { return office.house.run(gateway.resolve(address, after(5s)))->kind; };
    const auto soon = [&](identity::Recipient::Kind wanted) {
        const auto end = after(5s);
        while (kind("ada@one.test") != wanted && !passed(end)) office.house.run(sleep_for(50ms));
        return kind("ada@one.test") == wanted;
    };
    CHECK(soon(identity::Recipient::Kind::local));
    CHECK(office.state("ada@one.test", "suspended")->state() == "suspended");
    CHECK(soon(identity::Recipient::Kind::refused));
    CHECK_FALSE(office.house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(office.state("ada@one.test", "active")->state() == "active");
    CHECK(soon(identity::Recipient::Kind::local));
    CHECK(office.house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(office.state("ada@one.test", "gone").error().fault == Fault::syntax);
}

TEST_CASE("a mailbox gets another address and keeps its mail", "[auth]") {
    Office office;
    auto& gateway = office.house.gateway();
    const auto account = office.get("ada@one.test")->account_id();
    admin_v1::AddDomainRequest domain;
    domain.set_tenant("one");
    domain.set_name("new.test");
    REQUIRE(office.house.operate<admin_v1::Domain>(domain));
    const auto renamed = office.rename("ada@one.test", "Lovelace@new.test", true);
    REQUIRE(renamed);
    CHECK(renamed->address() == "lovelace@new.test");
    CHECK(renamed->account_id() == account);
    // The old address still finds it, for mail, sign-in and administration.
    CHECK(office.get("ada@one.test")->address() == "lovelace@new.test");
    CHECK(office.house.run(gateway.resolve("ada@one.test", after(5s)))->targets.at(0).address == "lovelace@new.test");
    CHECK(office.house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(office.house.sign_in("lovelace@new.test", "correct horse").proved);
    // Back again; this time the other one goes.
    CHECK(office.rename("lovelace@new.test", "ada@one.test", false)->address() == "ada@one.test");
    CHECK(office.get("lovelace@new.test").error().fault == Fault::not_found);
    CHECK(office.rename("ada@one.test", "grace@one.test", false).error().fault == Fault::already_exists);
    CHECK(office.rename("ada@one.test", "ada@two.test", false).error().text == "no such domain");
    CHECK(office.rename("ada@one.test", "ada@one.test", false).error().fault == Fault::conflict);
}

TEST_CASE("a photo is an image of bounded size", "[auth]") {
    Office office;
    using namespace std::string_literals;
    const std::string png = "\x89PNG\r\n\x1A\n"s + "pixels";
    admin_v1::SetPhotoRequest set;
    set.set_address("ada@one.test");
    admin_v1::GetPhotoRequest get;
    get.set_address("ada@one.test");
    CHECK(office.house.operate<admin_v1::Photo>(get).error().fault == Fault::not_found);
    set.set_octets(png);
    REQUIRE(office.house.operate<admin_v1::Mailbox>(set));
    CHECK(office.house.operate<admin_v1::Photo>(get)->octets() == png);
    CHECK(office.house.operate<admin_v1::Photo>(get)->media_type() == "image/png");
    set.set_octets("<svg onload=\"alert(1)\"/>");
    CHECK(office.house.operate<admin_v1::Mailbox>(set).error().fault == Fault::syntax);
    set.set_octets("\xFF\xD8\xFF" + std::string(131'072, 'x'));
    CHECK(office.house.operate<admin_v1::Mailbox>(set).error().fault == Fault::too_large);
    set.clear_octets();
    REQUIRE(office.house.operate<admin_v1::Mailbox>(set));
    CHECK(office.house.operate<admin_v1::Photo>(get).error().fault == Fault::not_found);
}
