#include "sky/imap-proto/arguments.h"

#include <catch2/catch.hpp>

#include "sky/imap-proto/status.h"
#include "sky/imap-proto/write.h"

using namespace sky::imap;

TEST_CASE("a command has a tag, a verb and arguments", "[imap-proto][rfc9051:2.2.1]") {
    CommandHead head;
    REQUIRE(parse_head("a1 uid fetch 1:* FLAGS", head));
    CHECK(head.tag == "a1");
    CHECK(head.verb == "UID FETCH");
    CHECK(head.rest == "1:* FLAGS");
    CommandHead alone;
    REQUIRE(parse_head("A NOOP", alone));
    CHECK(alone.rest.empty());
    CHECK_FALSE(alone.has_arguments);
    for (const char* wrong : {"", " NOOP", "a", "a ", "+ NOOP", "a+ NOOP", "a\x7f NOOP", "a (NOOP)", "a NOOP(", "(a NOOP", "a UID "}) {
        CommandHead bad;
        CHECK_FALSE(parse_head(wrong, bad));
    }
    CommandHead tagged;
    CHECK_FALSE(parse_head("t9 (", tagged));
    CHECK(tagged.tag == "t9");
}

TEST_CASE("strings come as atoms, quoted or literal", "[imap-proto][rfc9051:4.3]") {
    const auto astring = [](std::string_view text) { return Arguments(text).astring(); };
    CHECK(astring("abc]d e") == "abc]d");
    CHECK(astring(R"("a \"b\" \\")") == R"(a "b" \)");
    CHECK(astring("{3}\r\na\r\nx") == "a\r\n");
    CHECK(astring("{3+}\r\nabc") == "abc");
    CHECK(astring("\"\"") == "");
    CHECK(astring("\"caf\xc3\xa9\"") == "caf\xc3\xa9");
    for (std::string_view wrong : {std::string_view(""), std::string_view("(x"), std::string_view("\"abc"), std::string_view("\"a\\b\""),
                                   std::string_view("{4}\r\nabc"), std::string_view("{3}abc"), std::string_view("{3"),
                                   std::string_view("\\x"), std::string_view("{1}\r\n\0", 6), std::string_view("%")})
        CHECK_FALSE(astring(wrong));
}

TEST_CASE("mailbox names are decoded and INBOX has no case", "[imap-proto][rfc9051:5.1]") {
    CHECK(Arguments("inBox").mailbox() == "INBOX");
    CHECK(Arguments("\"Entw&APw-rfe\"").mailbox() == "Entwürfe");
    CHECK(Arguments("\"Entwürfe\"").mailbox() == "Entwürfe");
    CHECK_FALSE(Arguments("R&D").mailbox());
    CHECK(Arguments("foo%/*").list_mailbox() == "foo%/*");
    CHECK(Arguments("\"%\"").list_mailbox() == "%");
}

TEST_CASE("flags are system flags or keywords", "[imap-proto][rfc9051:2.3.2]") {
    const auto flags = Arguments(R"((\Seen \deleted $Forwarded \Recent))").flag_list();
    REQUIRE(flags);
    CHECK(flags->system == (flag_seen | flag_deleted));
    CHECK(flags->keywords == std::vector<std::string>{"$Forwarded"});
    CHECK(Arguments("()").flag_list());
    CHECK(Arguments(R"(\Seen foo)").flags()->keywords.size() == 1);
    CHECK_FALSE(Arguments(R"((\Nonsense))").flag_list());
    CHECK_FALSE(Arguments(R"((\Seen)").flag_list());
    CHECK_FALSE(Arguments("(" + std::string(101, 'k') + ")").flag_list());
}

TEST_CASE("dates and times follow the grammar", "[imap-proto][rfc9051:9]") {
    using namespace std::chrono;
    CHECK(Arguments("17-Jul-1996").date() == sys_days(1996y / July / 17));
    CHECK(Arguments("\"1-feb-2024\"").date() == sys_days(2024y / February / 1));
    CHECK_FALSE(Arguments("30-Feb-2024").date());
    CHECK_FALSE(Arguments("1-Xyz-2024").date());
    CHECK_FALSE(Arguments("1-Jan-24").date());
    CHECK(Arguments("\"17-Jul-1996 02:44:25 -0700\"").date_time() == sys_days(1996y / July / 17) + 9h + 44min + 25s);
    CHECK(Arguments("\"7-Jul-1996 02:44:25 +0030\"").date_time() == sys_days(1996y / July / 7) + 2h + 14min + 25s);  // iOS, Outlook
    CHECK(Arguments("\" 7-Jul-1996 02:44:25 +0030\"").date_time() == sys_days(1996y / July / 7) + 2h + 14min + 25s);
    for (const char* wrong : {"\"17-Jul-1996 02:44:25 -0700", "17-Jul-1996", "\"17-Jul-1996 25:44:25 -0700\"", "\"17-Jul-1996 02:44:25\"",
                              "\"17-Jul-1996T02:44:25 -0700\"", "\"17-Jul-9999 02:44:25 -0700\"", "\"17-Jul-0000 02:44:25 -0700\"", "\"\""})
        CHECK_FALSE(Arguments(wrong).date_time());
}

TEST_CASE("STATUS reads its items", "[imap-proto][rfc9051:6.3.11][rfc7889:3.1]") {
    Arguments items("(MESSAGES UIDNEXT unseen SIZE)");
    CHECK(parse_status_items(items)->size() == 4);
    Arguments none("()");
    CHECK_FALSE(parse_status_items(none));
    Arguments limit("(APPENDLIMIT)");
    CHECK(parse_status_items(limit) == std::vector{StatusItem::append_limit});
}

TEST_CASE("names in UTF-8 are not modified UTF-7", "[imap-proto][rfc6855:3]") {
    const auto name = [](std::string_view text) { return Arguments(text, NameForm::utf8).mailbox(); };
    CHECK(name("R&D") == "R&D");
    CHECK(name("Entw&APw-rfe") == "Entw&APw-rfe");
    CHECK(name("\"Entwürfe\"") == "Entwürfe");
    CHECK(name("{9}\r\nEntwürfe") == "Entwürfe");
    CHECK(name("inbox") == "INBOX");
    CHECK_FALSE(name("\"Entw\xfcrfe\""));
    CHECK_FALSE(name("{8}\r\nEntw\xfcrfe"));
    CHECK(Arguments("\"&%\"", NameForm::utf8).list_mailbox() == "&%");
    std::string out;
    append_mailbox(out, "Entwürfe \"R&D\"", NameForm::utf8);
    CHECK(out == "\"Entwürfe \\\"R&D\\\"\"");
}

TEST_CASE("strings are written so that no octet can end a line", "[imap-proto][rfc9051:4.3]") {
    const auto written = [](std::string_view text) {
        std::string out;
        append_astring(out, text);
        return out;
    };
    CHECK(written("abc") == "abc");
    CHECK(written("a b") == "\"a b\"");
    CHECK(written("nil") == "\"nil\"");
    CHECK(written("") == "\"\"");
    CHECK(written("a\"\\") == "\"a\\\"\\\\\"");
    CHECK(written("a\r\n* BYE") == "{8}\r\na\r\n* BYE");
    std::string response;
    append_response(response, "a1", "NO", "TRYCREATE", "no\r\nsuch");
    CHECK(response == "a1 NO [TRYCREATE] no??such\r\n");
    std::string name;
    append_mailbox(name, "Entwürfe", NameForm::mutf7);
    CHECK(name == "Entw&APw-rfe");
}
