#include "sky/mime/tree.h"

#include <catch2/catch.hpp>

#include "sky/mime/imap_text.h"
#include "sky/mime/section.h"

using namespace sky::mime;

namespace {

const std::string nested =
    "Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n"
    "--b\r\n\r\nfirst\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: multipart/alternative; boundary=\"c d\"\r\n\r\n"
    "--c d\r\n\r\none\r\n--c d\r\nContent-Type: text/html\r\n\r\n<p>two</p>\r\n--c d--\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: plain\r\n\r\nlast\r\n--b--\r\nepilogue\r\n";

std::string part(const std::string& message, std::vector<std::uint32_t> numbers, Section::Of of = Section::Of::whole) {
    const auto range = locate(parse_tree(message), {std::move(numbers), of});
    return range ? message.substr(range->offset, range->size) : "none";
}

}  // namespace

TEST_CASE("parts of nested multiparts are numbered and cut as IMAP says", "[mime][rfc9051:6.4.5.1]") {
    CHECK(part(nested, {1}) == "first");
    CHECK(part(nested, {1}, Section::Of::mime) == "\r\n");
    CHECK(part(nested, {2}, Section::Of::header).starts_with("Subject: inner\r\n"));
    CHECK(part(nested, {2}, Section::Of::header).ends_with("\r\n\r\n"));
    CHECK(part(nested, {2}, Section::Of::mime) == "Content-Type: message/rfc822\r\n\r\n");
    CHECK(part(nested, {2, 1}) == "one");
    CHECK(part(nested, {2, 2}) == "<p>two</p>");
    CHECK(part(nested, {2, 2}, Section::Of::mime) == "Content-Type: text/html\r\n\r\n");
    CHECK(part(nested, {3}) == "Subject: plain\r\n\r\nlast");
    CHECK(part(nested, {3, 1}) == "last");
    CHECK(part(nested, {3}, Section::Of::text) == "last");
    CHECK(part(nested, {4}) == "none");
    CHECK(part(nested, {1, 1}) == "none");
    CHECK(part(nested, {0}) == "none");
    CHECK(part(nested, {1}, Section::Of::header) == "none");
    CHECK(part(nested, {}) == nested);
    CHECK(part(nested, {}, Section::Of::text).starts_with("preamble"));
    CHECK(part("A: b\r\n\r\nbody\r\n", {1}) == "body\r\n");
    CHECK(part("A: b\r\n\r\nbody\r\n", {2}) == "none");
}

TEST_CASE("a prefix belongs to the message's header and moves everything else", "[mime]") {
    const auto tree = parse_tree(nested);
    const auto whole = locate(tree, {}, 10);
    CHECK((whole->offset == 0 && whole->size == nested.size() + 10));
    const auto header = locate(tree, {{}, Section::Of::header}, 10);
    CHECK((header->offset == 0 && header->size == tree.parts[0].header_size + 10));
    CHECK(locate(tree, {{1}, Section::Of::whole}, 10)->offset == locate(tree, {{1}, Section::Of::whole})->offset + 10);
}

TEST_CASE("anything is a message", "[mime][rfc2045:5.2]") {
    CHECK(parse_tree("").parts.size() == 1);
    const auto none = parse_tree("no header\r\nat all");
    CHECK((none.parts[0].header_size == 0 && none.parts[0].body_size == 17 && none.parts[0].lines == 1 && none.parts[0].text));
    const auto only_header = parse_tree("A: b\r\n");
    CHECK((only_header.parts[0].header_size == 6 && only_header.parts[0].body_size == 0));
    const auto never = parse_tree("Content-Type: multipart/mixed; boundary=x\r\n\r\nno boundary here\r\n");
    CHECK((never.parts.size() == 1 && never.parts[0].kind == Part::Kind::leaf && never.parts[0].text && never.parts[0].lines == 1));
    const auto nul = parse_tree(std::string("A: b\0c\n\nx\0y\n", 12));
    CHECK(nul.parts[0].body_size == 4);
    const auto bare = parse_tree("Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x--\n");
    REQUIRE(bare.parts.size() == 2);
    CHECK(bare.parts[1].body_size == 3);
}

TEST_CASE("an outer boundary ends parts left open within", "[mime][rfc2046:5.1.2]") {
    const std::string message =
        "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; "
        "boundary=b\r\n\r\n--b\r\n\r\nin\r\n--a\r\n\r\nout\r\n--a--\r\n";
    CHECK(part(message, {1, 1}) == "in");
    CHECK(part(message, {2}) == "out");
}

TEST_CASE("digests hold messages by default", "[mime][rfc2046:5.1.5]") {
    const auto tree = parse_tree("Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: one\r\n\r\nx\r\n--d--\r\n");
    REQUIRE(tree.parts.size() == 3);
    CHECK(tree.parts[1].kind == Part::Kind::message);
}

TEST_CASE("depth and number of parts are bounded", "[mime][bomb]") {
    std::string deep;
    for (int i = 0; i < 300; ++i)
        deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" + std::to_string(i) + "\r\n";
    const auto tree = parse_tree(deep + "\r\nx");
    CHECK(tree.parts.size() <= max_depth);
    CHECK(tree.parts.back().fallback);
    CHECK_FALSE(body_form(bodystructure(deep + "\r\nx", tree)).empty());

    std::string many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 12'000; ++i) many += "--b\r\n\r\nx\r\n";
    CHECK(parse_tree(many).parts.size() == max_parts);

    std::string messages;
    for (int i = 0; i < 300; ++i) messages += "Content-Type: message/rfc822\r\n\r\n";
    CHECK(parse_tree(messages).parts.size() <= max_depth);
}

TEST_CASE("the stored form comes back equal, and damage is noticed", "[mime]") {
    const auto tree = parse_tree(nested);
    const auto packed = pack(tree);
    CHECK(packed.size() < 100);
    const auto again = unpack(packed);
    REQUIRE(again);
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
        CHECK(again->parts[i].body_offset() == tree.parts[i].body_offset());
        CHECK(again->parts[i].body_size == tree.parts[i].body_size);
        CHECK(again->parts[i].end == tree.parts[i].end);
        CHECK(again->parts[i].lines == tree.parts[i].lines);
    }
    for (std::size_t cut = 0; cut < packed.size(); ++cut) CHECK_FALSE(unpack(packed.substr(0, cut)));
}
