#include "../src/codec.h"

#include <catch2/catch.hpp>
#include <vector>

namespace sky::redis {
namespace {

std::string encoded(std::initializer_list<std::string_view> argv) { return encode({argv.begin(), argv.size()}); }

}  // namespace

TEST_CASE("a command is its octets, whatever they are", "[redis][contract:S65]") {
    CHECK(encoded({"SET", "key", "a\r\nDEL *\r\n%s"}) == "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$12\r\na\r\nDEL *\r\n%s\r\n");
    CHECK(encoded({"GET", std::string_view("\0x", 2)}) == std::string("*2\r\n$3\r\nGET\r\n$2\r\n\0x\r\n", 21));
    CHECK(encoded({"GET", ""}) == "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
    CHECK(encoded({"GET", std::string_view()}) == "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
}

TEST_CASE("replies arrive octet by octet", "[redis]") {
    const std::string wire = "+OK\r\n:-7\r\n$-1\r\n$4\r\na\r\nb\r\n*2\r\n$1\r\nx\r\n*1\r\n-ERR no\r\n-NOSCRIPT gone\r\n";
    Decoder decoder;
    std::vector<Value> heard;
    for (const char octet : wire) {
        decoder.feed({&octet, 1});
        auto value = decoder.next();
        REQUIRE(value);
        if (*value) heard.push_back(**value);
    }
    REQUIRE(heard.size() == 6);
    CHECK(heard[0].text == "OK");
    CHECK(heard[1].integer == -7);
    CHECK(heard[2].is_nil());
    CHECK(heard[3].text == "a\r\nb");
    CHECK(heard[4].items[0].text == "x");
    CHECK(heard[4].items[1].items[0].kind == Value::Kind::error);
    CHECK(heard[5].kind == Value::Kind::error);
}

TEST_CASE("what is no RESP ends the connection", "[redis]") {
    Decoder decoder;
    decoder.feed("220 mail.example ESMTP\r\n");
    CHECK_FALSE(decoder.next());
    CHECK_FALSE(decoder.next());
}

TEST_CASE("a Redis that can't serve now is unavailable, a wrong command is our bug", "[redis]") {
    CHECK(error_of("LOADING Redis is loading the dataset in memory").fault == Fault::unavailable);
    CHECK(error_of("READONLY You can't write against a read only replica.").fault == Fault::unavailable);
    CHECK(error_of("OOM command not allowed").fault == Fault::unavailable);
    CHECK(error_of("ERR unknown command").fault == Fault::internal);
    CHECK(error_of("WRONGTYPE Operation").text.empty());
}

}  // namespace sky::redis
