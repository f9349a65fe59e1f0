#include "delivery/relay/client.h"

#include <algorithm>

#include "delivery/relay/dialogue.h"
#include "sky/failpoint/failpoint.h"
#include "sky/smtp-proto/data.h"

namespace sky::delivery {
namespace {

using Results = std::vector<RelayResult>;
using Kind = RelayResult::Kind;

RelayResult result_of(const smtp::Reply& reply) {
    return {reply.positive() ? Kind::sent : reply.permanent() ? Kind::failed : Kind::later, words(reply)};
}

// Our own words for what went wrong on the way, in the form of a reply.
std::string trouble(const Error& error) {
    if (!error.text.empty() && error.text.size() > 3 && error.text[0] >= '4' && error.text[0] <= '5') return error.text;
    return error.fault == Fault::timeout ? "450 4.4.2 the next hop did not answer in time"
                                         : "450 4.4.1 no connection to the next hop: " + error.reason;
}

// Sets what is not decided yet.
void set_open(Results& results, const std::vector<bool>& open, const RelayResult& result) {
    for (std::size_t i = 0; i < results.size(); ++i)
        if (open[i]) results[i] = result;
}

// MAIL and all RCPTs, in one write when the other end takes pipelining. The recipients it takes come back as true.
Task<Result<std::vector<bool>>> envelope(Dialogue& dialogue, const Offers& offers, const RelayMessage& message, Results& results) {
    std::string mail = "MAIL FROM:<" + message.sender + ">";
    if (offers.size) mail += " SIZE=" + std::to_string(message.size);
    if (offers.eight_bit && message.eight_bit) mail += " BODY=8BITMIME";
    std::vector<std::string> commands{mail};
    for (const auto& recipient : message.recipients) commands.push_back("RCPT TO:<" + recipient + ">");

    std::vector<bool> open(results.size(), true);
    if (offers.pipelining) {
        std::string all;
        for (const auto& command : commands) all += command + "\r\n";
        if (auto sent = co_await dialogue.send(all, RelayWaits::command); !sent) co_return forward(sent);
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
        auto reply =
            offers.pipelining ? co_await dialogue.hear(RelayWaits::command) : co_await dialogue.ask(commands[i], RelayWaits::command);
        if (!reply) co_return forward(reply);
        if (reply->positive()) continue;
        if (i == 0) {
            set_open(results, open, result_of(*reply));
            open.assign(open.size(), false);
            if (!offers.pipelining) co_return open;
        } else if (open[i - 1]) {
            results[i - 1] = result_of(*reply);
            // RFC 5321 §4.5.3.1.10: 552 at RCPT means too many recipients, to be treated as 452.
            if (reply->code == 552) results[i - 1].kind = Kind::later;
            open[i - 1] = false;
        }
    }
    co_return open;
}

// DATA to the final dot; the answer to it.
Task<Result<smtp::Reply>> content(Dialogue& dialogue, const RelayMessage& message) {
    auto go = co_await dialogue.ask("DATA", RelayWaits::data);
    if (!go || !go->intermediate()) co_return go;
    smtp::DataWriter writer;
    std::string wire;
    for (;;) {
        auto piece = co_await message.next();
        if (!piece) co_return forward(piece);
        if (piece->empty()) break;
        wire.clear();
        writer.feed(*piece, wire);
        if (auto sent = co_await dialogue.send(wire, RelayWaits::block); !sent) co_return forward(sent);
    }
    wire.clear();
    writer.finish(wire);
    auto ours = co_await message.still_ours();
    if (!ours) co_return forward(ours);
    if (!*ours) co_return unexpected(Fault::conflict, "450 4.4.0 another worker has this message");
    if (auto sent = co_await dialogue.send(wire, RelayWaits::block); !sent) co_return forward(sent);
    co_return co_await dialogue.hear(RelayWaits::end_of_data);
}

}  // namespace

Task<std::vector<RelayResult>> relay(const Smarthost& host, RelayMessage message) {
    Results results(message.recipients.size());
    std::vector<bool> open(results.size(), true);
    auto give_up = [&](const Error& error) { set_open(results, open, {Kind::later, trouble(error)}); };

    auto implicit = host.tls == RelayTls::implicit ? host.tls_client : nullptr;
    auto stream = co_await net::connect(host.host, host.port, implicit, after(RelayWaits::connect));
    if (!stream) {
        give_up(stream.error());
        co_return results;
    }
    Dialogue dialogue(std::move(*stream));
    auto offers = co_await dialogue.open(host);
    if (!offers) {
        give_up(offers.error());
        co_return results;
    }
    if (offers->size && message.size > *offers->size) {
        set_open(results, open, {Kind::failed, "552 5.3.4 the message is larger than the next hop takes"});
        co_await dialogue.quit();
        co_return results;
    }
    if (message.eight_bit && !offers->eight_bit) {
        set_open(results, open, {Kind::failed, "554 5.6.3 the next hop takes no 8-bit text"});
        co_await dialogue.quit();
        co_return results;
    }
    auto taken = co_await envelope(dialogue, *offers, message, results);
    if (!taken) {
        give_up(taken.error());
        co_return results;
    }
    open = *taken;
    if (std::ranges::find(open, true) != open.end()) {
        auto reply = co_await content(dialogue, message);
        if (!reply) {
            give_up(reply.error());
            co_return results;
        }
        SKY_FAILPOINT_VOID("relay.after_remote_250");
        set_open(results, open, result_of(*reply));
    }
    co_await dialogue.quit();
    co_return results;
}

}  // namespace sky::delivery
