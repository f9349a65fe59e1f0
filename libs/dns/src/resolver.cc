#include "sky/dns/resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unordered_set>

#include "context.h"
#include "name.h"
#include "sky/base/ascii.h"

namespace sky::dns {
namespace {
struct FreeResult {
    void operator()(ub_result* result) const { ub_resolve_free(result); }
};
using RawAnswer = std::unique_ptr<ub_result, FreeResult>;

// A question under way; lives in the asking coroutine's frame.
struct Question {
    Question(const Executor& executor, Deadline deadline) : timer(executor, deadline) {}
    boost::asio::steady_timer timer;
    int id = 0;
    bool done = false;
    int failed = 0;  // ub_ctx_err
    RawAnswer answer;
};

std::unexpected<Error> away(std::string reason) { return unexpected(Fault::unavailable, "the DNS does not answer now", std::move(reason)); }

constexpr int rcode_no_error = 0, rcode_no_name = 3, class_in = 1;  // RFC 1035 §4.1.1, §3.2.4

Result<Answer> read(const ub_result& raw, const std::string& name, Type type, std::size_t most) {
    if (raw.bogus) return away(fmt::format("bogus: {}", raw.why_bogus ? raw.why_bogus : "no reason given"));
    // unbound says both for an absent name: rcode 3 and nxdomain.
    if (raw.rcode != rcode_no_error && raw.rcode != rcode_no_name)
        return away(fmt::format("{} {}: rcode {}", name, type_name(type), raw.rcode));
    Answer out;
    out.found = raw.havedata ? Found::records : raw.nxdomain || raw.rcode == rcode_no_name ? Found::no_name : Found::no_data;
    out.security = raw.secure ? Security::secure : Security::insecure;
    out.name = raw.canonname && raw.havedata ? raw.canonname : name;
    if (out.name.ends_with('.') && out.name.size() > 1) out.name.pop_back();
    out.name = ascii::to_lower(out.name);
    out.ttl = std::chrono::seconds(std::max(raw.ttl, 0));
    if (!raw.havedata) return out;
    std::vector<std::string_view> wires;
    for (std::size_t i = 0; raw.data[i] != nullptr; ++i) wires.emplace_back(raw.data[i], static_cast<std::size_t>(std::max(raw.len[i], 0)));
    if (wires.size() > most)
        return unexpected(Fault::too_large, "the DNS answers with too many records", fmt::format("{}: {} records", name, wires.size()));
    std::ranges::sort(wires);
    for (const auto wire : wires) {
        auto data = parse_data(type, wire);
        if (!data) return unexpected(data.error().fault, data.error().text, name + ": " + data.error().reason);
        if (std::ranges::find(out.records, *data) == out.records.end()) out.records.push_back(std::move(*data));
    }
    return out;
}
}  // namespace

struct Resolver::State {
    State(const Executor& executor, Context made, const Options& options)
        : context(std::move(made)),
          descriptor(executor, ub_fd(context.get())),
          most_questions(options.questions),
          most_records(options.records) {}
    ~State() { stop(); }

    Context context;  // null after stop()
    boost::asio::posix::stream_descriptor descriptor;
    std::unordered_set<Question*> questions;
    std::size_t most_questions, most_records;

    // One wait at a time, for as long as there is a Resolver; the handler holds no reference that would keep it alive.
    static void watch(const std::shared_ptr<State>& state) {
        state->descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                     [weak = std::weak_ptr(state)](const boost::system::error_code& error) {
                                         const auto still = weak.lock();
                                         if (error || !still || !still->context) return;
                                         ub_process(still->context.get());  // calls answered() below
                                         watch(still);
                                     });
    }

    // Called by ub_process() on the shard's thread, once for each question that was not cancelled.
    static void answered(void* question_, int failed, ub_result* result) {
        auto& question = *static_cast<Question*>(question_);
        question.answer.reset(result);
        question.failed = failed;
        question.done = true;
        question.timer.cancel();
    }

    // However the asking coroutine ends, libunbound must not answer into its frame.
    void forget(Question& question) {
        questions.erase(&question);
        if (!question.done && question.id != 0 && context) ub_cancel(context.get(), question.id);
    }

    void stop() {
        if (!context) return;
        boost::system::error_code ignored;
        descriptor.cancel(ignored);
        descriptor.release();  // the descriptor is libunbound's
        for (auto* question : questions) {
            if (!question->done) ub_cancel(context.get(), question->id);
            question->timer.cancel();
        }
        context.reset();
    }
};

Resolver::Resolver(std::shared_ptr<State> state) : state_(std::move(state)) {}
Resolver::Resolver(Resolver&&) noexcept = default;
Resolver& Resolver::operator=(Resolver&& other) noexcept {
    stop();
    state_ = std::move(other.state_);
    return *this;
}
Resolver::~Resolver() { stop(); }

void Resolver::stop() {
    if (state_) state_->stop();
}

Result<Resolver> Resolver::open(Executor executor, const Options& options) {
    auto context = make_context(options);
    if (!context) return forward(context);
    auto state = std::make_shared<State>(executor, std::move(*context), options);
    State::watch(state);
    return Resolver(std::move(state));
}

Task<Result<Answer>> Resolver::query(std::string name, Type type, Deadline deadline) {
    const auto state = state_;
    if (!can_be_asked(name)) co_return unexpected(Fault::syntax, "this is not a domain name");
    if (!state->context) co_return away("the resolver has stopped");
    if (state->questions.size() >= state->most_questions)
        co_return unexpected(Fault::limit, "the DNS is busy now", "too many questions under way");
    Question question(co_await boost::asio::this_coro::executor, deadline);
    const std::string asked = name.ends_with('.') ? name : name + ".";
    const int failed =
        ub_resolve_async(state->context.get(), asked.c_str(), static_cast<int>(type), class_in, &question, &State::answered, &question.id);
    if (failed != 0) co_return away(fmt::format("libunbound: {}", ub_strerror(failed)));
    state->questions.insert(&question);
    struct Forget {
        State& state;
        Question& question;
        ~Forget() { state.forget(question); }
    } const forget{*state, question};
    if (!question.done) co_await question.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!question.done && !state->context) co_return away("the resolver has stopped");
    if (!question.done) co_return unexpected(Fault::timeout, "the DNS does not answer in time", name + ": no answer in time");
    if (question.failed != 0 || !question.answer) co_return away(fmt::format("libunbound: {}: {}", name, ub_strerror(question.failed)));
    co_return read(*question.answer, name, type, state->most_records);
}

}  // namespace sky::dns
