#include "sky/net/tls.h"

#include <openssl/ssl.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "certificates.h"
#include "pair.h"
#include "sky/net/line_reader.h"

using namespace sky;
using namespace sky::net;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<TlsServer> server_of(const ScratchDirectory& scratch, std::vector<std::string> alpn = {}, std::string directory = {}) {
    auto server = TlsServer::open({.certificate_file = scratch / "main.crt",
                                   .key_file = scratch / "main.key",
                                   .directory = std::move(directory),
                                   .alpn = std::move(alpn)});
    if (!server) throw std::runtime_error(server.error().text + server.error().reason);
    return *server;
}

std::shared_ptr<TlsClient> client_of(std::string ca, std::vector<std::string> alpn = {}) {
    auto client = TlsClient::open({.ca_file = std::move(ca), .alpn = std::move(alpn)});
    if (!client) throw std::runtime_error(client.error().text + client.error().reason);
    return *client;
}

// A handshake over a loopback pair: the pair, or the client's failure.
Task<Result<Pair>> shake(std::shared_ptr<const TlsServer> server, std::shared_ptr<const TlsClient> client, std::string host) {
    Pair pair = co_await make_pair();
    Group group(co_await boost::asio::this_coro::executor);
    group.spawn("server", [](Stream& stream, std::shared_ptr<const TlsServer> with) -> Task<void> {
        (void)co_await stream.start_tls(with);
    }(pair.server, server));
    const auto secured = co_await pair.client.start_tls(client, host);
    if (!secured) pair.client.close();
    co_await group.join(after(5s));
    if (!secured) co_return forward(secured);
    co_return std::move(pair);
}

}  // namespace

TEST_CASE("TLS carries lines, says what was agreed, and ends cleanly", "[net]") {
    const ScratchDirectory scratch;
    write_certificate(scratch / "main", "mail.example.test");
    run([](const ScratchDirectory& in) -> Task<void> {
        auto pair = co_await shake(server_of(in, {"imap"}), client_of(in / "main.crt", {"imap"}), "mail.example.test");
        REQUIRE(pair);
        const auto info = pair->server.tls_info();
        CHECK(info.version == "TLSv1.3");
        CHECK(info.server_name == "mail.example.test");
        CHECK(info.alpn == "imap");
        CHECK(info.client_subject.empty());
        CHECK(pair->server.is_tls());
        CHECK(pair->server.channel_binding().size() == 32);
        CHECK(pair->server.channel_binding() == pair->client.channel_binding());
        LineReader server(pair->server), client(pair->client);
        const std::vector<std::string_view> parts{"a1 ", "NOOP", "\r\n"};
        CHECK(co_await pair->client.write(parts));
        CHECK((co_await server.line(100)).value() == "a1 NOOP");
        const std::string big(1'000'000, 'z');
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("writer", [](Stream& to, const std::string& what) -> Task<void> { CHECK(co_await to.write(what)); }(pair->server, big));
        CHECK((co_await client.exactly(big.size())).value() == big);
        CHECK(co_await group.join(after(5s)));
        Event event;
        CHECK((co_await server.wait_input_or(event, after(5ms))).value() == Wake::timeout);
        CHECK((co_await client.wait_input_or(event, after(5ms))).value() == Wake::timeout);  // session tickets are no input
        CHECK(co_await pair->client.write("a2 DONE\r\na3 X\r\n"));
        CHECK((co_await server.wait_input_or(event, after(1s))).value() == Wake::input);
        CHECK((co_await server.line(100)).value() == "a2 DONE");
        CHECK((co_await server.wait_input_or(event, after(1s))).value() == Wake::input);
        CHECK((co_await server.line(100)).value() == "a3 X");
        group.spawn("shutdown", [](Stream& stream) -> Task<void> { co_await stream.shutdown(); }(pair->client));
        CHECK(is_eof((co_await server.line(100)).error()));
        pair->server.close();
        co_await group.join(after(5s));
    }(scratch));
}

TEST_CASE("the certificate follows the name asked for", "[net][rfc6066:3]") {
    const ScratchDirectory scratch;
    write_certificate(scratch / "main", "mail.example.test");
    std::filesystem::create_directory(scratch / "more");
    write_certificate(scratch / "more/other", "other.test");
    write_certificate(scratch / "more/wild", "*.wild.test");
    run([](const ScratchDirectory& in) -> Task<void> {
        const auto server = server_of(in, {}, in / "more");
        CHECK(co_await shake(server, client_of(in / "main.crt"), "mail.example.test"));
        CHECK(co_await shake(server, client_of(in / "more/other.crt"), "OTHER.test"));
        CHECK(co_await shake(server, client_of(in / "more/wild.crt"), "a.wild.test"));
        const auto unknown = co_await shake(server, client_of(in / "main.crt"), "unknown.test");
        REQUIRE_FALSE(unknown);
        CHECK(unknown.error().reason.find("hostname mismatch") != std::string::npos);
        CHECK_FALSE(co_await shake(server, client_of(in / "main.crt"), "other.test"));  // its authority is not trusted
    }(scratch));
}

TEST_CASE("a new certificate is taken up, a broken one is not", "[net]") {
    const ScratchDirectory scratch;
    write_certificate(scratch / "main", "mail.example.test");
    const auto old_ca = scratch / "old.crt";
    std::filesystem::copy_file(scratch / "main.crt", old_ca);
    const auto server = server_of(scratch);
    CHECK(server->reload() == false);
    const auto works_with = [&](const std::string& ca) {
        bool ok = false;
        run([](std::shared_ptr<TlsServer> with, std::string file, bool& out) -> Task<void> {
            out = (co_await shake(with, client_of(file), "mail.example.test")).has_value();
        }(server, ca, ok));
        return ok;
    };
    CHECK(works_with(old_ca));
    std::ofstream(scratch / "main.crt") << "-----BEGIN CERTIFICATE-----\nbroken\n";
    const auto broken = server->reload();
    REQUIRE_FALSE(broken);
    CHECK(broken.error().text.find("main.crt") != std::string::npos);
    CHECK(works_with(old_ca));
    CHECK(server->reload() == false);  // the same failure is told once
    write_certificate(scratch / "main", "mail.example.test", Validity::expired);
    CHECK_FALSE(server->reload());
    CHECK(works_with(old_ca));
    write_certificate(scratch / "main", "mail.example.test");
    CHECK(server->reload() == true);
    CHECK(works_with(scratch / "main.crt"));
    CHECK_FALSE(works_with(old_ca));
    CHECK_FALSE(TlsServer::open({.certificate_file = scratch / "missing.crt", .key_file = scratch / "main.key"}));
    CHECK_FALSE(TlsServer::open({.certificate_file = scratch / "main.crt", .key_file = old_ca}));
}

TEST_CASE("another protocol's client gets a fatal alert", "[net][rfc7301:3.2]") {
    const ScratchDirectory scratch;
    write_certificate(scratch / "main", "mail.example.test");
    run([](const ScratchDirectory& in) -> Task<void> {
        const auto wrong = co_await shake(server_of(in, {"imap"}), client_of(in / "main.crt", {"http/1.1"}), "mail.example.test");
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().reason.find("no application protocol") != std::string::npos);
        CHECK_FALSE(co_await shake(server_of(in), client_of(in / "main.crt", {"h2"}), "mail.example.test"));
        CHECK(co_await shake(server_of(in, {"imap"}), client_of(in / "main.crt"), "mail.example.test"));
    }(scratch));
}

TEST_CASE("TLS 1.1 and RSA key exchange are refused", "[net][rfc9325:3.1.1]") {
    const ScratchDirectory scratch;
    write_certificate(scratch / "main", "mail.example.test");
    const auto server = server_of(scratch);
    SSL* session = server->new_session();
    REQUIRE(session);
    CHECK(SSL_get_min_proto_version(session) == TLS1_2_VERSION);
    CHECK((SSL_get_options(session) & SSL_OP_NO_RENEGOTIATION) != 0);
    CHECK((SSL_get_options(session) & SSL_OP_NO_COMPRESSION) != 0);
    STACK_OF(SSL_CIPHER)* ciphers = SSL_get_ciphers(session);
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
        const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
        const int exchange = SSL_CIPHER_get_kx_nid(cipher);
        CHECK((exchange == NID_kx_ecdhe || exchange == NID_kx_any));
        CHECK(SSL_CIPHER_is_aead(cipher));
    }
    SSL_free(session);
}
