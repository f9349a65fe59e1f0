#include "sky/imap-proto/mutf7.h"

#include <catch2/catch.hpp>

using namespace sky::imap;

TEST_CASE("mailbox names travel as modified UTF-7 and come back", "[imap-proto][rfc3501:5.1.3]") {
    const std::pair<const char*, const char*> names[] = {
        {"INBOX", "INBOX"},           {"R&D", "R&-D"},         {"&", "&-"},
        {"Entwürfe", "Entw&APw-rfe"}, {"台北", "&U,BTFw-"},    {"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
        {"😀", "&2D3eAA-"},           {"é&é", "&AOk-&-&AOk-"}, {"tab\there", "tab&AAk-here"},
    };
    for (const auto& [utf8, wire] : names) {
        CHECK(encode_mutf7(utf8) == wire);
        CHECK(decode_mutf7(wire) == utf8);
    }
}

TEST_CASE("a name has one spelling only", "[imap-proto][rfc3501:5.1.3]") {
    for (const char* wrong : {"&", "&AGE-", "&U,BTFw", "&U,BTFw-&ZeVnLIqe-", "&2D0-", "&3gA-", "&2D0AYQ-", "&AAA-", "&A-", "&APx-",
                              "caf\xc3\xa9", "a\x01", "&AP/-", "&=-"})
        CHECK_FALSE(decode_mutf7(wrong));
}

TEST_CASE("octets that are no UTF-8 do not break a name", "[imap-proto][rfc3501:5.1.3]") {
    CHECK(encode_mutf7("a\xff"
                       "b") == "a&,,0-b");
    CHECK(encode_mutf7("\xc3") == "&,,0-");
    CHECK(encode_mutf7("\xed\xa0\x80") == "&,,3,,f,9-");
}
