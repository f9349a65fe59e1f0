// Recipients and sign-ins as a gateway asks for them, by libs/identity. Every answer is compared with what it must be.
#include <fmt/format.h>

#include "load.h"
#include "sky/identity/identity.h"

namespace load {
namespace {
using namespace std::chrono_literals;
constexpr auto patience = 10s;

Task<Result<void>> look_up(identity::Identity& identity, const Words& line) {
    auto found = co_await identity.resolve(line[0], after(patience));
    if (!found) co_return forward(found);
    if (found->kind != identity::Recipient::Kind::local || found->targets.size() != 1 || found->targets[0].address != line[1])
        co_return unexpected(Fault::internal, "another answer", line[0]);
    co_return Result<void>{};
}

Task<Result<void>> prove(identity::Identity& identity, const std::string& address, const std::string& password, std::int64_t i) {
    auto who = co_await identity.authenticate(
        {.username = address,
         .password = password,
         .authorization_id = {},
         .protocol = "imap",
         .remote_address = "10." + std::to_string(i >> 16 & 255) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255),
         .transport = identity::Attempt::Transport::tls,
         .traceparent = {}},
        after(patience));
    if (!who) co_return forward(who);
    if (who->address != address) co_return unexpected(Fault::internal, "somebody else", address);
    co_return Result<void>{};
}

// Until the directory's changes are heard nothing is remembered for long.
Task<void> heard(identity::Identity& identity) {
    while (!identity.watching()) co_await sleep_for(20ms);
}

// A refusal, as long as a client waits for it.
Task<Result<void>> refused(identity::Identity& identity, const Words& line, std::int64_t i, double& milliseconds) {
    const auto begun = std::chrono::steady_clock::now();
    auto who =
        co_await identity.authenticate({.username = line.at(1),
                                        .password = line.at(2),
                                        .authorization_id = {},
                                        .protocol = "imap",
                                        // A network where nobody has failed yet.
                                        .remote_address = "11." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255) + ".1",
                                        .transport = identity::Attempt::Transport::tls,
                                        .traceparent = {}},
                                       after(patience));
    milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
    if (who) co_return unexpected(Fault::internal, "let in", line[1]);
    if (who.error().fault != Fault::bad_credentials) co_return forward(who);
    co_return Result<void>{};
}

std::int64_t cyclic(std::int64_t i, const std::vector<Words>& lines) { return i % static_cast<std::int64_t>(lines.size()); }
}  // namespace

// cached|asked SECONDS FLIGHTS FILE; a line of it: address, primary address of the mailbox.
int resolve(const Place& place, const Words& words) {
    const bool cached = words.at(0) == "cached";
    const std::chrono::seconds seconds{number(words.at(1))};
    const auto lines = lines_of(words.at(3));
    boost::asio::io_context context;
    identity::Options options;
    if (!cached) options.cached_recipients = 0;
    identity::Identity identity(context.get_executor(), place.channel("imap"), options);
    finish(context, heard(identity));
    const Call call = [&](std::int64_t i) { return look_up(identity, lines[static_cast<std::size_t>(cyclic(i, lines))]); };
    // Once round first: fills the cache, or else opens connections and prepares statements.
    std::int64_t failed = drive(context, "warm-up", {.count = static_cast<std::int64_t>(lines.size()), .flights = 16, .limit = 10s}, call);
    failed += drive(context, "resolve", {.count = INT64_MAX, .flights = number(words.at(2)), .limit = seconds}, call);
    finish(context, identity.stop());
    return failed ? 1 : 0;
}

// again|first SECONDS FLIGHTS PASSWORD FILE; a line of it begins with an address. "again": those that proved their password a moment ago.
int sign_in(const Place& place, const Words& words) {
    const bool again = words.at(0) == "again";
    const std::chrono::seconds seconds{number(words.at(1))};
    const auto lines = lines_of(words.at(4));
    const auto once = static_cast<std::int64_t>(lines.size());
    boost::asio::io_context context;
    identity::Identity identity(context.get_executor(), place.channel("imap"));
    finish(context, heard(identity));
    const Call call = [&](std::int64_t i) { return prove(identity, lines[static_cast<std::size_t>(cyclic(i, lines))][0], words.at(3), i); };
    std::int64_t failed = 0;
    if (again) failed += drive(context, "warm-up", {.count = once, .flights = 2}, call);
    failed += drive(context, "sign-in", {.count = again ? INT64_MAX : once, .flights = number(words.at(2)), .limit = seconds}, call);
    finish(context, identity.stop());
    return failed ? 1 : 0;
}

// FLIGHTS FILE; a line of it: class, address, a password that is wrong. Prints the load's own line, then for each: class, ms.
int waits(const Place& place, const Words& words) {
    const auto lines = lines_of(words.at(1));
    std::vector<double> milliseconds(lines.size());
    boost::asio::io_context context;
    identity::Identity identity(context.get_executor(), place.channel("imap"));
    finish(context, heard(identity));
    const auto failed =
        drive(context, "waits", {.count = static_cast<std::int64_t>(lines.size()), .flights = number(words.at(0))}, [&](std::int64_t i) {
            const auto at = static_cast<std::size_t>(i);
            return refused(identity, lines[at], i, milliseconds[at]);
        });
    for (std::size_t i = 0; i < lines.size(); ++i) fmt::print("{} {:.3f}\n", lines[i][0], milliseconds[i]);
    finish(context, identity.stop());
    return failed ? 1 : 0;
}

}  // namespace load
