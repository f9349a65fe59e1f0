#include "delivery/relay/client.h"

#include <algorithm>

#include "delivery/relay/dialogue.h"
#include "sky/failpoint/failpoint.h"
#include "sky/smtp-proto/data.h"

namespace sky::delivery {
namespace {

using Results = std::vector<RelayResult>;
using Open = std::vector<bool>;  // which recipients are not decided yet
using Kind = RelayResult::Kind;

RelayResult result_of(const smtp::Reply& reply, const Smarthost& host) {
    return {reply.positive() ? Kind::sent : reply.permanent() ? Kind::failed : Kind::later, words(reply), host.host};
}

bool any(const Open& open) { return std::ranges::find(open, true) != open.end(); }

// Our own words for what went wrong on the way, in the form of a reply.
std::string trouble(const Error& error) {
    if (!error.text.empty() && error.text.size() > 3 && error.text[0] >= '4' && error.text[0] <= '5') return error.text;
    return error.fault == Fault::timeout ? "450 4.4.2 the next hop did not answer in time"
                                         : "450 4.4.1 no connection to the next hop: " + error.reason;
}

// Sets what is not decided yet.
void set_open(Results& results, const Open& open, const RelayResult& result) {
    for (std::size_t i = 0; i < results.size(); ++i)
        if (open[i]) results[i] = result;
}

void drop_unfit(const RelayMessage& message, Results& results, Open& open) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        open[i] = fits_command(message.recipients[i]);
        if (!open[i]) results[i] = {Kind::failed, "553 5.1.3 the address can't be sent", {}};
    }
}

// Why the next hop can't take this message at all; empty when it can.
Task<Result<std::string>> unfit_for(const Offers& offers, const RelayMessage& message) {
    if (offers.size && message.size > *offers.size) co_return "552 5.3.4 the message is larger than the next hop takes";
    if (offers.eight_bit) co_return "";
    bool eight_bit = message.eight_bit.value_or(true);
    if (!message.eight_bit && message.find_eight_bit) {
        auto found = co_await message.find_eight_bit();
        if (!found) co_return forward(found);
        eight_bit = *found;
    }
    co_return eight_bit ? "554 5.6.3 the next hop takes no 8-bit text" : "";  // RFC 6152 §3: returned, not converted
}

// MAIL and all RCPTs, in one write when the other end takes pipelining. Those it does not take are no longer open.
Task<Result<void>> envelope(Dialogue& dialogue, const Smarthost& host, const Offers& offers, const RelayMessage& message, Results& results,
                            Open& open) {
    std::string mail = "MAIL FROM:<" + message.sender + ">";
    if (offers.size) mail += " SIZE=" + std::to_string(message.size);
    if (offers.eight_bit && message.eight_bit.value_or(true)) mail += " BODY=8BITMIME";  // a promise that 7-bit text keeps as well
    std::vector<std::string> commands{mail};
    std::vector<std::size_t> of{0};
    for (std::size_t i = 0; i < open.size(); ++i) {
        if (!open[i]) continue;
        commands.push_back("RCPT TO:<" + message.recipients[i] + ">");
        of.push_back(i);
    }
    if (offers.pipelining) {
        std::string all;
        for (const auto& command : commands) all += command + "\r\n";
        if (auto sent = co_await dialogue.send(all, RelayWaits::command); !sent) co_return forward(sent);
    }
    for (std::size_t n = 0; n < commands.size(); ++n) {
        auto reply =
            offers.pipelining ? co_await dialogue.hear(RelayWaits::command) : co_await dialogue.ask(commands[n], RelayWaits::command);
        if (!reply) co_return forward(reply);
        if (reply->positive()) continue;
        if (n == 0) {
            set_open(results, open, result_of(*reply, host));
            open.assign(open.size(), false);
            if (!offers.pipelining) co_return Result<void>{};
        } else if (open[of[n]]) {
            auto& result = results[of[n]] = result_of(*reply, host);
            // RFC 5321 §4.5.3.1.10: 552 at RCPT means too many recipients, to be treated as 452.
            if (reply->code == 552) result.kind = Kind::later;
            open[of[n]] = false;
        }
    }
    co_return Result<void>{};
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

bool fits_command(std::string_view address) {
    if (address.empty() || address.size() > 320) return false;
    bool quoted = false;
    for (std::size_t i = 0; i < address.size(); ++i) {
        const char c = address[i];
        if (c < ' ' || c > '~') return false;
        if (quoted && c == '\\') {
            if (++i == address.size()) return false;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == ' ' || c == '<' || c == '>')) {
            return false;
        }
    }
    return !quoted;
}

Task<std::vector<RelayResult>> relay(const Smarthost& host, RelayMessage message) {
    Results results(message.recipients.size());
    Open open(results.size(), true);
    if (!message.sender.empty() && !fits_command(message.sender)) {
        set_open(results, open, {Kind::failed, "553 5.1.7 the sender's address can't be sent", {}});
        co_return results;
    }
    drop_unfit(message, results, open);
    if (!any(open)) co_return results;
    auto give_up = [&](const Error& error) { set_open(results, open, {Kind::later, trouble(error), {}}); };

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
    auto unfit = co_await unfit_for(*offers, message);
    if (!unfit) {
        give_up(unfit.error());
        co_return results;
    }
    if (!unfit->empty()) {
        set_open(results, open, {Kind::failed, *unfit, {}});
        co_await dialogue.quit();
        co_return results;
    }
    auto asked = co_await envelope(dialogue, host, *offers, message, results, open);
    if (!asked) {
        give_up(asked.error());
        co_return results;
    }
    if (any(open)) {
        auto reply = co_await content(dialogue, message);
        if (!reply) {
            give_up(reply.error());
            co_return results;
        }
        SKY_FAILPOINT_VOID("relay.after_remote_250");
        set_open(results, open, result_of(*reply, host));
    }
    co_await dialogue.quit();
    co_return results;
}

}  // namespace sky::delivery
