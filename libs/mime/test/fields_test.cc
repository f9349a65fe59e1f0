#include <catch2/catch.hpp>

#include "sky/mime/address.h"
#include "sky/mime/date.h"
#include "sky/mime/fold.h"
#include "sky/mime/header.h"
#include "sky/mime/message_id.h"
#include "sky/mime/parameters.h"
#include "sky/mime/transfer.h"
#include "sky/mime/words.h"

using namespace sky::mime;

TEST_CASE("fields are found, folded lines kept together", "[mime][rfc5322:2.2.3]") {
    const std::string text = "Subject: a\r\n\tb\r\nTo : x@y.z\r\nnonsense\r\nX-Empty:\r\n\r\nbody";
    const auto header = parse_header(text);
    REQUIRE(header.fields.size() == 3);
    CHECK(unfold(header.fields[0].value) == "a\tb");
    CHECK(header.fields[1].name == "To");
    CHECK(text.substr(header.size) == "body");
    CHECK(select_fields(text.substr(0, header.size), {"SUBJECT"}, Select::these) == "Subject: a\r\n\tb\r\n\r\n");
    CHECK(select_fields(text.substr(0, header.size), {"subject"}, Select::all_but_these) == "To : x@y.z\r\nX-Empty:\r\n\r\n");
    CHECK(select_fields(text.substr(0, header.size), {"cc"}, Select::these) == "\r\n");
}

TEST_CASE("parameters are unquoted, joined and decoded", "[mime][rfc2231:3][rfc2231:4]") {
    const auto type = parse_content_type(" Text/Plain (comment); Charset=\"utf-8\"; name*0*=utf-8'en'caf%C3%A9; name*1=\" plan\"; x=y ;");
    REQUIRE(type);
    CHECK(type->is("text", "plain"));
    CHECK(*find_parameter(type->parameters, "charset") == "utf-8");
    CHECK(*find_parameter(type->parameters, "name") == "caf\xC3\xA9 plan");
    CHECK(*find_parameter(type->parameters, "x") == "y");
    CHECK_FALSE(parse_content_type("text"));
    CHECK_FALSE(parse_content_type(""));
    CHECK(parse_disposition("attachment; filename=a b.txt")->kind == "attachment");
}

TEST_CASE("address lists in every legal and many illegal shapes", "[mime][rfc5322:3.4]") {
    const auto list = parse_addresses(
        "Ada Lovelace <ada@example.test>, bob@example.test (Bob), \"Q, R\" <@a.test,@b.test:qr@c.test>, "
        "Team: x@y.z, \"odd name\"@[10.0.0.1];, plain, <>, , broken <nowhere");
    REQUIRE(list.size() == 9);
    CHECK((list[0].name == "Ada Lovelace" && list[0].local == "ada" && list[0].domain == "example.test"));
    CHECK((list[1].name == "Bob" && list[1].local == "bob"));
    CHECK((list[2].name == "Q, R" && list[2].route == "@a.test,@b.test" && list[2].local == "qr" && list[2].domain == "c.test"));
    CHECK((list[3].kind == Address::Kind::group_start && list[3].name == "Team"));
    CHECK((list[5].local == "odd name" && list[5].domain == "[10.0.0.1]"));
    CHECK(list[6].kind == Address::Kind::group_end);
    CHECK((list[7].local == "plain" && list[7].domain.empty()));
    CHECK((list[8].name == "broken" && list[8].local == "nowhere"));
    CHECK(parse_addresses("john . doe @ example . test").at(0).local == "john.doe");
    CHECK(parse_addresses("john . doe @ example . test").at(0).domain == "example.test");
    CHECK(readable(parse_addresses("=?utf-8?q?caf=C3=A9?= <a@b.c>")) == "caf\xC3\xA9 <a@b.c>");
}

TEST_CASE("dates with obsolete zones, short years, comments", "[mime][rfc5322:3.3][rfc5322:4.3]") {
    const auto at = [](std::string_view text) {
        const auto date = parse_date(text);
        return date ? sky::unix_seconds(date->time) : -1;
    };
    CHECK(at("Mon, 23 Nov 2026 23:48:00 +0000") == 1795477680);
    CHECK(at("23 Nov 2026 23:48 +0000") == 1795477680);
    CHECK(at("Mon, 23 Nov 26 18:48:00 EST") == 1795477680);
    CHECK(at("Mon,23 Nov 2026 23:48:00 GMT (comment)") == 1795477680);
    CHECK(at("Tue, 24 Nov 2026 00:48:00 +0100") == 1795477680);
    CHECK(at("31 Feb 2026 00:00:00 +0000") == -1);
    CHECK(at("yesterday") == -1);
    CHECK(at("") == -1);
    const auto time = sky::from_unix_micros(1795477680000000);
    CHECK(format_date(time) == "Mon, 23 Nov 2026 23:48:00 +0000");
    CHECK(format_internal_date(time) == "23-Nov-2026 23:48:00 +0000");
    CHECK(parse_internal_date(" 1-Feb-2026 10:00:00 +0130") == sky::from_unix_micros(1769934600000000));
    CHECK_FALSE(parse_internal_date("1-Feb-2026 10:00:00 +0130"));
}

TEST_CASE("encoded words are decoded, joined and never break out", "[mime][rfc2047:6.2]") {
    CHECK(decode_words("=?utf-8?Q?caf=C3=A9?= =?utf-8?B?IMOp?=") == "caf\xC3\xA9 \xC3\xA9");
    CHECK(decode_words("=?utf-8?b?w6?= =?utf-8?b?k=?=").size() > 0);
    CHECK(decode_words("=?iso-8859-1?q?a=E9_b?= tail") == "a\xC3\xA9 b tail");
    CHECK(decode_words("head =?koi8-r?B?8NLJ18XU?=") == "head \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82");
    CHECK(decode_words("=?unknown?q?x?=") == "=?unknown?q?x?=");
    CHECK(decode_words("=?utf-8?q?a=0D=0Ab=00?=") == "a  b ");
    CHECK(decode_words("\xE9t\xE9") == "\xC3\xA9t\xC3\xA9");
    CHECK(decode_words("a =?b") == "a =?b");
}

TEST_CASE("transfer decoders do not care how the input is cut", "[mime][rfc2045:6.7][rfc2045:6.8]") {
    const std::string quoted = "caf=C3=A9 soft=\r\nline  \r\nend=";
    for (std::size_t cut = 0; cut <= quoted.size(); ++cut) {
        TransferDecoder decoder(Encoding::quoted_printable);
        std::string out;
        decoder.feed(quoted.substr(0, cut), out);
        decoder.feed(quoted.substr(cut), out);
        decoder.finish(out);
        CHECK(out == "caf\xC3\xA9 softline\r\nend");
    }
    CHECK(decode_transfer("SGVs\r\nbG8=", Encoding::base64) == "Hello");
    CHECK(decode_transfer("SGVsbG8", Encoding::base64) == "Hello");
}

TEST_CASE("message ids and base subjects", "[mime][rfc5322:3.6.4][rfc5256:2.1]") {
    CHECK(parse_message_ids("<a@b> (c) <d@\r\n e> junk <f") == std::vector<std::string>{"a@b", "d@e"});
    CHECK(base_subject("Re: [list] Fwd: hello (fwd)") == "hello");
    CHECK(base_subject("RE[2]: x") == "x");
    CHECK(base_subject("[fwd: re: inner]") == "inner");
    CHECK(base_subject("[only]") == "[only]");
    CHECK(base_subject("Reader") == "Reader");
}

TEST_CASE("what a base subject lost tells a reply", "[mime][rfc5256:2.1]") {
    const auto is_reply = [](std::string_view subject) { return split_subject(subject).is_reply; };
    CHECK(is_reply("Re: x"));
    CHECK(is_reply("[list] fw: x"));
    CHECK(is_reply("x (fwd)"));
    CHECK(is_reply("[fwd: x]"));
    CHECK_FALSE(is_reply("[list] x"));
    CHECK_FALSE(is_reply("  x  "));
    CHECK(split_subject("Re: [fwd: Re: x (fwd)]").text == "x");
}

TEST_CASE("a message id has one form", "[mime][rfc5256:3]") {
    CHECK(message_ref("\"01KF8JCEOCBS0045PS\"@xxx.yyy.com") == message_ref("01KF8JCEOCBS0045PS@xxx.yyy.com"));
    CHECK(message_ref("\"a\\\"b\"@c") != message_ref("a@c"));
    CHECK(message_ref("A@c") != message_ref("a@c"));
}

TEST_CASE("text compares by titlecase and decomposition", "[mime][rfc5051:2][rfc5255:4]") {
    CHECK(fold_case("Straße") == "STRAßE");
    CHECK(fold_case("\xC3\x89t\xC3\xA9") == "E\xCC\x81TE\xCC\x81");
    CHECK(fold_case("\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82") == fold_case("\xD0\x9F\xD0\xA0\xD0\x98\xD0\x92\xD0\x95\xD0\xA2"));
    CHECK(fold_case("\xEF\xAC\x81") == "FI");            // a ligature
    CHECK(fold_case("\xEF\xBC\xA1") == "A");             // a wide letter
    CHECK(fold_case("\xC7\x86") == "DZ\xCC\x8C");        // one character of three cases
    CHECK(fold_case("\xED\x95\x9C") == "\xED\x95\x9C");  // a Hangul syllable
    CHECK(fold_case("\xF0\x9D\x90\x9A") == "A");         // beyond the first plane
    CHECK(fold_case("a\xFF"
                    "b") ==
          "A\xFF"
          "B");  // no UTF-8
    for (const char* text : {"i;unicode-casemap", "\xC3\x85ngstr\xC3\xB6m", "\xE1\xBE\x80"})
        CHECK(fold_case(fold_case(text)) == fold_case(text));
}
