#include "auth/sealing.h"

#include <catch2/catch.hpp>

#include "sky/base/encode.h"

using namespace sky;
using namespace sky::auth;

namespace {
const std::string old_key = hex_decode("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f").value();
const std::string new_key = hex_decode("ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f").value();
const SealedFor here{"totp", TenantId(7), "42"};
}  // namespace

TEST_CASE("a sealed secret opens where it was sealed for and nowhere else", "[auth][sealing]") {
    const Seal seal({new_key});
    const auto blob = seal.seal(here, "canary");
    CHECK(seal.open(here, blob).value() == "canary");
    CHECK(blob.find("canary") == std::string::npos);
    CHECK(seal.open({"ldap", TenantId(7), "42"}, blob).error().fault == Fault::corrupt);
    CHECK(seal.open({"totp", TenantId(8), "42"}, blob).error().fault == Fault::corrupt);
    CHECK(seal.open({"totp", TenantId(7), "43"}, blob).error().fault == Fault::corrupt);
    // The parts are told apart even where their letters run together.
    CHECK(seal.open({"totp", TenantId(74), "2"}, blob).error().fault == Fault::corrupt);
}

TEST_CASE("an empty secret and one with any octets come back whole", "[auth][sealing]") {
    const Seal seal({new_key});
    const std::string any("\0\xff\r\n", 4);
    CHECK(seal.open(here, seal.seal(here, "")).value().empty());
    CHECK(seal.open(here, seal.seal(here, any)).value() == any);
}

TEST_CASE("no two blobs of one secret are alike", "[auth][sealing]") {
    const Seal seal({new_key});
    CHECK(seal.seal(here, "canary") != seal.seal(here, "canary"));
}

TEST_CASE("a blob with any bit changed or any octet missing does not open", "[auth][sealing]") {
    const Seal seal({new_key});
    const auto blob = seal.seal(here, "canary");
    for (std::size_t i = 0; i < blob.size(); ++i) {
        auto bent = blob;
        bent[i] = static_cast<char>(bent[i] ^ 1);
        CHECK_FALSE(seal.open(here, bent));
        CHECK_FALSE(seal.open(here, blob.substr(0, i)));
    }
    CHECK_FALSE(seal.open(here, blob + "x"));
}

TEST_CASE("after a rotation old blobs open and ask to be sealed again", "[auth][sealing]") {
    const Seal before({old_key}), rotated({new_key, old_key}), after({new_key});
    const auto blob = before.seal(here, "canary");
    CHECK_FALSE(before.needs_reseal(blob));
    CHECK(rotated.open(here, blob).value() == "canary");
    CHECK(rotated.needs_reseal(blob));
    const auto again = rotated.seal(here, "canary");
    CHECK_FALSE(rotated.needs_reseal(again));
    CHECK(after.open(here, again).value() == "canary");
    const auto lost = after.open(here, blob);
    REQUIRE_FALSE(lost);
    CHECK(lost.error().reason.find("is not in SEAL_KEY") != std::string::npos);
    CHECK(lost.error().reason.find(hex_encode(old_key)) == std::string::npos);
}

TEST_CASE("each purpose and each master key derives digest keys of its own", "[auth][sealing]") {
    const Seal rotated({new_key, old_key});
    CHECK(rotated.derive("token").size() == 32);
    CHECK(rotated.derive("token") == Seal({new_key}).derive("token"));
    CHECK(rotated.derive("token") != rotated.derive("session"));
    CHECK(rotated.derive_all("token") == std::vector{Seal({new_key}).derive("token"), Seal({old_key}).derive("token")});
}

TEST_CASE("master keys are read as hex or base64, several by commas", "[auth][sealing]") {
    CHECK(parse_seal_keys(hex_encode(new_key)).value() == std::vector{new_key});
    CHECK(parse_seal_keys(base64_encode(new_key) + ", " + hex_encode(old_key) + "\n").value() == std::vector{new_key, old_key});
}

TEST_CASE("the key of now seals, those of before open, and a wrong one is named by its setting", "[auth][sealing]") {
    const auto blob = Seal({old_key}).seal(here, "canary");
    const auto rotated = Seal::load(hex_encode(new_key), hex_encode(old_key));
    REQUIRE(rotated);
    CHECK(rotated->open(here, blob).value() == "canary");
    CHECK(rotated->needs_reseal(blob));
    CHECK(Seal::load("short", "").error().text.starts_with("SKYBRIDGE_AUTH_SEAL_KEY: "));
    CHECK(Seal::load(hex_encode(new_key), "short").error().text.starts_with("SKYBRIDGE_AUTH_SEAL_KEY_PREVIOUS: "));
    CHECK_FALSE(Seal::load(hex_encode(new_key), hex_encode(new_key)));
}

TEST_CASE("what is no master key is refused without repeating it", "[auth][sealing]") {
    const auto hex = hex_encode(new_key);
    for (const std::string& bad : {std::string(), std::string("secret"), hex.substr(2), hex + "00", hex + ",", hex + "," + hex,
                                   std::string(64, '0'), base64_encode(std::string(31, 'x')), base64_encode(std::string(32, 'x'))}) {
        const auto keys = parse_seal_keys(bad);
        REQUIRE_FALSE(keys);
        CHECK(keys.error().fault == Fault::syntax);
        CHECK((bad.empty() || keys.error().text.find(bad) == std::string::npos));
    }
}
