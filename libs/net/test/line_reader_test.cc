#include "sky/net/line_reader.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "pair.h"

using namespace sky;
using namespace sky::net;
using namespace std::chrono_literals;

namespace {

// What a reader makes of `input`, in pieces of `piece` octets: lines as they are, failures as their fault's name.
std::vector<std::string> lines_of(std::string input, std::size_t piece, LineEnds ends, std::size_t limit = 10) {
    std::vector<std::string> out;
    run([](std::string bytes, std::size_t step, LineEnds policy, std::size_t most, std::vector<std::string>& into) -> Task<void> {
        Pair pair = co_await make_pair();
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("feeder", [](Stream& to, std::string all, std::size_t each) -> Task<void> {
            for (std::size_t at = 0; at < all.size(); at += each) {
                (void)co_await to.write(std::string_view(all).substr(at, each));
                co_await yield();
            }
            to.close();
        }(pair.client, bytes, step));
        LineReader reader(pair.server, policy);
        for (;;) {
            const auto line = co_await reader.line(most);
            if (!line && is_eof(line.error())) break;
            into.push_back(line ? std::string(*line) : "!" + std::string(codes(line.error().fault).name));
            if (!line && line.error().fault == Fault::limit) break;
        }
        co_await group.stop(after(1s));
    }(std::move(input), piece, ends, limit, out));
    return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines are the same however they arrive", "[net]") {
    for (const std::size_t piece : {1, 2, 3, 100}) {
        CHECK(lines_of("a\r\n\r\n0123456789\r\nlast\r\nhalf", piece, LineEnds::crlf) == Lines{"a", "", "0123456789", "last"});
    }
}

TEST_CASE("bare CR and bare LF are refused by choice, and the next line is fine", "[net][rfc5321:2.3.8]") {
    for (const std::size_t piece : {1, 100}) {
        CHECK(lines_of("a\nb\r\nc\rd\r\ne\r\n", piece, LineEnds::crlf) == Lines{"!syntax", "b", "!syntax", "e"});
        CHECK(lines_of("a\nb\r\nc\rd\ne\r\r\nf\n", piece, LineEnds::crlf_or_lf) == Lines{"a", "b", "!syntax", "!syntax", "f"});
        CHECK(lines_of("a\nb\r\nc\rd\ne\r\r\nf\n", piece, LineEnds::lf) == Lines{"a", "b", "c\rd", "e\r", "f"});
    }
}

TEST_CASE("a line over the limit is skipped to its end", "[net]") {
    for (const std::size_t piece : {1, 7, 100}) {
        CHECK(lines_of("01234567890\r\nok\r\n" + std::string(200, 'x') + "\r\nok\r\n", piece, LineEnds::crlf) ==
              Lines{"!too_large", "ok", "!too_large", "ok"});
    }
}

TEST_CASE("a line without end is given up after a bounded search", "[net]") {
    CHECK(lines_of(std::string(2 * 1024 * 1024, 'x'), 65536, LineEnds::crlf) == Lines{"!limit"});
}

TEST_CASE("literals follow lines without a gap", "[net]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        const std::string big(100'000, 'y');
        CHECK(co_await pair.client.write("a {5}\r\nhello\r\nb {100000}\r\n" + big + " tail\r\nskipme" + "end\r\n"));
        LineReader reader(pair.server);
        CHECK((co_await reader.line(100)).value() == "a {5}");
        CHECK((co_await reader.exactly(5)).value() == "hello");
        CHECK((co_await reader.line(100)).value() == "");
        CHECK((co_await reader.line(100)).value() == "b {100000}");
        std::string got;
        while (got.size() < big.size()) got += (co_await reader.read_upto(big.size() - got.size())).value();
        CHECK(got == big);
        CHECK((co_await reader.line(100)).value() == " tail");
        CHECK(co_await reader.skip(6));
        CHECK(reader.peek().starts_with("end"));
        CHECK((co_await reader.line(100)).value() == "end");
        CHECK(co_await pair.client.write("injected\r\n"));
        CHECK((co_await reader.wait_input(after(1s))).value() == Wake::input);
        CHECK((co_await reader.read_upto(1)).value() == "i");
        CHECK(reader.buffered() == 9);
        reader.discard_buffered();
        CHECK(reader.buffered() == 0);
    }());
}
