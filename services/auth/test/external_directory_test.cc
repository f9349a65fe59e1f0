#include <catch2/catch.hpp>

#include "auth/external_directory/census.h"
#include "auth/external_directory/person.h"
#include "auth/external_directory/reach.h"
#include "auth/external_directory/shape.h"

using namespace sky;
using namespace sky::auth;

namespace {
ExternalDirectoryRow active_directory() {
    auto row = usual_directory("active-directory").value();
    row.urls = {"ldaps://dc1.example.com"};
    row.base_dn = "dc=example,dc=com";
    return row;
}
}  // namespace

TEST_CASE("a large group is read range by range", "[auth]") {
    CHECK(next_range("member;range=0-1499") == 1500);
    CHECK(next_range("member;range=1500-2999") == 3000);
    for (const char* last : {"member;range=3000-*", "member", "", "member;range=0-", "member;range=0-99999999999999999999"})
        CHECK_FALSE(next_range(last));
}

TEST_CASE("what is usual for a kind of directory can be used as it is", "[auth]") {
    for (const char* kind : {"", "ldap", "active-directory"}) {
        auto row = usual_directory(kind).value();
        row.urls = {"ldaps://dc1.example.com", "ldap://dc2.example.com:389"};
        row.base_dn = "dc=example,dc=com";
        CHECK(check_directory(row));
    }
    CHECK(usual_directory("novell").error().fault == Fault::syntax);
}

TEST_CASE("a directory that can't be asked is refused when it is written", "[auth]") {
    const auto wrong = [](auto change) {
        auto row = active_directory();
        REQUIRE(check_directory(row));
        change(row);
        return !check_directory(row).has_value();
    };
    CHECK(wrong([](auto& row) { row.urls.clear(); }));
    CHECK(wrong([](auto& row) { row.urls = {"http://dc1.example.com"}; }));
    CHECK(wrong([](auto& row) { row.urls.assign(9, "ldaps://dc1.example.com"); }));
    CHECK(wrong([](auto& row) { row.authorities = "no certificate"; }));
    CHECK(wrong([](auto& row) { row.base_dn.clear(); }));
    CHECK(wrong([](auto& row) { row.bind_dn = "cn=reader"; }));  // and no password
    CHECK(wrong([](auto& row) { row.user_filter = "(objectClass=person)"; }));
    CHECK(wrong([](auto& row) { row.user_filter = "(mail={address}"; }));
    CHECK(wrong([](auto& row) { row.user_filter = "(mail={mail})"; }));
    CHECK(wrong([](auto& row) { row.id_attribute = "object GUID"; }));
    CHECK(wrong([](auto& row) { row.id_attribute = "x)(y"; }));
    CHECK(wrong([](auto& row) { row.sign_in = "some"; }));
    CHECK(wrong([](auto& row) { row.sync_minutes = 1; }));
}

TEST_CASE("attributes are named by field", "[auth]") {
    auto row = active_directory();
    CHECK(attribute_of(row, "photo") == "thumbnailphoto");
    CHECK(set_attribute(row, "photo = jpegPhoto"));
    CHECK(attribute_of(row, "photo") == "jpegphoto");
    CHECK(set_attribute(row, "photo="));
    CHECK(attribute_of(row, "photo").empty());
    CHECK_FALSE(set_attribute(row, "shoe_size=size"));
    CHECK_FALSE(set_attribute(row, "title"));
    CHECK_FALSE(set_attribute(row, "title=a)(b"));
}

TEST_CASE("a person's filter holds the address as a value and nothing else", "[auth][rfc4515:3]") {
    auto row = active_directory();
    row.user_filter = "(|(mail={address})(uid={local}))";
    CHECK(filter_of_person(row, "ada@one.test", "").value() == "(|(mail=ada@one.test)(uid=ada))");
    CHECK(filter_of_person(row, "a*)(b@one.test", "").value() == "(|(mail=a\\2a\\29\\28b@one.test)(uid=a\\2a\\29\\28b))");
    CHECK(filter_of_person(row, "ada@one.test", "\\00\\01").value() == "(&(objectGUID=\\00\\01)(|(mail=ada@one.test)(uid=ada)))");
    CHECK(filter_of_everybody(row).value() == "(|(mail=*)(uid=*))");
}

TEST_CASE("an entry of Active Directory becomes a person", "[auth]") {
    const ldap::Entry entry{
        .dn = "CN=Ada,OU=People,DC=example,DC=com",
        .attributes = {{"objectguid", {std::string("\0\1a*", 4)}},
                       {"mail", {"Ada@One.test"}},
                       {"proxyaddresses",
                        {"smtp:countess@one.test", "SMTP:ada.lovelace@one.test", "X500:/o=one", "smtp:no address", "smtp:ADA@one.test"}},
                       {"displayname", {"Ada\nLovelace"}},
                       {"telephonenumber", {std::string(80, '1')}},
                       {"title", {"\xff"}},
                       {"thumbnailphoto", {"\xFF\xD8\xFF photo"}},
                       {"manager", {"CN=Charles,DC=example,DC=com"}},
                       {"useraccountcontrol", {"514"}}}};
    const auto person = person_of(entry, active_directory()).value();
    CHECK(person.id == "\\00\\01a\\2a");
    CHECK(person.addresses == std::vector<std::string>{"ada.lovelace@one.test", "ada@one.test", "countess@one.test"});
    CHECK(person.display_name == "Ada Lovelace");
    CHECK(person.phone == std::string(64, '1'));
    CHECK(person.title.empty());
    CHECK(person.photo == "\xFF\xD8\xFF photo");
    CHECK(person.manager_dn == "CN=Charles,DC=example,DC=com");
    CHECK(person.disabled);
}

TEST_CASE("an entry without an id is nobody, and one without more has no addresses", "[auth]") {
    CHECK_FALSE(person_of({.dn = "cn=x", .attributes = {{"mail", {"ada@one.test"}}}}, active_directory()));
    const auto bare = person_of({.dn = "cn=x", .attributes = {{"objectguid", {"1"}}, {"thumbnailphoto", {"GIF89a"}}}}, active_directory());
    REQUIRE(bare);
    CHECK(bare->addresses.empty());
    CHECK(bare->photo.empty());
    CHECK_FALSE(bare->disabled);
}

TEST_CASE("a directory may be on the Internet, and where the operator says", "[auth]") {
    ExternalReach reach{.pool = nullptr};
    CHECK(reach.permits("1.1.1.1"));
    for (const char* ours : {"127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.1.2.3", "localhost", ""})
        CHECK_FALSE(reach.permits(ours));
    reach.networks = net::parse_networks("10.1.0.0/16").value();
    CHECK(reach.permits("10.1.2.3"));
    CHECK_FALSE(reach.permits("10.2.2.3"));
}
