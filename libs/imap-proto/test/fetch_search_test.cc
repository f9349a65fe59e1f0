#include <catch2/catch.hpp>

#include "sky/imap-proto/fetch.h"
#include "sky/imap-proto/search_source.h"
#include "sky/imap-proto/sort.h"

using namespace sky::imap;

namespace {
sky::Result<FetchRequest> fetch(std::string_view text) {
    Arguments in(text);
    return parse_fetch(in);
}
// Every charset but X-NONE is known, and marks what it decodes.
std::optional<std::string> mark(std::string_view octets, std::string_view charset) {
    if (charset == "X-NONE") return std::nullopt;
    return std::string(charset) + ':' + std::string(octets);
}
sky::Result<SearchRequest> search(std::string_view text) {
    Arguments in(text);
    return parse_search(in, mark);
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

TEST_CASE("BINARY asks for parts by their numbers, and for what else a section names", "[imap-proto][rfc3516:4.2][rfc9051:6.4.5]") {
    CHECK(section_name("BINARY[1.2]<10.20>") == "BINARY[1.2]<10>");
    CHECK(section_name("binary.peek[]") == "BINARY[]");
    CHECK(section_name("BINARY[1.MIME]") == "BINARY[1.MIME]");
    CHECK(section_name("binary.size[2.header.fields (from)]") == "BINARY.SIZE[2.HEADER.FIELDS (from)]");
    CHECK(section_name("BODY[TEXT]<7>") == "BODY[TEXT]<7>");
    CHECK(section_name("BINARY.SIZE[3]") == "BINARY.SIZE[3]");
    const auto request = fetch("(BINARY.PEEK[1] BINARY.SIZE[1])");
    REQUIRE(request);
    CHECK_FALSE(request->marks_seen());
    CHECK(request->wants(FetchItem::What::binary_size));
    CHECK(fetch("BINARY[1]")->marks_seen());
    for (const char* wrong : {"BINARY", "BINARY[1", "BINARY[1.]", "BINARY[0]", "BINARY[MIME]", "BINARY.SIZE[1]<0.5>", "BINARY[1]<0.0>",
                              "BINARY.SIZE", "BINARY.PEEK"})
        CHECK_FALSE(fetch(wrong));
    std::string deep = "BINARY[1";
    for (std::size_t i = 0; i < max_section_depth; ++i) deep += ".1";
    CHECK_FALSE(fetch(deep + "]"));
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
                              "BODY[HEADER.FIELDS ()]", "BODY[]<0.0>", "BODY[]<1.>", "BODY.PEEK", "BODYX", "BODY[TEXT.1]", "BODY[] x",
                              "(FLAGS", "()", "FLAGS)", "BODY[HEADER.FIELDS (a:b)]"}) {
        INFO(wrong);
        CHECK_FALSE(fetch(wrong));
    }
}

TEST_CASE("PREVIEW may be LAZY, and other parentheses behind it are modifiers", "[imap-proto][rfc8970:6]") {
    CHECK(fetch("PREVIEW")->wants(FetchItem::What::preview));
    CHECK(fetch("(UID PREVIEW (lazy) FLAGS)")->wants(FetchItem::What::preview_lazy));
    CHECK(fetch("PREVIEW (LAZY)")->wants(FetchItem::What::preview_lazy));
    CHECK(fetch("PREVIEW (CHANGEDSINCE 12)")->changed_since == 12);
    CHECK(fetch("PREVIEW (LAZY) (CHANGEDSINCE 12)")->changed_since == 12);
    for (const char* wrong : {"PREVIEW (EAGER)", "PREVIEW (LAZY", "PREVIEW LAZY", "PREVIEW ()", "(PREVIEW (LAZY LAZY))"}) {
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
    const auto& keys = found->program.root.children;
    REQUIRE(keys.size() == 4);
    CHECK(keys[0].kind == SearchKey::Kind::flag);
    CHECK(keys[0].number == flag_flagged);
    CHECK(keys[1].kind == SearchKey::Kind::since);
    CHECK(keys[2].children.at(0).text == "Smith");
    CHECK(keys[3].children.at(1).children.size() == 2);
    CHECK(search("CHARSET UTF-8 SUBJECT {6}\r\n\xd0\x96\xd0\x96\xd0\x96")->program.root.children.at(0).text.size() == 6);
    CHECK(search("CHARSET KOI8-R SUBJECT {1}\r\n\xf6")->program.root.children.at(0).text == "KOI8-R:\xf6");
    CHECK_FALSE(search("SUBJECT {1}\r\n\xf6"));
    CHECK(search("CHARSET X-NONE SUBJECT {1}\r\n\xf6")->program.is_known == false);
    CHECK(search("RETURN (MIN COUNT) UNSEEN")->result.count);
    CHECK(search("RETURN () ALL")->result.all);
    CHECK(search("HEADER Message-ID \"\"")->program.root.children.at(0).field == "Message-ID");
    for (const char* wrong : {"", "FROB", "NOT", "OR 1", "(ALL", "ALL)", "SINCE", "SINCE x", "LARGER -1", "FROM", "ALL  ALL", "HEADER x",
                              "()", "OLDER 0", "CHARSET"})
        CHECK_FALSE(search(wrong));
}

TEST_CASE("old, recent and new messages are searched for", "[imap-proto][rfc3501:6.4.4]") {
    const auto found = search("RECENT OLD NEW");
    REQUIRE(found);
    const auto& keys = found->program.root.children;
    CHECK((keys.at(0).kind == SearchKey::Kind::recent && keys[0].is_set));
    CHECK((keys.at(1).kind == SearchKey::Kind::recent && !keys[1].is_set));
    REQUIRE(keys.at(2).children.size() == 2);
    CHECK((keys[2].children[1].number == flag_seen && !keys[2].children[1].is_set));
}

TEST_CASE("UIDs above or below one are searched for", "[imap-proto][rfc9738:3.2]") {
    const auto found = search("UIDAFTER 4 uidbefore 4 UIDAFTER 4294967295 UIDBEFORE 1");
    REQUIRE(found);
    const auto& keys = found->program.root.children;
    REQUIRE(keys.size() == 4);
    CHECK(keys[0].kind == SearchKey::Kind::uid);
    CHECK((keys[0].set.resolve(9).contains(5) && keys[0].set.resolve(9).contains(9) && !keys[0].set.resolve(9).contains(4)));
    CHECK_FALSE(keys[0].set.resolve(4).contains(4));
    CHECK((keys[1].set.resolve(9).contains(1) && keys[1].set.resolve(9).contains(3) && !keys[1].set.resolve(9).contains(4)));
    CHECK(keys[2].kind == SearchKey::Kind::nothing);
    CHECK(keys[3].kind == SearchKey::Kind::nothing);
    for (const char* wrong : {"UIDAFTER", "UIDAFTER 0", "UIDBEFORE 0", "UIDAFTER 1:2", "UIDBEFORE 4294967296", "UIDAFTER *"})
        CHECK_FALSE(search(wrong));
}

TEST_CASE("the last result stands where numbers stand", "[imap-proto][rfc5182:2.1]") {
    CHECK(search("$ UNSEEN")->program.root.children.at(0).set.is_last_result());
    CHECK(search("OR UID $ 1:3")->program.root.children.at(0).children.at(0).set.is_last_result());
    for (const char* wrong : {"$,1", "1:$", "$$"}) CHECK_FALSE(search(wrong));
}

TEST_CASE("RETURN says what is answered", "[imap-proto][rfc4731:3.1][rfc5182:2.4][rfc5267:4][rfc9394:3.1]") {
    CHECK_FALSE(search("ALL")->result.extended);
    CHECK(search("RETURN (SAVE) ALL")->result.is_silent());
    CHECK(search("RETURN (UPDATE CONTEXT) ALL")->result.all);
    CHECK_FALSE(search("RETURN (UPDATE COUNT) ALL")->result.all);
    const auto window = search("RETURN (PARTIAL -100:-1 COUNT) ALL")->result.partial;
    REQUIRE(window);
    CHECK(window->first == 100);
    CHECK(window->from == PartialRange::From::newest);
    for (const char* wrong :
         {"RETURN (PARTIAL 1:2 ALL) ALL", "RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL", "RETURN (PARTIAL -1:2) ALL", "RETURN (PARTIAL 0:2) ALL",
          "RETURN (PARTIAL 1:*) ALL", "RETURN (PARTIAL 1) ALL", "RETURN (MIN", "RETURN (FROB) ALL", "RETURN (RELEVANCY) ALL"})
        CHECK_FALSE(search(wrong));
    CHECK(search("RETURN (RELEVANCY ALL) FUZZY (SUBJECT x)")->result.relevancy);
}

TEST_CASE("SORT and THREAD name their order, the charset and the keys", "[imap-proto][rfc5256:3][rfc5957:4][rfc5267:3.1][rfc6203:6]") {
    const auto sort = [](std::string_view text) {
        Arguments in(text);
        return parse_sort(in, mark);
    };
    const auto thread = [](std::string_view text) {
        Arguments in(text);
        return parse_thread(in, mark);
    };
    const auto sorted = sort("(SUBJECT REVERSE DATE displayfrom) UTF-8 SINCE 1-Feb-1994");
    REQUIRE(sorted);
    CHECK(sorted->criteria.size() == 3);
    CHECK(sorted->criteria[1].reverse);
    CHECK(sorted->criteria[2].key == SortCriterion::Key::display_from);
    CHECK_FALSE(sorted->result.extended);
    CHECK(sort("RETURN (COUNT) (SIZE) US-ASCII ALL")->result.count);
    CHECK(sort("(RELEVANCY) UTF-8 FUZZY TEXT x"));
    CHECK_FALSE(sort("(SIZE) X-NONE ALL")->program.is_known);
    for (const char* wrong :
         {"() UTF-8 ALL", "(FROB) UTF-8 ALL", "(SIZE) ALL", "(REVERSE) UTF-8 ALL", "SIZE UTF-8 ALL", "(SIZE)", "(RELEVANCY) UTF-8 ALL"})
        CHECK_FALSE(sort(wrong));
    std::string many = "(SIZE";
    for (int i = 0; i < 40; ++i) many += " SIZE";
    CHECK_FALSE(sort(many + ") UTF-8 ALL"));
    CHECK(thread("orderedsubject UTF-8 ALL")->algorithm == ThreadRequest::Algorithm::ordered_subject);
    CHECK(thread("REFS US-ASCII 1:3 $")->algorithm == ThreadRequest::Algorithm::refs);
    for (const char* wrong : {"FROB UTF-8 ALL", "REFERENCES UTF-8", "REFERENCES"}) CHECK_FALSE(thread(wrong));
}

TEST_CASE("ESEARCH names the mailboxes to search", "[imap-proto][rfc7377:2.2]") {
    const auto multi = [](std::string_view text) {
        Arguments in(text);
        return parse_multi_search(in, mark);
    };
    const auto found = multi("IN (mailboxes \"folder1\" subtree (folder2 inbox) subtree-one x PERSONAL) unseen");
    REQUIRE(found);
    CHECK(found->sources.size() == 4);
    CHECK(found->sources[1].kind == SearchSource::Kind::subtree);
    CHECK(found->sources[1].names == std::vector<std::string>{"folder2", "INBOX"});
    CHECK(found->sources[2].kind == SearchSource::Kind::subtree_one);
    CHECK(found->search.result.all);
    CHECK_FALSE(found->only_selected());
    CHECK(multi("RETURN (SAVE COUNT) ALL")->only_selected());
    CHECK(multi("IN (selected) RETURN (UPDATE) ALL"));
    for (const char* wrong : {"IN () ALL", "IN (selected-delayed) ALL", "IN (mailboxes) ALL", "IN (personal) RETURN (SAVE) ALL",
                              "IN (personal)", "IN (subtree x) RETURN (UPDATE) ALL", "IN (personal (x)) ALL"})
        CHECK_FALSE(multi(wrong));
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
