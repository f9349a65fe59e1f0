#include <catch2/catch.hpp>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/base/fault.h"
#include "sky/base/sha256.h"
#include "sky/base/uuid.h"

using namespace sky;

TEST_CASE("every fault has a row, and a dependency that is away is temporary", "[base]") {
    for (int i = 0; i <= static_cast<int>(Fault::internal); ++i) CHECK(codes(static_cast<Fault>(i)).fault == static_cast<Fault>(i));
    CHECK(codes(Fault::unavailable).smtp / 100 == 4);
    CHECK(codes(Fault::timeout).temporary);
    CHECK(fault_of_grpc(codes(Fault::unavailable).grpc) == Fault::unavailable);
}

TEST_CASE("numbers are whole, unsigned and bounded", "[base]") {
    CHECK(ascii::number("0") == 0);
    CHECK(ascii::number("4294967295", UINT32_MAX) == UINT32_MAX);
    CHECK_FALSE(ascii::number("4294967296", UINT32_MAX));
    CHECK_FALSE(ascii::number(""));
    CHECK_FALSE(ascii::number("-1"));
    CHECK_FALSE(ascii::number("1 "));
}

TEST_CASE("UTF-8 refuses overlong forms, surrogates and cut sequences", "[base][rfc3629:3]") {
    CHECK(ascii::is_utf8("gr\xC3\xBC\xC3\x9F dich \xF0\x9F\x98\x80"));
    CHECK_FALSE(ascii::is_utf8("\xC0\xAF"));
    CHECK_FALSE(ascii::is_utf8("\xED\xA0\x80"));
    CHECK_FALSE(ascii::is_utf8("\xE2\x82"));
    CHECK_FALSE(ascii::is_utf8("\xFF"));
}

TEST_CASE("base64 round-trips and is strict", "[base][rfc4648:4][rfc4648:5]") {
    for (std::size_t n = 0; n < 70; ++n) {
        const auto bytes = random_bytes(n);
        CHECK(base64_decode(base64_encode(bytes)) == bytes);
        CHECK(base64url_decode(base64url_encode(bytes)) == bytes);
    }
    CHECK_FALSE(base64_decode("abc"));
    CHECK_FALSE(base64_decode("ab c="));
    CHECK_FALSE(base64_decode("YWJj\r\n"));
}

TEST_CASE("version 7 UUIDs sort by time and survive their text", "[base][rfc9562:5.7]") {
    const Uuid early = new_uuid(Time{std::chrono::seconds{1000}});
    const Uuid late = new_uuid(Time{std::chrono::seconds{2000}});
    CHECK(early < late);
    CHECK(Uuid::parse(late.text()) == late);
    CHECK(late.text()[14] == '7');
    CHECK_FALSE(Uuid::parse("nonsense"));
}

TEST_CASE("what goes to a log carries no control characters", "[base]") {
    CHECK(ascii::printable("a\r\nb\\") == "a\\x0d\\x0ab\\x5c");
    CHECK(ascii::printable(std::string(500, 'x')).size() == 203);
}

TEST_CASE("SHA-256 is the same whole and in pieces", "[base]") {
    CHECK(hex_encode(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 hash;
    hash.feed("a");
    hash.feed("");
    hash.feed("bc");
    CHECK(hash.finish() == sha256("abc"));
}
