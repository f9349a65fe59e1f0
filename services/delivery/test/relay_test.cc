// The client of the next hop, against a real connection.
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "certificates.h"
#include "delivery/relay/client.h"
#include "sink.h"
#include "support/run.h"

using namespace sky;
using namespace sky::delivery;
using Kind = RelayResult::Kind;

namespace {

Task<Result<std::string>> piece_of(std::shared_ptr<std::vector<std::string>> pieces) {
    if (pieces->empty()) co_return std::string();
    auto piece = std::move(pieces->front());
    pieces->erase(pieces->begin());
    co_return piece;
}
Task<Result<bool>> answer(bool value) { co_return value; }

struct Road {
    boost::asio::io_context context;
    testing::Sink sink{context.get_executor()};
    Smarthost host{.host = "127.0.0.1",
                   .port = sink.port(),
                   .tls = RelayTls::opportunistic,
                   .user = {},
                   .password = {},
                   .helo = "mx.one.test",
                   .tls_client = {}};
    std::string text = "Subject: x\r\n\r\n.dots\r\n..\r\nend\r\n";
    std::string sender = "ada@one.test";
    std::optional<bool> eight_bit = false;
    bool still_ours = true;

    ~Road() { run(sink.stop()); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    std::vector<RelayResult> send(std::vector<std::string> recipients) {
        RelayMessage message;
        message.sender = sender;
        message.recipients = std::move(recipients);
        message.size = text.size();
        message.eight_bit = eight_bit;
        message.find_eight_bit = [] { return answer(false); };
        auto pieces = std::make_shared<std::vector<std::string>>();
        for (std::size_t i = 0; i < text.size(); i += 7) pieces->push_back(text.substr(i, 7));
        message.next = [pieces] { return piece_of(pieces); };
        message.still_ours = [this] { return answer(still_ours); };
        return run(relay(host, std::move(message)));
    }
    RelayResult send() { return send({"bob@far.example"}).front(); }
};

// A server with a certificate for localhost, and a client that trusts it.
struct SafeRoad : Road {
    rpc::testing::Authority authority;
    SafeRoad() {
        const auto server = authority.issue("sink");
        sink.tls = net::TlsServer::open({.certificate_file = server.certificate, .key_file = server.key}).value();
        host.tls_client = net::TlsClient::open({.ca_file = server.authority}).value();
        host.tls = RelayTls::required;
    }
};

}  // namespace

TEST_CASE("a message arrives as it is, dots and all", "[delivery][rfc5321:4.5.2]") {
    Road road;
    const auto result = road.send();
    CHECK(result.kind == Kind::sent);
    CHECK(result.reply == "250 2.0.0 kept");
    CHECK(result.said_by == "127.0.0.1");
    REQUIRE(road.sink.mails.size() == 1);
    CHECK(road.sink.mails[0].octets == road.text);
    CHECK(road.sink.mails[0].sender == "<ada@one.test> SIZE=" + std::to_string(road.text.size()));
    CHECK(road.sink.commands.front() == "EHLO mx.one.test");
    CHECK(road.sink.heard("QUIT") == 1);
}

TEST_CASE("each recipient has its own result", "[delivery][rfc5321:3.3][rfc5321:4.5.3.1.10]") {
    Road road;
    road.sink.replies = {{"RCPT no@far.example", "550 5.1.1 unknown"},
                         {"RCPT wait@far.example", "450 4.2.0 greylisted"},
                         {"RCPT many@far.example", "552 too many recipients"}};
    const auto results = road.send({"no@far.example", "yes@far.example", "wait@far.example", "many@far.example"});
    CHECK(results[0].kind == Kind::failed);
    CHECK(results[0].reply == "550 5.1.1 unknown");
    CHECK(results[1].kind == Kind::sent);
    CHECK(results[2].kind == Kind::later);
    CHECK(results[3].kind == Kind::later);
    CHECK(road.sink.mails.at(0).recipients == std::vector<std::string>{"yes@far.example"});
}

TEST_CASE("commands travel together only where they may", "[delivery][rfc2920:3.1]") {
    Road road;
    road.send();
    CHECK(road.sink.pipelined == 1);
    road.sink.offers = {"8BITMIME"};
    CHECK(road.send().kind == Kind::sent);
    CHECK(road.sink.pipelined == 1);
}

TEST_CASE("a server that knows no EHLO is greeted with HELO", "[delivery][rfc5321:3.2]") {
    Road road;
    road.sink.replies["EHLO"] = "502 5.5.1 what";
    CHECK(road.send().kind == Kind::sent);
    CHECK(road.sink.heard("HELO mx.one.test") == 1);
    CHECK(road.sink.mails.at(0).sender == "<ada@one.test>");
}

TEST_CASE("refusals at each step", "[delivery][rfc5321:4.2.1]") {
    Road road;
    SECTION("of the connection are for now only, whatever their code") {
        road.sink.replies["CONNECT"] = "554 5.7.1 no mail from you";
        const auto result = road.send();
        CHECK(result.kind == Kind::later);
        CHECK(result.reply == "554 5.7.1 no mail from you");
    }
    SECTION("of the sender concern all recipients") {
        road.sink.replies["MAIL"] = "550 5.7.1 not you";
        for (const auto& result : road.send({"a@far.example", "b@far.example"})) CHECK(result.kind == Kind::failed);
        CHECK(road.sink.heard("DATA") == 0);
    }
    SECTION("of DATA") {
        road.sink.replies["DATA"] = "451 4.3.0 not now";
        CHECK(road.send().kind == Kind::later);
    }
    SECTION("of the content, for ever") {
        road.sink.replies["."] = "554 5.6.0 spam";
        const auto result = road.send();
        CHECK(result.kind == Kind::failed);
        CHECK(result.reply == "554 5.6.0 spam");
    }
    SECTION("of the content, for now") {
        road.sink.replies["."] = "452 4.3.1 full";
        CHECK(road.send().kind == Kind::later);
    }
    SECTION("without words") {
        road.sink.replies["."] = "";
        CHECK(road.send().kind == Kind::later);
    }
}

TEST_CASE("nobody there is for now only", "[delivery]") {
    Road road;
    road.host.port = 1;
    const auto result = road.send();
    CHECK(result.kind == Kind::later);
    CHECK(result.reply.starts_with("450 4.4.1 "));
    CHECK(result.said_by.empty());
}

TEST_CASE("a message that is not ours any more loses its connection, not its final dot", "[delivery]") {
    Road road;
    road.still_ours = false;
    CHECK(road.send().kind == Kind::later);
    CHECK(road.sink.mails.empty());
    road.run(sleep_for(std::chrono::milliseconds(50)));
    CHECK(road.sink.cut == 1);
}

TEST_CASE("what the next hop can't take is not sent", "[delivery][rfc1870:4][rfc1870:6.1][rfc6152:3]") {
    Road road;
    SECTION("too large") {
        road.sink.offers = {"SIZE 10"};
        const auto result = road.send();
        CHECK(result.kind == Kind::failed);
        CHECK(result.reply.starts_with("552 5.3.4"));
        CHECK(road.sink.heard("MAIL") == 0);
    }
    SECTION("no fixed size") {
        road.sink.offers = {"SIZE 0"};
        CHECK(road.send().kind == Kind::sent);
    }
    SECTION("8-bit text") {
        road.sink.offers = {};
        road.eight_bit = true;
        CHECK(road.send().reply.starts_with("554 5.6.3"));
    }
    SECTION("text that turns out to be 7-bit") {
        road.sink.offers = {};
        road.eight_bit.reset();
        CHECK(road.send().kind == Kind::sent);
    }
}

TEST_CASE("8-bit text is announced", "[delivery][rfc6152:2]") {
    Road road;
    road.eight_bit = true;
    CHECK(road.send().kind == Kind::sent);
    CHECK(road.sink.mails.at(0).sender.ends_with(" BODY=8BITMIME"));
}

TEST_CASE("addresses that could break a command are never sent", "[delivery]") {
    Road road;
    const auto results = road.send(
        {"a@far.example\r\nDATA", "b c@far.example", "d@far.example> NOTIFY=NEVER", "\xc3\xa4@far.example", "", "\"e f\"@far.example"});
    for (std::size_t i = 0; i < 5; ++i) CHECK(results[i].kind == Kind::failed);
    CHECK(results[5].kind == Kind::sent);
    CHECK(road.sink.mails.at(0).recipients == std::vector<std::string>{"\"e f\"@far.example"});
    road.sender = "x>\r\nRCPT TO:<y@far.example";
    CHECK(road.send().kind == Kind::failed);
    CHECK(road.sink.connections == 1);
}

TEST_CASE("TLS is taken up, and what was said before it forgotten", "[delivery][rfc3207:4.2]") {
    SafeRoad road;
    road.host.host = "localhost";
    CHECK(road.send().kind == Kind::sent);
    CHECK(road.sink.mails.at(0).tls);
    CHECK(road.sink.heard("EHLO") == 2);
}

TEST_CASE("without TLS a message waits where TLS is required", "[delivery][rfc3207:4]") {
    SafeRoad road;
    SECTION("not offered") {
        road.sink.tls = nullptr;
        CHECK(road.send().reply == "450 4.7.4 the next hop does not offer STARTTLS");
    }
    SECTION("a certificate nobody vouches for") {
        road.host.tls_client = net::TlsClient::open({.ca_file = rpc::testing::Authority().issue("other").authority}).value();
        const auto result = road.send();
        CHECK(result.kind == Kind::later);
        CHECK(result.reply == "450 4.7.5 no TLS connection to the next hop");
    }
    CHECK(road.sink.heard("MAIL") == 0);
}

TEST_CASE("the password is sent under TLS only", "[delivery][rfc4954:4][rfc4616:2]") {
    SafeRoad road;
    road.host.user = "skybridge";
    road.host.password = "secret";
    SECTION("given") {
        road.sink.offers.push_back("AUTH LOGIN PLAIN");
        CHECK(road.send().kind == Kind::sent);
        CHECK(road.sink.credentials == std::string("\0skybridge\0secret", 17));
    }
    SECTION("refused: our trouble, not the message's") {
        road.sink.offers.push_back("AUTH PLAIN");
        road.sink.replies["AUTH"] = "535 5.7.8 no";
        CHECK(road.send().kind == Kind::later);
    }
    SECTION("not offered") { CHECK(road.send().reply == "450 4.7.0 the next hop does not offer AUTH PLAIN"); }
    SECTION("in the clear") {
        road.host.tls = RelayTls::none;
        road.sink.offers.push_back("AUTH PLAIN");
        CHECK(road.send().reply == "450 4.7.0 the password is not sent without TLS");
        CHECK(road.sink.heard("AUTH") == 0);
    }
}
