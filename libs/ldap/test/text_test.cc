#include "sky/ldap/text.h"

#include <catch2/catch.hpp>

#include "sky/ldap/client.h"

using namespace sky;
using namespace sky::ldap;

TEST_CASE("what a stranger writes stays one value of a filter", "[ldap][rfc4515:3]") {
    CHECK(filter_value("ada@one.test") == "ada@one.test");
    CHECK(filter_value("*") == "\\2a");
    CHECK(filter_value("a*)(uid=*))(|(uid=*") == "a\\2a\\29\\28uid=\\2a\\29\\29\\28|\\28uid=\\2a");
    CHECK(filter_value("back\\slash") == "back\\5cslash");
    CHECK(filter_value(std::string_view("nul\0", 4)) == "nul\\00");
    CHECK(filter_value(" Lučić") == "\\20Lu\\c4\\8di\\c4\\87");
    CHECK(filter_value("two words") == "two words");
}

TEST_CASE("what a stranger writes stays one value of a distinguished name", "[ldap][rfc4514:2.4]") {
    CHECK(dn_value("Ada Lovelace") == "Ada Lovelace");
    CHECK(dn_value("Smith, John+x") == "Smith\\, John\\+x");
    CHECK(dn_value("#1 \"<;>\\ ") == "\\#1 \\\"\\<\\;\\>\\\\\\ ");
    CHECK(dn_value("a=b") == "a\\3db");
    CHECK(dn_value(std::string_view("a\0b", 3)) == "a\\00b");
    CHECK(dn_value("Lučić") == "Lučić");
}

TEST_CASE("one name has one spelling", "[ldap][rfc4514:3]") {
    CHECK(normal_dn("CN=Ada Lovelace, OU=People,DC=example,DC=test") == "cn=ada lovelace,ou=people,dc=example,dc=test");
    CHECK(normal_dn("cn=Smith\\, John,dc=example") == normal_dn("CN=Smith\\2C John , DC=Example"));
    CHECK(normal_dn("cn=a,dc=example") != normal_dn("cn=a\\,dc=example"));
    CHECK(normal_dn("") == "");
    CHECK(normal_dn("No Name") == "no name");
}

TEST_CASE("placeholders of a filter are replaced, others refused", "[ldap]") {
    const Placeholder known[] = {{"address", filter_value("a(b)@one.test")}, {"local", filter_value("a(b)")}};
    CHECK(expand_filter("(|(mail={address})(uid={local}))", known).value() == "(|(mail=a\\28b\\29@one.test)(uid=a\\28b\\29))");
    CHECK(expand_filter("(objectClass=person)", known).value() == "(objectClass=person)");
    for (const char* wrong :
         {"", "mail={address}", "(mail={address}", "(mail={address}))", "(a=b)(c=d)", "(mail={password})", "(mail={address)"})
        CHECK(expand_filter(wrong, known).error().fault == Fault::syntax);
    CHECK(expand_filter("(a=" + std::string(5000, 'x') + ")", known).error().fault == Fault::too_large);
}

TEST_CASE("a directory's URL is a scheme, a host and at most a port", "[ldap][rfc4516:2]") {
    CHECK(parse_server("ldaps://DC1.example.com").value() == Server{"dc1.example.com", 636, Tls::at_once});
    CHECK(parse_server("ldap://dc1.example.com/").value() == Server{"dc1.example.com", 389, Tls::start_tls});
    CHECK(parse_server("ldaps://192.0.2.1:3269").value() == Server{"192.0.2.1", 3269, Tls::at_once});
    CHECK(parse_server("ldap://[2001:db8::1]").value() == Server{"2001:db8::1", 389, Tls::start_tls});
    CHECK(parse_server("ldap://[2001:db8::1]:3268").value().text() == "ldap://[2001:db8::1]:3268");
    for (const char* wrong : {"", "dc1.example.com", "http://dc1", "ldapi://%2Fsocket", "ldaps://", "ldaps://a b", "ldaps://dc1/dc=x",
                              "ldaps://user@dc1", "ldaps://dc1:0", "ldaps://dc1:99999", "ldaps://dc1?x"})
        CHECK(parse_server(wrong).error().fault == Fault::syntax);
}

TEST_CASE("a refused bind says whether the password or the account is at fault", "[ldap][rfc4511:4.2.2]") {
    const auto ad = [](const std::string& data) {
        return refused_bind(49, "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data " + data + ", v4563").proof;
    };
    CHECK(ad("52e") == Proof::wrong);
    CHECK(ad("525") == Proof::wrong);
    for (const char* disabled : {"530", "531", "532", "533", "701", "773"}) CHECK(ad(disabled) == Proof::disabled);
    CHECK(ad("775") == Proof::locked);
    CHECK(refused_bind(49, "").proof == Proof::wrong);
    CHECK(refused_bind(32, "").proof == Proof::wrong);
    CHECK(refused_bind(19, "Exceed password retry limit").proof == Proof::locked);
    CHECK(refused_bind(53, "Account inactivated").proof == Proof::disabled);
}
