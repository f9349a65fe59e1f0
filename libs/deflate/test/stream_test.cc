#include <catch2/catch.hpp>
#include <random>

#include "sky/deflate/deflater.h"
#include "sky/deflate/inflater.h"

using namespace sky;
using namespace sky::deflate;

namespace {

std::string compressed(Deflater& deflater, std::string_view plain) {
    std::string out;
    deflater.compress(plain, out);
    return out;
}

// All that comes of it, with this much room at a time.
std::string inflated(Inflater& inflater, std::string_view encoded, std::size_t room = 1000) {
    std::string out, piece(room, '\0');
    for (;;) {
        const auto made = inflater.inflate(encoded, piece);
        REQUIRE(made);
        if (*made == 0) break;
        out.append(piece, 0, *made);
    }
    CHECK(encoded.empty());
    return out;
}

std::string answer(unsigned seed) {
    std::string out;
    for (unsigned i = 0; i < 40; ++i)
        out +=
            "* " + std::to_string(seed * 40 + i) + " FETCH (UID " + std::to_string(seed * 50 + i * 2) + " FLAGS (\\Seen $Forwarded))\r\n";
    return out;
}

// 64 MiB of one letter.
std::string bomb() {
    Deflater deflater;
    std::string out;
    for (int i = 0; i < 64; ++i) deflater.compress(std::string(1024 * 1024, 'x'), out);
    return out;
}

}  // namespace

TEST_CASE("each piece can be read whole when it is there", "[deflate][rfc1951:2]") {
    Deflater deflater;
    Inflater inflater;
    CHECK(compressed(deflater, "").empty());
    for (unsigned i = 0; i < 50; ++i) {
        const std::string plain = answer(i);
        const std::string wire = compressed(deflater, plain);
        CHECK(wire.size() < plain.size() / 2);
        CHECK(wire.ends_with(std::string_view("\0\0\xff\xff", 4)));
        CHECK(inflated(inflater, wire, i % 7 + 1) == plain);
        CHECK(inflater.at_boundary());
        if (i % 3 == 0) inflater.rest();
    }
}

TEST_CASE("octet by octet, and resting wherever that is possible, is the same", "[deflate]") {
    Deflater deflater;
    Inflater inflater;
    std::string plain, wire, got;
    for (unsigned i = 0; i < 20; ++i) {
        plain += answer(i);
        wire += compressed(deflater, answer(i));
    }
    for (const char octet : wire) {
        got += inflated(inflater, std::string_view(&octet, 1), 3);
        inflater.rest();
    }
    CHECK(got == plain);
}

TEST_CASE("octets that don't compress cross as well", "[deflate]") {
    std::mt19937 random(7);
    Deflater deflater;
    Inflater inflater;
    for (const std::size_t size : {1UL, 100UL, 70'000UL, 300'000UL}) {
        std::string plain(size, '\0');
        for (char& octet : plain) octet = static_cast<char>(random());
        const std::string wire = compressed(deflater, plain);
        CHECK(wire.size() < size + size / 100 + 100);
        CHECK(inflated(inflater, wire) == plain);
        inflater.rest();
    }
}

TEST_CASE("what rests holds no more than the other side may refer to", "[deflate]") {
    Deflater deflater;
    Inflater inflater;
    const std::string line = "a1 NOOP\r\n";
    CHECK(inflated(inflater, compressed(deflater, line)) == line);
    inflater.rest();
    CHECK(inflater.held() < 64);
    CHECK(inflated(inflater, compressed(deflater, std::string(1'000'000, 'y'))).size() == 1'000'000);
    inflater.rest();
    CHECK(inflater.held() <= 32 * 1024 + 64);
    CHECK(deflater.held() <= 2 * Deflater::history);
    CHECK(inflated(inflater, compressed(deflater, line)) == line);
}

TEST_CASE("a bomb makes no more octets at once than there is room for", "[deflate]") {
    const std::string wire = bomb();
    CHECK(wire.size() < 80'000);
    Inflater inflater;
    std::string_view left = wire;
    char room[100];
    for (int i = 0; i < 1000; ++i) {
        const auto made = inflater.inflate(left, room);
        REQUIRE(made);
        CHECK(*made <= sizeof room);
    }
    CHECK(left.size() > wire.size() / 2);
}

TEST_CASE("what follows a flush is not looked at", "[deflate][rfc8437:4.1]") {
    for (unsigned i = 0; i < 64; ++i) {  // the last block ends at any of an octet's bits
        Deflater deflater;
        Inflater inflater;
        const std::string plain(1 + i % 16, static_cast<char>('a' + i));
        const std::string wire = compressed(deflater, plain) + "a2 LOGIN x y\r\n";
        std::string_view left = wire;
        char room[100];
        CHECK(inflater.inflate(left, room).value() == plain.size());
        CHECK(left == "a2 LOGIN x y\r\n");
        CHECK(inflater.at_boundary());
    }
}

TEST_CASE("garbage, and anything behind the end of the stream, fails for good", "[deflate]") {
    Inflater inflater;
    char room[100];
    std::string_view garbage = "\xff\xff\xff\xff garbage";
    CHECK(inflater.inflate(garbage, room).error().fault == Fault::syntax);
    std::string_view more = "x";
    CHECK_FALSE(inflater.inflate(more, room));
    Inflater ending;
    std::string_view last("\x4b\x04\x00\x61", 4);  // a final block of "a", and an octet behind it
    CHECK(ending.inflate(last, room).value() == 1);
    CHECK(ending.at_boundary());
    CHECK(last == "a");
    CHECK_FALSE(ending.inflate(last, room));
}
