#include <catch2/catch.hpp>

#include "sky/imap-proto/fetch.h"
#include "sky/imap-proto/search.h"

using namespace sky::imap;

namespace {
sky::Result<FetchRequest> fetch(std::string_view text) {
    Arguments in(text);
    return parse_fetch(in);
}
sky::Result<SearchRequest> search(std::string_view text) {
    Arguments in(text);
    return parse_search(in);
}
std::string section_name(std::string_view text) {
    std::string out;
    append_section_name(out, fetch(text)->items.at(0));
    return out;
}
}  // namespace

TEST_CASE("FETCH macros stand for their items", "[imap-proto][rfc9051:6.4.5]") {
    CHECK(fetch("ALL")->items.size() == 4);
    CHECK(fetch("fast")->items.size() == 3);
    CHECK(fetch("FULL")->items.size() == 5);
    CHECK_FALSE(fetch("(ALL)"));
}

TEST_CASE("FETCH sections are read and named back", "[imap-proto][rfc9051:6.4.5.1]") {
    CHECK(section_name("BODY[]") == "BODY[]");
    CHECK(section_name("BODY.PEEK[1.2]<10.20>") == "BODY[1.2]<10>");
    CHECK(section_name("body[header.fields (From \"To\")]") == "BODY[HEADER.FIELDS (From To)]");
    CHECK(section_name("BODY[3.HEADER.FIELDS.NOT (X)]") == "BODY[3.HEADER.FIELDS.NOT (X)]");
    CHECK(section_name("BODY[1.MIME]") == "BODY[1.MIME]");
    CHECK(section_name("BODY[4.TEXT]") == "BODY[4.TEXT]");
    CHECK(section_name("BODY[HEADER]") == "BODY[HEADER]");
    for (const char* wrong : {"BODY[", "BODY[MIME]", "BODY[0]", "BODY[1.]", "BODY[.1]", "BODY[1TEXT]", "BODY[HEADER.FIELDS]",
                              "BODY[HEADER.FIELDS ()]", "BODY[]<0.0>", "BODY[]<1>", "BODY.PEEK", "BODYX", "BODY[TEXT.1]", "BODY[] x",
                              "(FLAGS", "()", "FLAGS)", "BODY[HEADER.FIELDS (a:b)]"}) {
        INFO(wrong);
        CHECK_FALSE(fetch(wrong));
    }
}

TEST_CASE("only the forms without PEEK mark a message seen", "[imap-proto][rfc9051:6.4.5]") {
    CHECK(fetch("BODY[]")->marks_seen());
    CHECK(fetch("RFC822")->marks_seen());
    CHECK(fetch("RFC822.TEXT")->marks_seen());
    CHECK_FALSE(fetch("(BODY.PEEK[] RFC822.HEADER BODY BODYSTRUCTURE RFC822.SIZE)")->marks_seen());
    CHECK(fetch("(UID FLAGS) (CHANGEDSINCE 12)")->changed_since == 12);
}

TEST_CASE("a search is a tree of keys", "[imap-proto][rfc9051:6.4.4]") {
    const auto found = search("FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\" OR 1:3 (UID 5 LARGER 10)");
    REQUIRE(found);
    const auto& keys = found->root.children;
    REQUIRE(keys.size() == 4);
    CHECK(keys[0].kind == SearchKey::Kind::flag);
    CHECK(keys[0].number == flag_flagged);
    CHECK(keys[1].kind == SearchKey::Kind::since);
    CHECK(keys[2].children.at(0).text == "Smith");
    CHECK(keys[3].children.at(1).children.size() == 2);
    CHECK(search("CHARSET UTF-8 SUBJECT {6}\r\n\xd0\x96\xd0\x96\xd0\x96")->root.children.at(0).text.size() == 6);
    CHECK(search("CHARSET KOI8-R SUBJECT x")->charset == "KOI8-R");
    CHECK(search("RETURN (MIN COUNT) UNSEEN")->result.count);
    CHECK(search("RETURN () ALL")->result.all);
    CHECK(search("HEADER Message-ID \"\"")->root.children.at(0).field == "Message-ID");
    for (const char* wrong :
         {"", "FROB", "NOT", "OR 1", "(ALL", "ALL)", "SINCE", "SINCE x", "LARGER -1", "FROM", "ALL  ALL", "HEADER x", "()"})
        CHECK_FALSE(search(wrong));
}

TEST_CASE("nesting and number of search keys are bounded", "[imap-proto][rfc9051:6.4.4]") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "ALL" + std::string(depth, ')'); };
    CHECK(search(nested(32)));
    CHECK(search(nested(33)).error().fault == sky::Fault::limit);
    CHECK(search(nested(20'000)).error().fault == sky::Fault::limit);
    std::string nots, many = "ALL";
    for (int i = 0; i < 10'000; ++i) nots += "NOT ";
    for (int i = 0; i < 1000; ++i) many += " ALL";
    CHECK_FALSE(search(nots + "ALL"));
    CHECK_FALSE(search(many));
}
