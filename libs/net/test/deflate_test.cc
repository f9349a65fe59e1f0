// Compression of a connection, against a peer that compresses, and against one that sends what it likes.
#include <catch2/catch.hpp>
#include <string>

#include "certificates.h"
#include "pair.h"
#include "sky/deflate/deflater.h"
#include "sky/net/line_reader.h"

using namespace sky;
using namespace sky::net;
using namespace std::chrono_literals;

namespace {

std::string compressed(std::string_view plain) {
    std::string out;
    deflate::Deflater().compress(plain, out);
    return out;
}

Task<Pair> deflating_pair() {
    Pair pair = co_await make_pair();
    pair.server.start_deflate();
    pair.client.start_deflate();
    co_return pair;
}

}  // namespace

TEST_CASE("compressed lines cross in both directions, whole after each write", "[net][deflate][rfc4978:4]") {
    run([]() -> Task<void> {
        Pair pair = co_await deflating_pair();
        CHECK(pair.server.is_deflated());
        LineReader server(pair.server), client(pair.client);
        for (int i = 0; i < 200; ++i) {
            const std::string command = "a" + std::to_string(i) + " NOOP", answer = command + " completed";
            CHECK(co_await pair.client.write(command + "\r\n"));
            CHECK((co_await server.line(100)).value() == command);
            const std::vector<std::string_view> parts{answer, "\r\n"};
            CHECK(co_await pair.server.write(parts));
            CHECK((co_await client.line(100)).value() == answer);
        }
        const std::string large(1'000'000, 'x');
        CHECK(co_await pair.server.write(large));
        std::size_t got = 0;
        while (got < large.size()) {
            const auto piece = co_await client.read_upto(50'000);
            REQUIRE(piece);
            got += piece->size();
        }
        pair.client.close();
        CHECK(is_eof((co_await server.line(100)).error()));
    }());
}

TEST_CASE("a session that waits knows of octets that are inflated or still to be inflated", "[net][deflate]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        pair.server.start_deflate();
        Event event;
        // One segment, many lines: after each of them there is input although the socket has none left.
        std::string lines;
        for (int i = 0; i < 3000; ++i) lines += "line " + std::to_string(i) + "\r\n";
        CHECK(co_await pair.client.write(compressed(lines)));
        char octet = 0;
        for (const char expected : lines) {
            REQUIRE((co_await pair.server.wait_readable(after(5s), &event)).value() == Wake::input);
            REQUIRE((co_await pair.server.read_some(&octet, 1)).value() == 1);
            REQUIRE(octet == expected);
        }
        // A flush that holds nothing is no input, and the event still comes through.
        CHECK(co_await pair.client.write(std::string("\0\0\0\xff\xff", 5)));
        CHECK((co_await pair.server.wait_readable(after(10ms), &event)).value() == Wake::timeout);
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("notifier", [](Event& on) -> Task<void> {
            co_await sleep_for(2ms);
            on.notify_all();
        }(event));
        CHECK((co_await pair.server.wait_readable(after(5s), &event)).value() == Wake::event);
        CHECK(co_await pair.client.write(compressed("x")));
        CHECK((co_await pair.server.wait_readable(after(5s))).value() == Wake::input);
        CHECK((co_await pair.server.read_some(&octet, 1)).value() == 1);
        pair.client.close();
        CHECK((co_await pair.server.wait_readable(after(5s))).value() == Wake::input);
        CHECK(is_eof((co_await pair.server.read_some(&octet, 1)).error()));
    }());
}

TEST_CASE("an idle connection keeps what the peer may refer to and little else", "[net][deflate]") {
    run([]() -> Task<void> {
        Pair pair = co_await deflating_pair();
        LineReader server(pair.server), client(pair.client);
        for (int i = 0; i < 100; ++i) {
            CHECK(co_await pair.client.write("a UID FETCH " + std::to_string(i) + " (FLAGS)\r\n"));
            CHECK(co_await server.line(100));
            CHECK(co_await pair.server.write("* 1 FETCH (FLAGS ())\r\na OK done\r\n"));
        }
        CHECK((co_await server.wait_input(after(1ms))).value() == Wake::timeout);
        CHECK(pair.server.deflate_octets() < 16 * 1024);
        CHECK(co_await pair.client.write("a LOGOUT\r\n"));
        CHECK((co_await server.line(100)).value() == "a LOGOUT");
    }());
}

TEST_CASE("a compressed bomb meets the limits of plain text", "[net][deflate]") {
    run([]() -> Task<void> {
        Pair pair = co_await make_pair();
        pair.server.start_deflate();
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("bomber", [](Stream& to) -> Task<void> {
            const std::string piece = compressed(std::string(16 * 1024 * 1024, 'x'));
            for (int i = 0; i < 100; ++i)
                if (!co_await to.write(piece)) co_return;
        }(pair.client));
        LineReader reader(pair.server);
        CHECK((co_await reader.line(8000)).error().fault == Fault::limit);
        CHECK(pair.server.deflate_octets() < 64 * 1024);
        pair.server.close();
        co_await group.stop(after(1s));
    }());
}

TEST_CASE("garbage, a stream that ended, and input that never holds anything end the connection", "[net][deflate]") {
    std::string nothing;
    for (int i = 0; i < 400'000; ++i) nothing.append("\0\0\0\xff\xff", 5);
    for (const std::string& wrong : {std::string("a1 NOOP\r\na2 NOOP\r\n"), std::string("\x03\0rest", 6), nothing}) {
        run([](std::string sent) -> Task<void> {
            Pair pair = co_await make_pair();
            pair.server.start_deflate();
            Group group(co_await boost::asio::this_coro::executor);
            group.spawn("client", [](Stream& to, std::string octets) -> Task<void> {
                (void)co_await to.write(octets);
            }(pair.client, std::move(sent)));
            LineReader reader(pair.server);
            for (int i = 0; i < 2; ++i) {
                const auto line = co_await reader.line(8000);
                REQUIRE_FALSE(line);
                CHECK(line.error().fault == Fault::unavailable);
                CHECK_FALSE(is_eof(line.error()));
                CHECK((co_await pair.server.wait_readable(after(5s))).value() == Wake::input);
            }
            pair.server.close();
            co_await group.stop(after(1s));
        }(wrong));
    }
}

TEST_CASE("compression ends behind what was sent under it", "[net][deflate][rfc8437:4.1]") {
    for (const bool apart : {false, true}) {
        run([](bool in_two) -> Task<void> {
            Pair pair = co_await make_pair();
            pair.server.start_deflate();
            const std::string last = compressed("a1 UNAUTHENTICATE\r\n"), next = "a2 CAPABILITY\r\n";
            LineReader reader(pair.server);
            CHECK(co_await pair.client.write(in_two ? last.substr(0, last.size() - 4) : last + next));
            CHECK((co_await reader.line(100)).value() == "a1 UNAUTHENTICATE");
            pair.server.end_deflate();
            CHECK_FALSE(pair.server.is_deflated());
            if (in_two) {
                CHECK(co_await pair.client.write(last.substr(last.size() - 4)));
                CHECK((co_await reader.wait_input(after(10ms))).value() == Wake::timeout);
                CHECK(co_await pair.client.write(next));
            }
            CHECK((co_await reader.wait_input(after(5s))).value() == Wake::input);
            CHECK((co_await reader.line(100)).value() == "a2 CAPABILITY");
            CHECK(co_await pair.server.write("plain\r\n"));
            LineReader client(pair.client);
            CHECK((co_await client.line(100)).value() == "plain");
            CHECK(co_await pair.client.write("a3 NOOP\r\n"));
            CHECK((co_await reader.line(100)).value() == "a3 NOOP");
            CHECK(pair.server.deflate_octets() == 0);
            // And once more.
            pair.server.start_deflate();
            CHECK(co_await pair.client.write(compressed("a4 NOOP\r\n")));
            CHECK((co_await reader.line(100)).value() == "a4 NOOP");
        }(apart));
    }
}

TEST_CASE("compression lies under TLS", "[net][deflate][rfc4978:3]") {
    const ScratchDirectory scratch;
    write_certificate(scratch / "main", "mail.example.test");
    const auto server = TlsServer::open({.certificate_file = scratch / "main.crt", .key_file = scratch / "main.key"}).value();
    const auto client = TlsClient::open({.ca_file = scratch / "main.crt"}).value();
    run([](std::shared_ptr<const TlsServer> with, std::shared_ptr<const TlsClient> to) -> Task<void> {
        Pair pair = co_await make_pair();
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("server", [](Stream& stream, std::shared_ptr<const TlsServer> tls) -> Task<void> {
            (void)co_await stream.start_tls(tls);
        }(pair.server, with));
        REQUIRE(co_await pair.client.start_tls(to, "mail.example.test"));
        co_await group.join(after(5s));
        pair.server.start_deflate();
        pair.client.start_deflate();
        LineReader reader(pair.server), answers(pair.client);
        std::string lines;
        for (int i = 0; i < 5000; ++i) lines += "line " + std::to_string(i) + "\r\n";
        CHECK(co_await pair.client.write(lines));
        for (int i = 0; i < 5000; ++i) {
            REQUIRE((co_await reader.wait_input(after(5s))).value() == Wake::input);
            REQUIRE((co_await reader.line(100)).value() == "line " + std::to_string(i));
        }
        CHECK((co_await reader.wait_input(after(1ms))).value() == Wake::timeout);
        CHECK(co_await pair.server.write("done\r\n"));
        CHECK((co_await answers.line(100)).value() == "done");
    }(server, client));
}
