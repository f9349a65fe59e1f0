#include <catch2/catch.hpp>

#include "sky/smtp-proto/decision.h"

using namespace sky::smtp;
using namespace std::string_literals;

TEST_CASE("a moderator's address says what is decided about which request", "[smtp-proto][rfc5321:4.5.3.1]") {
    const std::string token(32, '7');
    for (const auto choice : {Choice::approve, Choice::reject}) {
        const DecisionAddress address{choice, token, "example.test"};
        CHECK(parse_decision(print(address)) == address);
        CHECK(print(address).find('@') <= 64);
    }
    CHECK(parse_decision("APPROVE-00112233445566778899AABBCCDDEEFF@Example.Test")->token == "00112233445566778899aabbccddeeff");
}

TEST_CASE("nothing else is taken for a decision", "[smtp-proto]") {
    const auto zeros = std::string(32, '0');
    for (const auto& text :
         {"approve-" + zeros, "approve-" + zeros + "@", "approve-" + zeros + "0@x", "approve-" + zeros.substr(1) + "@x",
          "approve" + zeros + "@x", "reject-@x"s, "defer-" + zeros + "@x", "approve-" + std::string(32, 'g') + "@x", ""s, "@"s})
        CHECK_FALSE(parse_decision(text));
}

TEST_CASE("the digest of a token looks like one and is another", "[smtp-proto]") {
    const auto token = std::string(32, 'a');
    CHECK(digest_of_token(token).size() == 32);
    CHECK(digest_of_token(token) != token);
    CHECK(digest_of_token(token) != digest_of_token(std::string(32, 'b')));
}
