#include "delivery/fingerprint.h"

#include <catch2/catch.hpp>
#include <set>

using namespace sky;
using namespace sky::delivery;

namespace {
Envelope envelope(std::string sender, std::vector<std::string> recipients) {
    Envelope out;
    out.sender = std::move(sender);
    for (auto& address : recipients) out.recipients.push_back({std::move(address), {}, {}, {}});
    return out;
}
const std::string content(32, 'c');
}  // namespace

TEST_CASE("a repetition is known whatever the order of its recipients and the client's address", "[delivery][rfc1047:2]") {
    auto first = envelope("a@x", {"b@y", "c@y"});
    auto second = envelope("a@x", {"c@y", "b@y"});
    second.remote_address = "192.0.2.9";
    second.helo = "other";
    CHECK(fingerprint(first, "id", content) == fingerprint(second, "id", content));
    CHECK(fingerprint(first, "id", content).size() == 32);
}

TEST_CASE("anything else makes another message", "[delivery]") {
    const auto base = envelope("a@x", {"b@y", "c@y"});
    std::set<std::string> all{fingerprint(base, "id", content)};
    CHECK(all.insert(fingerprint(envelope("", {"b@y", "c@y"}), "id", content)).second);
    CHECK(all.insert(fingerprint(envelope("a@x", {"b@y"}), "id", content)).second);
    CHECK(all.insert(fingerprint(envelope("a@x", {"b@yc@y"}), "id", content)).second);
    CHECK(all.insert(fingerprint(base, "id2", content)).second);
    CHECK(all.insert(fingerprint(base, "", content)).second);
    CHECK(all.insert(fingerprint(base, "id", std::string(32, 'd'))).second);
    // Where one part ends and the next begins counts.
    CHECK(all.insert(fingerprint(envelope("a@xi", {"b@y", "c@y"}), "d", content)).second);
}

TEST_CASE("a recipient's copy names envelope and mailbox", "[delivery][rfc5321:4.4]") {
    CHECK(recipient_prefix("a@x", "b@y") == "Return-Path: <a@x>\r\nDelivered-To: b@y\r\n");
    CHECK(recipient_prefix("", "b@y") == "Return-Path: <>\r\nDelivered-To: b@y\r\n");
}
