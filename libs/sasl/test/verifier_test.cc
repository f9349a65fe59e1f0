#include <catch2/catch.hpp>

#include "sky/base/encode.h"
#include "sky/sasl/saslprep.h"
#include "sky/sasl/scram.h"

using namespace sky;
using namespace sky::sasl;
using namespace std::string_literals;

TEST_CASE("SASLprep does what the RFC's examples say", "[sasl][rfc4013:3]") {
    for (const auto as : {Prepared::query, Prepared::stored}) {
        CHECK(saslprep("I\xC2\xADX", as) == "IX");
        CHECK(saslprep("user", as) == "user");
        CHECK(saslprep("USER", as) == "USER");
        CHECK(saslprep("\xC2\xAA", as) == "a");
        CHECK(saslprep("\xE2\x85\xA8", as) == "IX");
        CHECK_FALSE(saslprep("\x07", as));
        CHECK_FALSE(saslprep("\xD8\xA7\x31", as));
    }
}

TEST_CASE("SASLprep maps spaces, composes, and refuses what is prohibited", "[sasl][rfc4013:2]") {
    CHECK(saslprep("a\xC2\xA0z", Prepared::stored) == "a z");         // no-break space
    CHECK(saslprep("e\xCC\x81", Prepared::stored) == "\xC3\xA9");     // NFKC
    CHECK(saslprep("\xC2\xAD", Prepared::stored) == "");              // soft hyphen maps to nothing
    CHECK(saslprep("\xEF\xB7\xBA", Prepared::stored)->size() == 33);  // the longest expansion there is
    CHECK(saslprep("", Prepared::stored) == "");
    for (const auto& bad : {"\x7f"s, "a\0b"s, "\xEE\x80\x80"s, "\xEF\xBF\xBD"s, "\xE2\x80\x8E"s, "\xff"s, "\xC3"s})
        CHECK_FALSE(saslprep(bad, Prepared::query));
    CHECK_FALSE(saslprep(std::string(5000, '\xC3'), Prepared::query));
}

TEST_CASE("what Unicode 3.2 did not know may be asked for but not kept", "[sasl][rfc4013:2.5]") {
    CHECK(saslprep("\xF0\x9F\x98\x80", Prepared::query) == "\xF0\x9F\x98\x80");
    CHECK_FALSE(saslprep("\xF0\x9F\x98\x80", Prepared::stored));
}

TEST_CASE("a verifier is that of the RFC's example", "[sasl][rfc5802:3]") {
    const auto salt = *base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    const auto verifier = scram_verifier(ScramHash::sha256, "pencil", salt, 4096);
    REQUIRE(verifier);
    CHECK(base64_encode(verifier->stored_key) == "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=");
    CHECK(base64_encode(verifier->server_key) == "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
    CHECK(scram_iterations == 600'000);
}

TEST_CASE("a verifier is not made of what can't be typed again, nor cheaply", "[sasl][rfc7677:4]") {
    const auto fault = [](std::string_view password, std::string_view salt, std::uint32_t iterations) {
        const auto made = scram_verifier(ScramHash::sha256, password, salt, iterations);
        return made ? std::optional<Fault>{} : made.error().fault;
    };
    CHECK(fault("", "0123456789abcdef", 4096) == Fault::syntax);
    CHECK(fault("a\x07", "0123456789abcdef", 4096) == Fault::syntax);
    CHECK(fault("\xF0\x9F\x98\x80", "0123456789abcdef", 4096) == Fault::syntax);
    CHECK(fault(std::string(1025, 'a'), "0123456789abcdef", 4096) == Fault::too_large);
    CHECK(fault("pencil", "", 4096) == Fault::internal);
    CHECK(fault("pencil", "0123456789abcdef", 4095) == Fault::internal);
    CHECK(fault("pencil", "0123456789abcdef", 10'000'001) == Fault::internal);
    CHECK_FALSE(fault("pencil", "0123456789abcdef", 4096));
}

TEST_CASE("a verifier is written as PostgreSQL writes it, and read back", "[sasl][rfc5803:2]") {
    for (const auto hash : {ScramHash::sha1, ScramHash::sha256}) {
        const ScramSecret secret{hash, "0123456789abcdef", 4096, *scram_verifier(hash, "pencil", "0123456789abcdef", 4096)};
        const auto text = to_text(secret);
        const auto back = parse_scram_secret(text);
        REQUIRE(back);
        CHECK(back->hash == hash);
        CHECK(back->salt == secret.salt);
        CHECK(back->iterations == 4096);
        CHECK(back->verifier.stored_key == secret.verifier.stored_key);
        CHECK(back->verifier.server_key == secret.verifier.server_key);
        for (std::size_t i = 0; i < text.size(); ++i) {
            CHECK_FALSE(parse_scram_secret(text.substr(0, i)));
            if (text[i] != '$') CHECK_FALSE(parse_scram_secret(text.substr(0, i) + "$" + text.substr(i + 1)));
        }
    }
    CHECK(
        parse_scram_secret("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                           "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="));
    for (const auto* bad : {"", "SCRAM-SHA-512$4096:AAAA$AAAA:AAAA", "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA",
                            "SCRAM-SHA-256$1:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                            "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="})
        CHECK_FALSE(parse_scram_secret(bad));
}
