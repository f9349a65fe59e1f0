#include "sky/mailstore/rights.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::mailstore;

namespace {
Rights rights(std::string_view letters) { return parse_rights(letters).value(); }
Grantee account(std::int64_t id, Grantee::Sign sign = Grantee::Sign::grants) { return {Grantee::Kind::account, id, sign}; }
Grantee group(std::int64_t id, Grantee::Sign sign = Grantee::Sign::grants) { return {Grantee::Kind::group, id, sign}; }
}  // namespace

TEST_CASE("rights are read and written by their letters", "[mailstore][rfc4314:2.1][rfc4314:2.1.1]") {
    CHECK(rights("lrs").text() == "lrs");
    CHECK(rights("srl") == rights("lrs"));
    CHECK(rights("").empty());
    CHECK(Rights::all().text() == "lrswipkxteacd");
    CHECK(rights("c") == rights("kx"));
    CHECK(rights("d") == rights("te"));
    CHECK(rights("k").text() == "kc");
    CHECK(rights("e").text() == "ed");
    for (const char* wrong : {"L", "q", "lrs ", "l-r", "0", "ä"}) CHECK(parse_rights(wrong).error().fault == Fault::syntax);
    for (std::uint16_t bits = 0; bits < 2048; ++bits) CHECK(rights(Rights::of(bits).text()).has(Rights::of(bits)));
}

TEST_CASE("a change of rights replaces, adds or takes away", "[mailstore][rfc4314:3.1]") {
    const Rights before = rights("lrs");
    CHECK(parse_rights_change("wi")->applied_to(before) == rights("wi"));
    CHECK(parse_rights_change("+wi")->applied_to(before) == rights("lrswi"));
    CHECK(parse_rights_change("-sa")->applied_to(before) == rights("lr"));
    CHECK(parse_rights_change("")->applied_to(before).empty());
    CHECK(parse_rights_change("-")->applied_to(before) == before);
    CHECK(parse_rights_change("++l").error().fault == Fault::syntax);
    CHECK(parse_rights_change("l+r").error().fault == Fault::syntax);
}

TEST_CASE("what is denied is denied whoever grants it, and nothing else is needed to have a right", "[mailstore][rfc4314:2]") {
    const Subject ada{AccountId{1}, {10, 11}}, grace{AccountId{2}, {}};
    const Acl acl{{{Grantee::Kind::anyone}, rights("l")},
                  {account(1), rights("rs")},
                  {group(10), rights("wi")},
                  {group(12), rights("a")},
                  {account(1, Grantee::Sign::denies), rights("s")},
                  {group(11, Grantee::Sign::denies), rights("i")}};
    CHECK(rights_of(ada, acl) == rights("lrw"));
    CHECK(rights_of(grace, acl) == rights("l"));
    CHECK(rights_of(grace, {}).empty());
    CHECK(rights_of(ada, {{account(1), rights("i")}}) == rights("i"));
    CHECK(rights_of(ada, {{account(1), Rights::all()}, {{Grantee::Kind::anyone, 0, Grantee::Sign::denies}, rights("l")}}) ==
          rights("rswipkxtea"));
    CHECK(rights_of(grace, {{account(10), Rights::all()}, {group(2), Rights::all()}}).empty());  // an id of the other kind
}

TEST_CASE("some rights lead to a mailbox, others do nothing by themselves", "[mailstore][rfc4314:4]") {
    for (const char* letter : {"l", "r", "i", "k", "x", "a"}) CHECK(rights_to_reach.has(rights(letter)));
    CHECK_FALSE(rights_to_reach.has_any(rights("swpte")));
}
