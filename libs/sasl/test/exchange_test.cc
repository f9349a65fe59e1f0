#include <catch2/catch.hpp>

#include "sky/base/encode.h"
#include "sky/sasl/exchange.h"

using namespace sky;
using namespace std::string_literals;

namespace {
sasl::Exchange open(std::string_view name) {
    auto exchange = sasl::Exchange::open(name);
    REQUIRE(exchange);
    return std::move(*exchange);
}
bool failed(const sasl::Step& step) { return std::holds_alternative<Error>(step); }
}  // namespace

TEST_CASE("PLAIN takes an initial response", "[sasl][rfc4616:2]") {
    auto exchange = open("plain");
    const auto step = exchange.begin(base64_encode("\0ada\0secret"s));
    const auto& given = std::get<sasl::Password>(step);
    CHECK(given.authentication == "ada");
    CHECK(given.password == "secret");
    CHECK(given.authorization.empty());
}

TEST_CASE("PLAIN without an initial response asks with an empty challenge", "[sasl][rfc4616:2]") {
    auto exchange = open("PLAIN");
    CHECK(std::get<sasl::Challenge>(exchange.begin(std::nullopt)).wire.empty());
    const auto step = exchange.answer(base64_encode("ops\0ada\0secret"s));
    CHECK(std::get<sasl::Password>(step).authorization == "ops");
}

TEST_CASE("PLAIN refuses what lacks a part, has one too many, or is not text", "[sasl][rfc4616:2]") {
    for (const auto& message : {""s, "ada"s, "\0ada"s, "\0\0secret"s, "\0ada\0"s, "\0ada\0sec\0ret"s, "\0ad\xff\0secret"s,
                                "\0"s + std::string(256, 'a') + "\0secret"s, "\0ada\0"s + std::string(1025, 'p')})
        CHECK(failed(open("PLAIN").begin(base64_encode(message))));
}

TEST_CASE("LOGIN asks for name and password", "[sasl]") {
    auto exchange = open("LOGIN");
    CHECK(std::get<sasl::Challenge>(exchange.begin(std::nullopt)).wire == "VXNlcm5hbWU6");
    CHECK(std::get<sasl::Challenge>(exchange.answer(base64_encode("ada"))).wire == "UGFzc3dvcmQ6");
    const auto step = exchange.answer(base64_encode("secret"));
    CHECK(std::get<sasl::Password>(step).authentication == "ada");
}

TEST_CASE("LOGIN takes the name as initial response", "[sasl]") {
    auto exchange = open("LOGIN");
    CHECK(std::get<sasl::Challenge>(exchange.begin(base64_encode("ada"))).wire == "UGFzc3dvcmQ6");
    CHECK(failed(exchange.answer(base64_encode(""))));
}

TEST_CASE("an exchange can be cancelled and base64 is strict", "[sasl][rfc4954:4]") {
    for (const auto* line : {"*", "YQ", "YQ= ", "=YQ", "!", "\r"}) {
        auto exchange = open("PLAIN");
        exchange.begin(std::nullopt);
        CHECK(failed(exchange.answer(line)));
    }
    CHECK(failed(open("PLAIN").begin("")));
    CHECK(failed(open("PLAIN").begin("=")));
    CHECK_FALSE(sasl::Exchange::open("CRAM-MD5"));
    CHECK_FALSE(sasl::Exchange::open(""));
}
