#include <catch2/catch.hpp>

#include "sky/smtp-proto/reply.h"

using namespace sky;
using smtp::Reply;

namespace {
Result<std::optional<Reply>> read(std::string_view wire) {
    smtp::ReplyReader reader;
    Result<std::optional<Reply>> last;
    while (!wire.empty()) {
        const auto end = wire.find("\r\n");
        last = reader.feed(wire.substr(0, end));
        if (!last) return last;
        wire.remove_prefix(end + 2);
    }
    return last;
}
// The reply when there is a whole one.
std::optional<Reply> whole(std::string_view wire) {
    auto read_ = read(wire);
    return read_ ? *read_ : std::nullopt;
}
}  // namespace

TEST_CASE("replies print with their status code on every line", "[smtp][rfc5321:4.2][rfc2034:4]") {
    CHECK(smtp::print({250, "2.1.0", {"ok"}}) == "250 2.1.0 ok\r\n");
    CHECK(smtp::print({550, "5.7.1", {"no", "really"}}) == "550-5.7.1 no\r\n550 5.7.1 really\r\n");
    CHECK(smtp::print({250, "", {"mx.test", "SIZE 1"}}) == "250-mx.test\r\n250 SIZE 1\r\n");
    CHECK(smtp::print({500, "", {"a\r\n250 b\x80"}}) == "500 a??250 b?\r\n");
    CHECK(smtp::print({250, "", {std::string(1000, 'x')}}).size() == 512);
}

TEST_CASE("what is printed is read again", "[smtp][rfc5321:4.2]") {
    for (const Reply& reply :
         {Reply{250, "2.1.5", {"fine"}}, Reply{354, "", {"go"}}, Reply{451, "4.3.0", {"a", "b", ""}}, Reply{220, "", {"x ESMTP"}}})
        CHECK(whole(smtp::print(reply)) == reply);
}

TEST_CASE("odd replies of other servers are read, nonsense is not", "[smtp][rfc5321:4.2]") {
    CHECK(whole("250\r\n") == Reply{250, "", {""}});
    CHECK(whole("250-a\r\n250\r\n") == Reply{250, "", {"a", ""}});
    CHECK((*read("550 4.1.1 class differs\r\n"))->enhanced.empty());
    CHECK((*read("550 5.1.1\r\n"))->enhanced == "5.1.1");
    CHECK(read("250-only begun\r\n"));
    CHECK_FALSE(whole("250-only begun\r\n"));
    for (const auto* wire : {"\r\n", "25\r\n", "abc def\r\n", "2500 x\r\n", "150 x\r\n", "600 x\r\n", "250-a\r\n251 b\r\n", "250_a\r\n",
                             "HTTP/1.1 200 OK\r\n"})
        CHECK_FALSE(read(wire));
    std::string endless;
    for (int i = 0; i < 101; ++i) endless += "250-x\r\n";
    CHECK_FALSE(read(endless));
}

TEST_CASE("extensions of an EHLO reply", "[smtp][rfc5321:4.1.1.1]") {
    const auto found = smtp::extensions(**read("250-mx.test hello\r\n250-size 100\r\n250 StartTLS\r\n"));
    REQUIRE(found.size() == 2);
    CHECK(found[0].keyword == "SIZE");
    CHECK(found[0].parameters == "100");
    CHECK(found[1].keyword == "STARTTLS");
}

TEST_CASE("an error becomes the reply of its fault", "[smtp][rfc3463:2]") {
    CHECK(smtp::print(smtp::reply_of({Fault::unavailable, "try again later", "auth is away"})) == "451 4.3.0 try again later\r\n");
    CHECK(smtp::print(smtp::reply_of({Fault::internal, "", ""})) == "451 4.3.0 internal\r\n");
}
