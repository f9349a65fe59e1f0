#include "sky/imap-proto/metadata.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::imap;

namespace {
Result<GetMetadata> get(std::string_view text) {
    Arguments in(text);
    return parse_get_metadata(in);
}
Result<SetMetadata> set(std::string_view text) {
    Arguments in(text);
    return parse_set_metadata(in);
}
using Names = std::vector<std::string>;
}  // namespace

TEST_CASE("GETMETADATA names a mailbox, or the server, and entries", "[imap-proto][rfc5464:4.2]") {
    CHECK(get("\"\" /shared/comment")->mailbox.empty());
    CHECK(get("inbox /private/Comment")->entries == Names{"/private/comment"});
    CHECK(get("INBOX (/shared/comment /private/comment /SHARED/comment)")->entries == Names{"/shared/comment", "/private/comment"});
}

TEST_CASE("GETMETADATA's options stand before the mailbox or behind it", "[imap-proto][rfc5464:4.2.1][rfc5464:4.2.2]") {
    for (const char* text : {"(MAXSIZE 1024 DEPTH 1) INBOX /private/a", "INBOX (MAXSIZE 1024 DEPTH 1) (/private/a)"}) {
        const auto asked = get(text);
        REQUIRE(asked);
        CHECK((asked->max_size == 1024 && asked->depth == MetadataDepth::one && asked->entries == Names{"/private/a"}));
    }
    CHECK(get("(DEPTH infinity) INBOX /private")->depth == MetadataDepth::infinity);
    CHECK(get("(DEPTH 0) INBOX /private")->depth == MetadataDepth::zero);
    for (const char* text : {"(DEPTH 2) INBOX /private/a", "(MAXSIZE) INBOX /private/a", "(SIZE 1) INBOX /private/a", "() INBOX /private/a",
                             "(DEPTH 1)INBOX /private/a"})
        CHECK(get(text).error().fault == Fault::syntax);
}

TEST_CASE("an entry lies below /private or /shared and has one spelling", "[imap-proto][rfc5464:3.2]") {
    CHECK(canonical_entry("/Shared/Vendor/CMU/Color") == "/shared/vendor/cmu/color");
    for (const char* text : {"", "/", "comment", "/comment", "/private/", "/privates/a", "/private//a", "/private/a*", "/private/%",
                             "/private/\xc3\xa4", "/private/a\x01", "//private/a"})
        CHECK_FALSE(canonical_entry(text));
    CHECK_FALSE(canonical_entry("/private/" + std::string(300, 'a')));
    CHECK(is_private_entry("/private/a"));
    CHECK_FALSE(is_private_entry("/shared/a"));
}

TEST_CASE("SETMETADATA gives values and takes them away, all or none", "[imap-proto][rfc5464:4.3]") {
    const auto some = set("INBOX (/private/comment \"mine\" /shared/comment NIL /private/bin ~{3}\r\na\0b /private/lit {2}\r\nhi)");
    CHECK_FALSE(some);  // a C string ends at its NUL
    const std::string octets("INBOX (/private/comment \"mine\" /shared/comment NIL /private/bin ~{3}\r\na\0b /private/lit {2}\r\nhi)", 95);
    const auto all = set(octets);
    REQUIRE(all);
    REQUIRE(all->values.size() == 4);
    CHECK((all->values[0].first == "/private/comment" && all->values[0].second == "mine"));
    CHECK((all->values[1].first == "/shared/comment" && !all->values[1].second));
    CHECK(all->values[2].second == std::string("a\0b", 3));
    CHECK(all->values[3].second == "hi");
    CHECK(set("INBOX (/private/a \"1\" /private/A \"2\")")->values.size() == 1);
    for (const char* text : {"INBOX", "INBOX ()", "INBOX (/private \"a\")", "INBOX (/private/a)", "INBOX (/private/a b)",
                             "INBOX (/private/a \"b\" )", "INBOX (/private/a ~\"b\")"})
        CHECK(set(text).error().fault == Fault::syntax);
}

TEST_CASE("values are written so that no octet of theirs ends a line", "[imap-proto][rfc5464:4.4.1]") {
    const auto written = [](std::string_view value) {
        std::string out;
        append_metadata_value(out, value);
        return out;
    };
    CHECK(written("blue") == "\"blue\"");
    CHECK(written("a\r\nb") == "{4}\r\na\r\nb");
    CHECK(written(std::string_view("a\0b", 3)) == std::string("~{3}\r\na\0b", 9));
    CHECK(written("") == "\"\"");
}
