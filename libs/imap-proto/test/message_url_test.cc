#include "sky/imap-proto/message_url.h"

#include <catch2/catch.hpp>

using namespace sky::imap;

TEST_CASE("URLs name a message of a server and user", "[imap-proto][rfc5092:6]") {
    const auto url =
        parse_message_url("IMAP://ada%40example.test;AUTH=*@mail.example.test:993/Entw%C3%BCrfe/a%20b;UIDVALIDITY=385759045/;UID=20");
    REQUIRE(url);
    CHECK(url->user == "ada@example.test");
    CHECK(url->host == "mail.example.test");
    CHECK(url->port == 993);
    CHECK(url->mailbox == "Entwürfe/a b");
    CHECK(url->uid_validity == 385759045u);
    CHECK(url->uid == 20);
    CHECK(url->section.path.empty());
    CHECK_FALSE(url->partial);
    CHECK_FALSE(parse_message_url("imap://mail.example.test/INBOX/;UID=1")->user);
    CHECK(parse_message_url("imap://mail.example.test/inbox/;UID=1")->mailbox == "INBOX");
}

TEST_CASE("URLs may be relative to the server, by an absolute path", "[imap-proto][rfc5092:7.1][rfc5092:7.2]") {
    const auto url = parse_message_url("/a/b/;UID=7");
    REQUIRE(url);
    CHECK((url->mailbox == "a/b" && url->host.empty()));
    CHECK(parse_message_url("/%2Fa/;UID=7")->mailbox == "/a");
    for (const char* relative : {";UID=7", ";UID=7/;SECTION=1", "INBOX/;UID=7", "a/b;UIDVALIDITY=1/;uid=7", "./a/;UID=7", ";SECTION=1"})
        CHECK_FALSE(parse_message_url(relative));
}

TEST_CASE("URLs name parts and ranges of octets", "[imap-proto][rfc5092:6]") {
    const auto part = parse_message_url("/INBOX/;UID=20/;SECTION=1.2.MIME/;PARTIAL=10.500");
    REQUIRE(part);
    CHECK(part->section.path == std::vector<std::uint32_t>{1, 2});
    CHECK(part->section.text == Section::Text::mime);
    CHECK((part->partial->offset == 10 && part->partial->count == 500));
    CHECK(parse_message_url("/INBOX/;UID=20/;PARTIAL=10")->partial->count == 0);
    CHECK(parse_message_url("/INBOX/;UID=20/;section=TEXT")->section.text == Section::Text::text);
    CHECK(parse_message_url("/INBOX/;UID=20;section=HEADER")->section.text == Section::Text::header);
    CHECK(parse_message_url("/INBOX/;UID=20/;SECTION=HEADER.FIELDS%20(From%20To)")->section.fields.size() == 2);
}

TEST_CASE("what names no message is refused", "[imap-proto][rfc5092:6]") {
    for (const char* wrong : {"",
                              "/",
                              "INBOX",
                              "/INBOX",
                              "/INBOX/",
                              "/INBOX;UID=1",
                              "/INBOX/;UID=0",
                              "/INBOX/;UID=",
                              "/INBOX/;UID=1x",
                              "/INBOX/;UID=4294967296",
                              "/INBOX;UIDVALIDITY=0/;UID=1",
                              "/INBOX;UIDVALIDITY=1;UID=1",
                              "/;UIDVALIDITY=1/;UID=1",
                              "/;UID=1",
                              "//;UID=1",
                              "//host/INBOX/;UID=1",
                              "imap:///INBOX/;UID=1",
                              "imap://host",
                              "imap://host/",
                              "imap://host/;UID=1",
                              "imap://host:99999/INBOX/;UID=1",
                              "http://host/INBOX/;UID=1",
                              "/INBOX/;UID=1/;SECTION=",
                              "/INBOX/;UID=1/;SECTION=0",
                              "/INBOX/;UID=1/;SECTION=X",
                              "/INBOX/;UID=1/;PARTIAL=",
                              "/INBOX/;UID=1/;PARTIAL=1.0",
                              "/INBOX/;UID=1/;PARTIAL=1.",
                              "/INBOX/;UID=1;URLAUTH=anonymous:internal:0",
                              "/IN%00BOX/;UID=1",
                              "/IN%BOX/;UID=1",
                              "/IN%FF/;UID=1",
                              "/IN BOX/;UID=1",
                              "/INBOX?SUBJECT/;UID=1",
                              "/INBOX/;UID=1/",
                              "/INBOX/;UID=1/;SECTION=1]x",
                              "/IN\r\n/;UID=1"})
        CHECK_FALSE(parse_message_url(wrong));
    CHECK_FALSE(parse_message_url("/" + std::string(max_url_octets, 'x') + "/;UID=1"));
}
