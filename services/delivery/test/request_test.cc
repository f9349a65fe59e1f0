#include <catch2/catch.hpp>

#include "delivery/request.h"
#include "sky/mailstore/message.h"

using namespace sky;
using namespace sky::delivery;

namespace {
ModerationRequest request(std::string original) {
    return {.host = "mx.test",
            .group = "all@example.test",
            .sender = "bob@far.example",
            .id = {},
            .now = Time{},
            .until = Time{},
            .token = std::string(32, 'a'),
            .original = std::move(original),
            .header = {}};
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("a request says whose mail waits, and how to decide", "[delivery][rfc3834:5]") {
    const auto text = write_request(request("Subject: x\r\n\r\nhello"));
    CHECK(has(text, "\r\nAuto-Submitted: auto-generated\r\n"));
    CHECK(has(text, "\r\nReply-To: <approve-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.test>\r\n"));
    CHECK(has(text, "mailto:reject-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.test"));
    CHECK(has(text, "\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nhello\r\n\r\n--=_"));
    CHECK_FALSE(has(text, "8bit"));
}

TEST_CASE("8-bit mail is attached as 8bit, large mail by its header", "[delivery][rfc2046:5.2.1]") {
    const auto eight = write_request(request("Subject: x\r\n\r\ngr\xc3\xbc\xc3\x9f\r\n"));
    CHECK(has(eight, "message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"));
    auto large = request({});
    large.header = "Subject: large\r\n";
    CHECK(has(write_request(large), "Content-Type: text/rfc822-headers\r\n\r\nSubject: large\r\n"));
}

TEST_CASE("a hostile sender's address stays in its line", "[delivery]") {
    auto hostile = request("x\r\n");
    hostile.sender = "a\r\nBcc: x@y\r\n\r\n--=_";
    const auto text = write_request(hostile);
    CHECK_FALSE(has(text, "\r\nBcc:"));
    CHECK(mailstore::prepare(text).summary.subject.starts_with("Mail of <a"));
}
