#include "sky/mime/summary.h"

#include <catch2/catch.hpp>

#include "sky/mime/imap_text.h"
#include "sky/mime/message_id.h"

using namespace sky::mime;

namespace {
const std::string mail =
    "Return-Path: <x@y>\r\nFrom: Ada <ada@example.test>\r\nTo: team: bob@example.test, eve@example.test;\r\nCc: \"C \\\"Q\\\"\" "
    "<c@example.test>\r\n"
    "Subject: Re: =?utf-8?q?caf=C3=A9?=\r\nDate: Mon, 23 Nov 2026 23:48:00 +0000\r\nMessage-ID: <2@example.test>\r\nIn-Reply-To: "
    "<1@example.test>\r\n"
    "References: <0@example.test> <1@example.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello  w=C3=B6rld\r\nagain\r\n"
    "--b\r\nContent-Type: application/pdf; name*=utf-8''a%20%C3%A9.pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-ID: <i@d>\r\n\r\nSGVsbG8=\r\n--b--\r\n";
}

TEST_CASE("an envelope as IMAP clients expect it", "[mime][rfc9051:7.5.2]") {
    CHECK(summarize(mail).envelope ==
          "(\"Mon, 23 Nov 2026 23:48:00 +0000\" \"Re: =?utf-8?q?caf=C3=A9?=\" ((\"Ada\" NIL \"ada\" \"example.test\")) "
          "((\"Ada\" NIL \"ada\" \"example.test\")) ((\"Ada\" NIL \"ada\" \"example.test\")) "
          "((NIL NIL \"team\" NIL)(NIL NIL \"bob\" \"example.test\")(NIL NIL \"eve\" \"example.test\")(NIL NIL NIL NIL)) "
          "((\"C \\\"Q\\\"\" NIL \"c\" \"example.test\")) NIL \"<1@example.test>\" \"<2@example.test>\")");
    CHECK(summarize("Subject: \xE9\r\n\r\n").envelope == "(NIL {1}\r\n\xE9 NIL NIL NIL NIL NIL NIL NIL NIL)");
    // What is there without a text is no NIL; addresses are.
    CHECK(summarize("Date:\r\nSubject: \r\nSender:\r\nFrom: a@b\r\nTo:\r\nIn-Reply-To:\r\n \r\nMessage-ID:\r\n\r\n").envelope ==
          "(\"\" \"\" ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) ((NIL NIL \"a\" \"b\")) NIL NIL NIL \"\" \"\")");
}

TEST_CASE("a body structure and its short form", "[mime][rfc9051:7.5.2]") {
    const auto structure = summarize(mail).bodystructure;
    CHECK(structure ==
          "((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 24 1 NIL NIL NIL NIL)"
          "(\"application\" \"pdf\" (\"name*\" \"utf-8''a%20%C3%A9.pdf\") \"<i@d>\" NIL \"base64\" 8 NIL (\"attachment\" (\"filename\" "
          "\"plan.pdf\")) NIL NIL) "
          "\"mixed\" (\"boundary\" \"b\") NIL NIL NIL)");
    CHECK(body_form(structure) ==
          "((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 24 1)"
          "(\"application\" \"pdf\" (\"name*\" \"utf-8''a%20%C3%A9.pdf\") \"<i@d>\" NIL \"base64\" 8) \"mixed\")");
    CHECK(body_form("((").empty());
    const std::string within = "Content-Type: message/rfc822\r\n\r\nSubject: s\r\n\r\nx\r\n";
    CHECK(body_form(summarize(within).bodystructure) ==
          "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 17 (NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL) "
          "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3 1) 3)");
}

TEST_CASE("what searches and listings need is decoded once", "[mime]") {
    const auto s = summarize(mail);
    CHECK(s.subject == "Re: caf\xC3\xA9");
    CHECK(s.base_subject == "caf\xC3\xA9");
    CHECK(s.from == "Ada <ada@example.test>");
    CHECK(s.to == "team, bob@example.test, eve@example.test");
    CHECK(s.preview == "Hello w\xC3\xB6rld again");
    CHECK(s.message_id == "2@example.test");
    CHECK(s.references == std::vector<std::string>{"0@example.test", "1@example.test"});
    CHECK(s.has_attachment);
    CHECK(sky::unix_seconds(*s.sent) == 1795477680);
    CHECK(summarize("Content-Type: text/html\r\n\r\n<style>x{}</style><p>Hi &amp; bye</p><!-- no -->").preview == "Hi & bye");
    CHECK_FALSE(summarize("A: b\r\n\r\nplain").has_attachment);
}

TEST_CASE("hostile headers cost time in proportion to their length", "[mime][bomb]") {
    std::string words = "Subject: ", groups = "To: ", comments = "From: ", quoted = "Cc: \"";
    for (int i = 0; i < 40'000; ++i) {
        words += "=?utf-8?q?";
        groups += "a:";
        comments += "(";
        quoted += "\\\"";
    }
    CHECK_FALSE(summarize(words + "\r\n" + groups + "\r\n" + comments + "\r\n" + quoted + "\r\n\r\n").envelope.empty());
}

TEST_CASE("a message is sorted by the first address, its display name and its base subject", "[mime][rfc5256:3][rfc5957:3]") {
    const auto keys = summarize(mail).sort;
    CHECK(keys.from == "ADA");
    CHECK(keys.display_from == "ADA");
    CHECK(keys.to == "TEAM");  // a group's name is what ENVELOPE has as addr-mailbox
    CHECK(keys.cc == "C");
    CHECK(keys.subject == "CAFE\xCC\x81");
    CHECK(keys.is_reply);
    CHECK(keys.parents.size() == 2);
    const auto bare = summarize("From: x@Example.test\r\nIn-Reply-To: <a@b> <c@d>\r\n\r\n").sort;
    CHECK(bare.display_from == "X@EXAMPLE.TEST");
    CHECK(bare.parents.size() == 1);
    CHECK(bare.message == 0);
    std::string long_list = "References:";
    for (int i = 0; i < 5000; ++i) long_list += " <" + std::to_string(i) + "@x>\r\n";
    const auto ancestry = summarize(long_list + "\r\n").sort.parents;
    CHECK(ancestry.size() == longest_ancestry);
    CHECK(ancestry.front() == message_ref("0@x"));
    CHECK(ancestry.back() == message_ref("4999@x"));
}
