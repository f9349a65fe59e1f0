#include "delivery/relay/dialogue.h"

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::delivery {
namespace {

constexpr std::size_t most_reply_line = 2048;

Offers offers_of(const smtp::Reply& ehlo) {
    Offers offers;
    for (const auto& extension : smtp::extensions(ehlo)) {
        if (extension.keyword == "STARTTLS") offers.starttls = true;
        if (extension.keyword == "PIPELINING") offers.pipelining = true;
        if (extension.keyword == "8BITMIME") offers.eight_bit = true;
        if (extension.keyword == "SIZE") offers.size = ascii::number(extension.parameters).value_or(0);
        if (extension.keyword == "AUTH")
            for (const auto mechanism : ascii::split(extension.parameters, ' '))
                offers.auth_plain = offers.auth_plain || ascii::equals_ignoring_case(mechanism, "PLAIN");
    }
    if (offers.size == 0u) offers.size.reset();  // RFC 1870 §4: no fixed limit
    return offers;
}

// A refusal of the connection itself. 5xx there speaks of us, not of the message: worth another try (Postfix does the same).
std::unexpected<Error> refused(const smtp::Reply& reply, std::string_view at) {
    return unexpected(Fault::unavailable, words(reply), std::string(at) + " refused");
}

}  // namespace

std::string words(const smtp::Reply& reply) {
    std::string out = std::to_string(reply.code);
    if (!reply.enhanced.empty()) out += " " + reply.enhanced;
    out += " " + reply.text();
    return ascii::printable(out, 500);
}

Task<Result<void>> Dialogue::send(std::string_view octets, std::chrono::seconds wait) {
    stream_.expires_after(wait);
    co_return co_await stream_.write(octets);
}

Task<Result<smtp::Reply>> Dialogue::hear(std::chrono::seconds wait) {
    stream_.expires_after(wait);
    smtp::ReplyReader reader;
    for (;;) {
        auto line = co_await lines_.line(most_reply_line);
        if (!line) co_return forward(line);
        auto reply = reader.feed(*line);
        if (!reply) co_return forward(reply);
        if (*reply) co_return std::move(**reply);
    }
}

Task<Result<smtp::Reply>> Dialogue::ask(std::string command, std::chrono::seconds wait) {
    command += "\r\n";
    if (auto sent = co_await send(command, wait); !sent) co_return forward(sent);
    co_return co_await hear(wait);
}

Task<Result<Offers>> Dialogue::greet(const std::string& helo) {
    auto ehlo = co_await ask("EHLO " + helo, RelayWaits::command);
    if (!ehlo) co_return forward(ehlo);
    if (ehlo->positive()) co_return offers_of(*ehlo);
    auto plain = co_await ask("HELO " + helo, RelayWaits::command);
    if (!plain) co_return forward(plain);
    if (!plain->positive()) co_return refused(*plain, "HELO");
    co_return Offers{};
}

Task<Result<Offers>> Dialogue::open(const Smarthost& host) {
    auto greeting = co_await hear(RelayWaits::command);
    if (!greeting) co_return forward(greeting);
    if (!greeting->positive()) co_return refused(*greeting, "the connection was");
    auto offers = co_await greet(host.helo);
    if (!offers) co_return offers;

    const bool wants_tls = host.tls == RelayTls::required || (host.tls == RelayTls::opportunistic && offers->starttls);
    if (wants_tls) {
        if (!offers->starttls) co_return unexpected(Fault::unavailable, "450 4.7.4 the next hop does not offer STARTTLS");
        auto ready = co_await ask("STARTTLS", RelayWaits::command);
        if (!ready) co_return forward(ready);
        if (!ready->positive()) co_return refused(*ready, "STARTTLS");
        lines_.discard_buffered();  // nothing said in the clear counts any more (RFC 3207 §4.2)
        stream_.expires_after(RelayWaits::connect);
        if (auto tls = co_await stream_.start_tls(host.tls_client, host.host); !tls)
            co_return unexpected(Fault::unavailable, "450 4.7.5 no TLS connection to the next hop", tls.error().reason);
        offers = co_await greet(host.helo);
        if (!offers) co_return offers;
    }
    if (!host.user.empty()) {
        if (!stream_.is_tls()) co_return unexpected(Fault::unavailable, "450 4.7.0 the password is not sent without TLS");
        if (!offers->auth_plain) co_return unexpected(Fault::unavailable, "450 4.7.0 the next hop does not offer AUTH PLAIN");
        const std::string response = std::string(1, '\0') + host.user + std::string(1, '\0') + host.password;  // RFC 4616 §2
        auto signed_in = co_await ask("AUTH PLAIN " + base64_encode(response), RelayWaits::command);
        if (!signed_in) co_return forward(signed_in);
        if (!signed_in->positive()) co_return refused(*signed_in, "AUTH");
    }
    co_return offers;
}

Task<void> Dialogue::quit() {
    auto bye = co_await ask("QUIT", std::chrono::seconds(2));
    if (bye) co_await stream_.shutdown();
    stream_.close();
}

}  // namespace sky::delivery
