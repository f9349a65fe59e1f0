#include "sky/dns/resolver.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <future>

#include "name_server.h"
#include "support/run.h"

using namespace sky;
using namespace sky::dns;
using namespace std::chrono_literals;
using dns::testing::NameServer;

namespace {
std::string long_text(std::size_t strings) {
    std::string out = "long TXT";
    for (std::size_t i = 0; i < strings; ++i) out += " \"" + std::string(250, static_cast<char>('a' + i % 26)) + "\"";
    return out + "\n";
}

const std::string names = R"(
@ MX 20 mx2
@ MX 10 mx1
@ MX 10 mx1
mx1 A 192.0.2.1
mx1 A 192.0.2.2
mx1 AAAA 2001:db8::1
nothing MX 0 .
alias CNAME other.alias
other.alias CNAME mx1
dangling CNAME gone
loop CNAME pool
pool CNAME loop
_imaps._tcp SRV 0 1 993 MX1
_25._tcp.mx1 TLSA 3 1 1 ABCDEF
@ CAA 0 issue "ca.example"
4.2.0.192 PTR mx1
)" + long_text(30);

NameServer& server() {
    static NameServer made({{"names.test", names}, {"signed.test", "www A 192.0.2.7\n", true}, {"forged.test", "www A 192.0.2.8\n", true}});
    return made;
}

net::Endpoint at(std::uint16_t port) { return {"127.0.0.1", port}; }

struct Asking {
    boost::asio::io_context io;
    Resolver resolver;
    explicit Asking(const Options& options) : resolver(Resolver::open(io.get_executor(), options).value()) {}
    Result<Answer> ask(std::string name, Type type, std::chrono::milliseconds patience = 5s) {
        return support::run(io, resolver.query(std::move(name), type, after(patience)));
    }
    std::string texts(std::string name, Type type) {
        const auto answer = ask(std::move(name), type);
        if (!answer) return "failed: " + answer.error().reason;
        std::string out;
        for (const auto& data : answer->records) out += (out.empty() ? "" : ", ") + text(data);
        return out;
    }
};

Options stubs() {
    return {.stubs = {{"names.test", at(server().port())}, {"signed.test", at(server().port())}, {"forged.test", at(server().port())}}};
}
}  // namespace

TEST_CASE("records of a real server are found, each once and in order", "[dns]") {
    const bool forwarding = GENERATE(false, true);
    Asking dns(forwarding ? Options{.forwarders = {at(server().port())}} : stubs());
    CHECK(dns.texts("Names.TEST", Type::mx) == "10 mx1.names.test., 20 mx2.names.test.");
    CHECK(dns.texts("mx1.names.test.", Type::a) == "192.0.2.1, 192.0.2.2");
    CHECK(dns.texts("mx1.names.test", Type::aaaa) == "2001:db8::1");
    CHECK(dns.texts("nothing.names.test", Type::mx) == "0 .");
    CHECK(dns.texts("_imaps._tcp.names.test", Type::srv) == "0 1 993 mx1.names.test.");
    CHECK(dns.texts("_25._tcp.mx1.names.test", Type::tlsa) == "3 1 1 abcdef");
    CHECK(dns.texts("names.test", Type::caa) == "0 issue \"ca.example\"");
    CHECK(dns.texts("4.2.0.192.names.test", Type::ptr) == "mx1.names.test.");
    CHECK(dns.texts("names.test", Type::ns) == "ns.names.test.");
    const auto answer = dns.ask("mx1.names.test", Type::a);
    CHECK(answer->ttl <= 60s);
    CHECK(answer->security == Security::insecure);
}

TEST_CASE("aliases are followed and say where they lead", "[dns][rfc1035:3.6.2]") {
    Asking dns(stubs());
    const auto answer = dns.ask("alias.names.test", Type::a);
    REQUIRE(answer);
    CHECK(answer->name == "mx1.names.test");
    CHECK(answer->records.size() == 2);
    CHECK(dns.texts("alias.names.test", Type::cname) == "other.alias.names.test.");
    CHECK(dns.ask("dangling.names.test", Type::a)->found == Found::no_name);
}

TEST_CASE("no such name, no such record and no answer are three things", "[dns][rfc2308:2]") {
    Asking dns(stubs());
    CHECK(dns.ask("gone.names.test", Type::a)->found == Found::no_name);
    CHECK(dns.ask("mx1.names.test", Type::mx)->found == Found::no_data);
    CHECK(dns.ask("mx1.names.test", Type::a)->found == Found::records);
    const auto loop = dns.ask("loop.names.test", Type::a);
    REQUIRE_FALSE(loop);
    CHECK(loop.error().fault == Fault::unavailable);
    CHECK(dns.ask("a..b", Type::a).error().fault == Fault::syntax);
    CHECK(dns.ask("a b.test", Type::a).error().fault == Fault::syntax);

    Asking dead({.stubs = {{"names.test", at(testing::dead_port())}}, .tries = 1});
    const auto failed = dead.ask("mx1.names.test", Type::a, 10s);
    REQUIRE_FALSE(failed);
    CHECK(codes(failed.error().fault).temporary);
}

TEST_CASE("an answer too long for one datagram comes over TCP", "[dns][rfc7766:5]") {
    Asking dns(stubs());
    const auto answer = dns.ask("long.names.test", Type::txt);
    REQUIRE(answer);
    CHECK(std::get<Txt>(answer->records.at(0)).text.size() == 30 * 250);
}

TEST_CASE("a server that is silent costs no more than the deadline", "[dns]") {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    Asking dns({.stubs = {{"names.test", at(ntohs(address.sin_port))}}});
    const auto started = std::chrono::steady_clock::now();
    const auto answer = dns.ask("mx1.names.test", Type::a, 300ms);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().fault == Fault::timeout);
    CHECK(std::chrono::steady_clock::now() - started < 2s);

    SECTION("and stop() ends the questions under way") {
        auto pending = boost::asio::co_spawn(dns.io, dns.resolver.query("mx2.names.test", Type::a, after(60s)), boost::asio::use_future);
        dns.io.restart();
        dns.io.run_for(50ms);
        dns.resolver.stop();
        dns.io.restart();
        dns.io.run_for(1s);
        REQUIRE(pending.wait_for(0s) == std::future_status::ready);
        CHECK(pending.get().error().fault == Fault::unavailable);
        CHECK(dns.ask("mx1.names.test", Type::a).error().fault == Fault::unavailable);
    }
    ::close(fd);
}

TEST_CASE("many questions at once are answered; too many are refused", "[dns]") {
    auto options = stubs();
    options.questions = 40;
    Asking dns(options);
    std::vector<std::future<Result<Answer>>> answers;
    for (int i = 0; i < 50; ++i)
        answers.push_back(boost::asio::co_spawn(dns.io, dns.resolver.query(fmt::format("n{}.names.test", i), Type::a, after(5s)),
                                                boost::asio::use_future));
    dns.io.restart();
    while (std::ranges::any_of(answers, [](const auto& answer) { return answer.wait_for(0s) != std::future_status::ready; }))
        dns.io.run_one();
    int absent = 0, refused = 0;
    for (auto& future : answers) {
        const auto answer = future.get();
        absent += answer && answer->found == Found::no_name;
        refused += !answer && answer.error().fault == Fault::limit;
    }
    CHECK(absent == 40);
    CHECK(refused == 10);
    CHECK(dns.texts("mx1.names.test", Type::aaaa) == "2001:db8::1");
}

TEST_CASE("answers are bounded", "[dns]") {
    auto options = stubs();
    options.records = 1;
    Asking dns(options);
    CHECK(dns.ask("mx1.names.test", Type::a).error().fault == Fault::too_large);
}

TEST_CASE("signatures prove answers, and that there is none", "[dns][rfc4035:5]") {
    auto options = stubs();
    options.trust_anchors = server().anchor("signed.test");
    Asking dns(options);
    CHECK(dns.ask("www.signed.test", Type::a)->security == Security::secure);
    const auto absent = dns.ask("gone.signed.test", Type::a);
    CHECK(absent->found == Found::no_name);
    CHECK(absent->security == Security::secure);
    CHECK(dns.ask("mx1.names.test", Type::a)->security == Security::insecure);
}

TEST_CASE("an answer whose signature is another's is no answer", "[dns][rfc4035:5]") {
    // The anchor of one zone, told to be the other's.
    const std::string anchor = server().anchor("forged.test") + ".wrong";
    {
        std::ifstream in(server().anchor("signed.test"));
        std::string line;
        std::getline(in, line);
        std::ofstream(anchor) << "forged.test." << line.substr(line.find('.', line.find('.') + 1) + 1) << "\n";
    }
    auto options = stubs();
    options.trust_anchors = anchor;
    Asking dns(options);
    const auto answer = dns.ask("www.forged.test", Type::a, 10s);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().fault == Fault::unavailable);
    CHECK_THAT(answer.error().reason, Catch::StartsWith("bogus"));
}

TEST_CASE("options that are wrong are refused at the start", "[dns]") {
    boost::asio::io_context io;
    CHECK_FALSE(Resolver::open(io.get_executor(), {.resolv_conf = "/nowhere/resolv.conf"}));
    CHECK_FALSE(Resolver::open(io.get_executor(), {.forwarders = {{"not an address", 53}}}));
}
