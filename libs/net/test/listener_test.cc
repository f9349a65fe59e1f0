#include "sky/net/listener.h"

#include <catch2/catch.hpp>
#include <string>

#include "certificates.h"
#include "pair.h"
#include "sky/async/report.h"
#include "sky/net/line_reader.h"
#include "sky/net/proxy_protocol.h"

using namespace sky;
using namespace sky::net;
using namespace std::chrono_literals;

namespace {

std::string reported;
struct Reports {
    Reports() {
        reported.clear();
        set_report_hook([](std::string_view event, std::string_view subject, std::string_view) {
            reported += std::string(event) + " " + std::string(subject) + "\n";
        });
    }
    ~Reports() { set_report_hook(nullptr); }
};

// Greets with the client's address, then echoes lines.
Task<void> echo(Stream stream) {
    (void)co_await stream.write("hello " + stream.peer().address + "\r\n");
    LineReader reader(stream);
    for (;;) {
        const auto line = co_await reader.line(100);
        if (!line) co_return;
        (void)co_await stream.write(std::string(*line) + "\r\n");
    }
}

std::unique_ptr<Listener> listen(Group& sessions, ListenerOptions options) {
    options.name = "echo";
    options.address = "127.0.0.1";
    auto listener = Listener::open(sessions, std::move(options), echo);
    if (!listener) throw std::runtime_error(listener.error().text);
    return std::move(*listener);
}

Task<Stream> dial(const Listener& listener) {
    auto stream = co_await connect("127.0.0.1", listener.port(), nullptr, after(2s));
    if (!stream) throw std::runtime_error(stream.error().reason);
    stream->expires_after(2s);
    co_return std::move(*stream);
}

Task<std::string> hear(Stream& stream) {
    LineReader reader(stream);
    const auto line = co_await reader.line(100);
    co_return line ? std::string(*line) : is_eof(line.error()) ? "(end)" : line.error().reason;
}

}  // namespace

TEST_CASE("an address that is not permitted is not connected to", "[net]") {
    run([]() -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        int heard = 0;
        auto listener = Listener::open(sessions, {.name = "inner", .address = "127.0.0.1"}, [&heard](Stream) -> Task<void> {
            ++heard;
            co_return;
        });
        std::string asked;
        const auto stream = co_await connect("127.0.0.1", (*listener)->port(), nullptr, after(2s), [&asked](std::string_view address) {
            asked = address;
            return false;
        });
        REQUIRE_FALSE(stream);
        CHECK(stream.error().reason.find("not permitted") != std::string::npos);
        CHECK(asked == "127.0.0.1");
        CHECK(co_await connect("127.0.0.1", (*listener)->port(), nullptr, after(2s), [](std::string_view) { return true; }));
        co_await sleep_for(100ms);
        CHECK(heard == 1);
        co_await sessions.stop(after(2s));
    }());
}

TEST_CASE("a listener serves, counts and stops", "[net]") {
    run([]() -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        auto listener = listen(sessions, {});
        Stream client = co_await dial(*listener);
        CHECK(co_await hear(client) == "hello 127.0.0.1");
        CHECK(listener->connections() == 1);
        client.close();
        CHECK(co_await sessions.join(after(1s)));
        CHECK(listener->connections() == 0);
        listener->stop();
        CHECK_FALSE(co_await connect("127.0.0.1", listener->port(), nullptr, after(1s)));
        co_await sessions.stop(after(1s));
    }());
}

TEST_CASE("two listeners share a port; a taken one is an error with its name", "[net]") {
    run([]() -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        auto first = listen(sessions, {});
        auto second = listen(sessions, {.port = first->port()});
        CHECK(second->port() == first->port());
        const auto bad = Listener::open(sessions, {.name = "imaps", .address = "192.0.2.1"}, echo);
        REQUIRE_FALSE(bad);
        CHECK(bad.error().text.find("imaps") != std::string::npos);
        co_await sessions.stop(after(1s));
    }());
}

TEST_CASE("too many connections hear why and are closed", "[net]") {
    const Reports reports;
    run([]() -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        auto listener = listen(sessions, {.connections_per_ip = 1, .busy_text = "421 too many\r\n"});
        Stream first = co_await dial(*listener);
        CHECK(co_await hear(first) == "hello 127.0.0.1");
        Stream second = co_await dial(*listener);
        CHECK(co_await hear(second) == "421 too many");
        CHECK(listener->counts().refused_limit == 1);
        first.close();
        CHECK(co_await sessions.join(after(1s)));
        Stream third = co_await dial(*listener);
        CHECK(co_await hear(third) == "hello 127.0.0.1");
        auto total = listen(sessions, {.connections = 1, .busy_text = "421 full\r\n"});
        Stream one = co_await dial(*total);
        CHECK(co_await hear(one) == "hello 127.0.0.1");
        Stream two = co_await dial(*total);
        CHECK(co_await hear(two) == "421 full");
        co_await sessions.stop(after(1s));
    }());
    CHECK(reported.find("net.connection.refused echo 127.0.0.1") != std::string::npos);
}

TEST_CASE("a trusted proxy tells the client's address, byte by byte if it likes", "[net]") {
    const Reports reports;
    run([]() -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        auto listener = listen(sessions, {.trusted_proxies = *parse_networks("127.0.0.0/8"), .connections_per_ip = 1});
        Stream client = co_await dial(*listener);
        for (const char c : write_proxy_v2({"2001:db8::7", 4000}, {"2001:db8::1", 25})) {
            CHECK(co_await client.write(std::string_view(&c, 1)));
            co_await yield();
        }
        CHECK(co_await hear(client) == "hello 2001:db8::7");
        Stream same = co_await dial(*listener);  // the same /64 once more
        CHECK(co_await same.write(write_proxy_v2({"2001:db8::8", 4000}, {"2001:db8::1", 25})));
        CHECK(co_await hear(same) == "(end)");
        Stream check = co_await dial(*listener);
        CHECK(co_await check.write("PROXY UNKNOWN\r\n"));
        CHECK(co_await hear(check) == "hello 127.0.0.1");
        Stream liar = co_await dial(*listener);
        CHECK(co_await liar.write("EHLO x\r\n"));
        CHECK(co_await hear(liar) == "(end)");
        CHECK(listener->counts().refused_proxy == 1);
        co_await sessions.stop(after(1s));
    }());
    CHECK(reported.find("net.proxy.refused") != std::string::npos);
}

// What a client hears that comes through a proxy, which says that it came under TLS.
Task<std::string> behind_tls(Group& sessions, std::string trusted) {
    auto listener = *Listener::open(sessions, {.name = "proxied", .address = "127.0.0.1", .trusted_proxies = *parse_networks(trusted)},
                                    [](Stream stream) -> Task<void> {
                                        (void)co_await stream.write(stream.is_private() ? "private\r\n" : "open\r\n");
                                        co_await stream.shutdown();
                                    });
    Stream client = co_await dial(*listener);
    std::string header = write_proxy_v2({"192.0.2.7", 4000}, {"192.0.2.8", 143});
    header[15] = static_cast<char>(header[15] + 8);
    (void)co_await client.write(header + std::string("\x20\x00\x05\x01\x00\x00\x00\x00", 8));
    co_return co_await hear(client);
}

TEST_CASE("a connection is private when a trusted proxy says that its client came under TLS, and only then", "[net]") {
    run([]() -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        CHECK(co_await behind_tls(sessions, "127.0.0.0/8") == "private");
        CHECK(co_await behind_tls(sessions, "192.0.2.0/24") == "open");
        co_await sessions.stop(after(1s));
    }());
}

TEST_CASE("a stranger's PROXY header is nothing special", "[net]") {
    run([]() -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        auto listener = listen(sessions, {.trusted_proxies = *parse_networks("192.0.2.0/24")});
        Stream client = co_await dial(*listener);
        CHECK(co_await client.write("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"));
        CHECK(co_await hear(client) == "hello 127.0.0.1");
        co_await sessions.stop(after(1s));
    }());
}

TEST_CASE("junk and silence on a TLS port disturb nobody", "[net]") {
    const Reports reports;
    const ScratchDirectory scratch;
    write_certificate(scratch / "main", "mail.example.test");
    run([](const ScratchDirectory& in) -> Task<void> {
        Group sessions(co_await boost::asio::this_coro::executor);
        const auto tls = *TlsServer::open({.certificate_file = in / "main.crt", .key_file = in / "main.key"});
        auto listener = listen(sessions, {.tls = tls, .opening_limit = 1s});
        Stream junk = co_await dial(*listener);
        CHECK(co_await junk.write("EHLO x\r\nMAIL FROM:<a@b>\r\n"));
        char answer[64];
        for (;;) {
            const auto n = co_await junk.read_some(answer, sizeof answer);
            if (n) continue;  // an alert, perhaps
            CHECK(is_eof(n.error()));
            break;
        }
        Stream silent = co_await dial(*listener);
        const auto client = *TlsClient::open({.ca_file = in / "main.crt"});
        Stream good = co_await dial(*listener);
        CHECK(co_await good.start_tls(client, "mail.example.test"));
        CHECK(co_await hear(good) == "hello 127.0.0.1");
        CHECK(co_await hear(silent) == "(end)");
        CHECK(listener->counts().refused_tls == 2);
        co_await sessions.stop(after(1s));
    }(scratch));
    CHECK(reported.find("net.tls.refused echo 127.0.0.1") != std::string::npos);
}
