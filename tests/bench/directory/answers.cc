// How long auth thinks about one sign-in, and how much it works: one at a time, past the wait that a gateway would add. For the study of
// what a stranger could learn from it.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "load.h"
#include "sky/rpc/stream_client.h"
#include "skybridge/auth/v1/auth.grpc.pb.h"

namespace load {
namespace {
using namespace std::chrono_literals;
namespace auth_v1 = skybridge::auth::v1;
using Stream = rpc::StreamClient<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply>;

// Processor time of these processes so far, all threads, in nanoseconds (/proc/…/schedstat; of a thread that sleeps, to the nanosecond).
std::int64_t cpu_of(const std::vector<std::string>& processes) {
    std::int64_t sum = 0;
    for (const auto& process : processes) {
        std::error_code gone;
        for (const auto& thread : std::filesystem::directory_iterator("/proc/" + process + "/task", gone)) {
            std::int64_t nanoseconds = 0;
            if (std::ifstream(thread.path() / "schedstat") >> nanoseconds) sum += nanoseconds;
        }
    }
    return sum;
}

Task<void> ask_all(Stream& stream, const std::vector<Words>& lines, const Words& auth, const Words& postgres) {
    std::int64_t network = 0;
    for (const auto& line : lines) {
        auth_v1::AuthenticateRequest request;
        request.set_username(line.at(1));
        request.set_password(line.at(2));
        request.set_protocol("imap");
        request.set_tls(true);
        // Each from a network of its own: nobody has failed there before.
        request.set_remote_address(fmt::format("10.{}.{}.1", network >> 8 & 255, network & 255));
        ++network;
        const auto cpu_auth = cpu_of(auth), cpu_postgres = cpu_of(postgres);
        const auto begun = std::chrono::steady_clock::now();
        auto reply = co_await stream.call(std::move(request), after(30s));
        const auto taken = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
        co_await sleep_for(2ms);  // what it does after its answer counts too
        if (!reply) throw std::runtime_error("no answer: " + reply.error().reason);
        const auto& refusal = reply->refusal();
        fmt::print("{} {:.1f} {:.1f} {:.1f} {} {} {}\n", line[0], taken, static_cast<double>(cpu_of(auth) - cpu_auth) / 1e3,
                   static_cast<double>(cpu_of(postgres) - cpu_postgres) / 1e3, reply->has_refusal() ? refusal.fault() : "proved",
                   refusal.delay_ms(), refusal.text());
    }
    co_await stream.stop();
}

Words split(const std::string& list) {
    Words out(1);
    for (const char c : list) {
        if (c == ',')
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}
}  // namespace

// AUTH-PROCESSES POSTGRES-PROCESSES FILE; processes by number, separated by commas; a line of the file: class, address, password. Prints
// for each: class, µs until the answer, µs of CPU in auth and in PostgreSQL, outcome, delay in ms, text.
int answers(const Place& place, const Words& words) {
    const auto lines = lines_of(words.at(2));
    const Words auth = split(words.at(0)), postgres = split(words.at(1));
    boost::asio::io_context context;
    const auto channel = place.channel("imap");
    const std::shared_ptr<auth_v1::Auth::Stub> stub = auth_v1::Auth::NewStub(channel->grpc());
    Stream stream(context.get_executor(), "auth.authenticate",
                  [stub](auto* context, auto* reactor) { stub->async()->Authenticate(context, reactor); });
    finish(context, ask_all(stream, lines, auth, postgres));
    return 0;
}

}  // namespace load
