#include "load.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace load {
namespace {
constexpr std::size_t most_samples = 1'000'000;
constexpr std::int64_t between_yields = 64;  // calls answered from memory would else keep the directory's changes from being heard

struct State {
    const Load& load;
    std::int64_t next = 0, done = 0, failed = 0, flying = 0;
    Deadline until;
    std::vector<float> micros;
    std::string complaint;
};

Task<void> fly(State& state, const Call& call) {
    while (!passed(state.until) && state.next < state.load.count) {
        const std::int64_t i = state.next++;
        const auto begun = std::chrono::steady_clock::now();
        auto made = co_await call(state.load.first + i);
        if (made) {
            ++state.done;
        } else {
            ++state.failed;
            state.complaint = fmt::format("call {}: {} ({})", state.load.first + i, made.error().text, made.error().reason);
        }
        if (state.micros.size() < most_samples)
            state.micros.push_back(std::chrono::duration<float, std::micro>(std::chrono::steady_clock::now() - begun).count());
        if (i % between_yields == 0) co_await yield();
    }
}

double cpu_seconds() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}
}  // namespace

std::shared_ptr<rpc::Channel> Place::channel(const std::string& name) const {
    return std::make_shared<rpc::Channel>(rpc::ChannelOptions{.target = auth,
                                                              .credentials = {.certificate = fmt::format("{}/rpc/{}.pem", tls, name),
                                                                              .key = fmt::format("{}/rpc/{}.key", tls, name),
                                                                              .authority = tls + "/rpc/ca.pem"}});
}

std::int64_t number(const std::string& word) {
    std::size_t read = 0;
    const std::int64_t out = std::stoll(word, &read);
    if (read != word.size()) throw std::runtime_error(word + " is not a number");
    return out;
}

std::vector<Words> lines_of(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("can't read " + file);
    std::vector<Words> out;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        Words& entry = out.emplace_back();
        for (std::string word; words >> word;) entry.push_back(std::move(word));
    }
    if (out.empty()) throw std::runtime_error(file + " is empty");
    return out;
}

void finish(boost::asio::io_context& context, Task<void> task) {
    bool ended = false;
    boost::asio::co_spawn(context, std::move(task), [&ended](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
        ended = true;
    });
    context.restart();
    while (!ended)
        if (context.run_one() == 0) throw std::runtime_error("a call never ends");
}

std::int64_t drive(boost::asio::io_context& context, const std::string& name, const Load& load, const Call& call) {
    const double cpu_before = cpu_seconds();
    const auto begun = std::chrono::steady_clock::now();
    State state{.load = load, .until = begun + load.limit, .micros = {}, .complaint = {}};
    for (std::int64_t i = 0; i < load.flights; ++i) {
        ++state.flying;
        boost::asio::co_spawn(context, fly(state, call), [&state](std::exception_ptr thrown) {
            if (thrown) std::rethrow_exception(thrown);
            --state.flying;
        });
    }
    context.restart();
    while (state.flying > 0)
        if (context.run_one() == 0) throw std::runtime_error("a call never ends");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::ranges::sort(state.micros);
    const auto at = [&](double part) {
        return state.micros.empty() ? 0.0F : state.micros[static_cast<std::size_t>(part * static_cast<double>(state.micros.size() - 1))];
    };
    std::ranges::replace_if(state.complaint, [](char c) { return c == '"' || c == '\\' || c < ' '; }, '\'');
    fmt::print(
        R"({{"name": "{}", "calls": {}, "failed": {}, "seconds": {:.4f}, "cpu": {:.4f}, "p50_us": {:.2f}, "p99_us": {:.2f}, "complaint": "{}"}})"
        "\n",
        name, state.done, state.failed, seconds, cpu_seconds() - cpu_before, at(0.5), at(0.99), state.complaint);
    std::fflush(stdout);
    return state.failed;
}

}  // namespace load
