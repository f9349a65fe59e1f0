#include "sky/sasl/framing.h"

#include <catch2/catch.hpp>

#include "sky/sasl/server.h"

using namespace sky;
using namespace sky::sasl;

namespace {
using Names = std::vector<std::string_view>;
const ChannelBinding exporter{"tls-exporter", std::string(32, 'x')};
constexpr auto tls = Connection::Transport::tls;
constexpr auto verified = Connection::Certificate::verified;
}  // namespace

TEST_CASE("an initial response is absent, empty, or base64", "[sasl][rfc4954:4][rfc5034:4][rfc9051:6.2.2]") {
    CHECK(decode_initial(std::nullopt).value() == std::nullopt);
    CHECK(decode_initial("=").value() == "");
    CHECK(decode_initial("YWRh").value() == "ada");
    for (const auto* bad : {"", "*", "==", "YWR", "YW Rh", "YWRh=", "YWRh\r"}) CHECK(decode_initial(bad).error().fault == Fault::syntax);
}

TEST_CASE("a response is base64, may be empty, and * cancels", "[sasl][rfc4954:4][rfc9051:6.2.2]") {
    CHECK(decode_response("").value().empty());
    CHECK(decode_response("AA==").value() == std::string(1, '\0'));
    CHECK(decode_response("*").error().text == "authentication cancelled");
    for (const auto* bad : {"=", "**", "AA", "AB==", "AA==\n", "A-_A"}) CHECK(decode_response(bad).error().fault == Fault::syntax);
    CHECK(encode_challenge("Username:") == "VXNlcm5hbWU6");
    CHECK(encode_challenge("").empty());
}

TEST_CASE("lines end at the limit", "[sasl][rfc4954:4]") {
    CHECK(decode_response(std::string(max_line - 2, 'A')));
    CHECK(decode_response(std::string(max_line + 2, 'A')).error().fault == Fault::too_large);
    CHECK(decode_initial(std::string(max_line + 2, 'A')).error().fault == Fault::too_large);
}

TEST_CASE("what is offered depends on the connection", "[sasl][rfc4422:3][rfc4616:4]") {
    CHECK(offered(all_mechanisms(), {}).empty());
    CHECK(offered(all_mechanisms(), {.bindings = {exporter}, .certificate = verified}).empty());
    CHECK(offered(all_mechanisms(), {.transport = tls}) ==
          Names{"SCRAM-SHA-256", "SCRAM-SHA-1", "OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN"});
    CHECK(offered(all_mechanisms(), {.transport = tls, .bindings = {exporter}, .certificate = verified}) ==
          Names{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "OAUTHBEARER", "XOAUTH2", "EXTERNAL", "PLAIN",
                "LOGIN"});
    const Names enabled = {"LOGIN", "EXTERNAL", "CRAM-MD5", "SCRAM-SHA-1", "plain", "SCRAM-SHA-1-PLUS"};
    CHECK(offered(enabled, {.transport = tls}) == Names{"SCRAM-SHA-1", "LOGIN"});
    CHECK(offered({}, {.transport = tls}).empty());
    for (const auto& useless : {ChannelBinding{"tls-exporter", ""}, ChannelBinding{"tls-unique", "data"}})
        CHECK(offered(enabled, {.transport = tls, .bindings = {useless}}) == Names{"SCRAM-SHA-1", "LOGIN"});
}

TEST_CASE("what is not offered can't be opened", "[sasl][rfc4422:3]") {
    const auto fault = [](std::string_view name, Connection connection) {
        const auto server = Server::open(name, all_mechanisms(), std::move(connection), "abcdefghijklmnopqrstuvwx");
        return server ? std::optional<Fault>{} : server.error().fault;
    };
    for (const auto name : all_mechanisms()) CHECK(fault(name, {.bindings = {exporter}, .certificate = verified}) == Fault::unsupported);
    for (const auto name : all_mechanisms()) CHECK_FALSE(fault(name, {.transport = tls, .bindings = {exporter}, .certificate = verified}));
    for (const auto* name : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "EXTERNAL", "", "CRAM-MD5", "SCRAM-SHA-256 "})
        CHECK(fault(name, {.transport = tls}) == Fault::unsupported);
    CHECK_FALSE(fault("scram-sha-256", {.transport = tls}));
}
