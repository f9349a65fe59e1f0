#include <catch2/catch.hpp>

#include "sky/base/encode.h"
#include "smtp/reception.h"

using namespace sky;
using namespace std::string_literals;

namespace {
struct Received {
    std::optional<smtp::Reply> refusal;
    std::string body, hash;
};
Received receive(std::string_view wire, std::size_t step = SIZE_MAX, std::uint64_t max = 10'000'000) {
    smtpd::Reception reception(max, "/tmp");
    while (!wire.empty() && !reception.complete()) wire.remove_prefix(reception.feed(wire.substr(0, step)));
    REQUIRE(reception.complete());
    return {reception.refusal(), reception.body().read(0, SIZE_MAX).value(), reception.sha256()};
}
int code(const Received& received) { return received.refusal ? received.refusal->code : 250; }
}  // namespace

TEST_CASE("what was sent is kept, hashed and the same in any segmentation", "[smtp][rfc5321:4.1.1.4]") {
    const auto whole = receive("Subject: x\r\n\r\n..dot\r\n.\r\n");
    CHECK_FALSE(whole.refusal);
    CHECK(whole.body == "Subject: x\r\n\r\n.dot\r\n");
    CHECK(whole.hash == sha256(whole.body));
    for (const std::size_t step : {1UL, 2UL, 5UL}) CHECK(receive("Subject: x\r\n\r\n..dot\r\n.\r\n", step).hash == whole.hash);
}

TEST_CASE("large messages go through a file and come back whole", "[smtp]") {
    std::string body = "Subject: x\r\n\r\n";
    while (body.size() < 3 * smtpd::MessageBuffer::memory) body += std::to_string(body.size()) + " line of text\r\n";
    const auto received = receive(body + ".\r\n", 40'000);
    CHECK_FALSE(received.refusal);
    CHECK(received.body == body);
    smtpd::MessageBuffer buffer("/tmp");
    for (std::size_t i = 0; i < body.size(); i += 70'000) REQUIRE(buffer.append(std::string_view(body).substr(i, 70'000)));
    std::string again;
    for (;;) {
        const auto piece = buffer.read(again.size(), 100'003).value();
        if (piece.empty()) break;
        again += piece;
    }
    CHECK(again == body);
}

TEST_CASE("a full disk is a temporary error", "[smtp]") {
    smtpd::MessageBuffer buffer("/no/such/directory");
    CHECK(buffer.append(std::string(1000, 'x')));
    const auto failed = buffer.append(std::string(smtpd::MessageBuffer::memory, 'x'));
    REQUIRE_FALSE(failed);
    CHECK(codes(failed.error().fault).temporary);
}

TEST_CASE("what must not be kept is refused at its end", "[smtp][rfc5321:2.3.8][rfc5321:6.3]") {
    CHECK(code(receive("a\nb\r\n.\r\n")) == 550);
    CHECK(code(receive("a\rb\r\n.\r\n")) == 550);
    CHECK(code(receive("a\0b\r\n.\r\n"s)) == 550);
    CHECK(code(receive(std::string(8191, 'x') + "\r\n.\r\n")) == 554);
    CHECK(code(receive(std::string(2000, 'x') + "\r\n.\r\n", SIZE_MAX, 1000)) == 552);
    std::string hops;
    for (int i = 0; i < 51; ++i) hops += "Received: from a by b\r\n";
    CHECK(receive(hops + "\r\n.\r\n").refusal->enhanced == "5.4.6");
    std::string endless;
    for (int i = 0; i < 2001; ++i) endless += "X: y\r\n";
    CHECK(code(receive(endless + "\r\n.\r\n")) == 554);
}
