#include "sky/rpc/detail/home.h"

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <map>
#include <mutex>
#include <vector>

#include "sky/async/report.h"
#include "sky/rpc/shards.h"

namespace sky::rpc::detail {

// pick() counts the call up under the mutex: leave(), once it has taken the home out, knows of every call that was dealt to it.
struct Homes::State {
    std::mutex mutex;
    std::map<std::size_t, std::shared_ptr<Home>> homes;
    std::size_t turn = 0;
};

Homes::Homes() : state_(std::make_unique<State>()) {}
Homes::~Homes() = default;

std::shared_ptr<Home> Homes::pick() {
    std::lock_guard lock(state_->mutex);
    if (state_->homes.empty()) return nullptr;
    auto at = state_->homes.upper_bound(state_->turn);
    if (at == state_->homes.end()) at = state_->homes.begin();
    state_->turn = at->first;
    at->second->dealt.fetch_add(1, std::memory_order_relaxed);
    return at->second;
}

void Homes::enter(std::size_t index, Executor executor, void* local) {
    std::lock_guard lock(state_->mutex);
    state_->homes[index] = std::make_shared<Home>(std::move(executor), local);
}

Task<void> Homes::leave(std::size_t index, Deadline deadline) {
    std::shared_ptr<Home> home;
    {
        std::lock_guard lock(state_->mutex);
        auto at = state_->homes.find(index);
        if (at == state_->homes.end()) co_return;
        home = std::move(at->second);
        state_->homes.erase(at);
    }
    home->leaving = true;
    for (Call* call : std::vector<Call*>(home->running.begin(), home->running.end())) call->drain();
    while (home->dealt.load(std::memory_order_acquire) > 0 && !passed(deadline)) co_await home->ended.wait(deadline);
    for (Call* call : std::vector<Call*>(home->running.begin(), home->running.end())) call->cancel();
    const Deadline last = after(std::chrono::seconds(5));
    while (home->dealt.load(std::memory_order_acquire) > 0 && !passed(last)) co_await home->ended.wait(last);
    if (home->dealt.load(std::memory_order_acquire) > 0) report("rpc.calls.stuck", "shard", std::to_string(index));
}

void Call::deal() {
    keep();
    on_shard([this] {
        home_->running.insert(this);
        if (home_->leaving) return refuse();
        handler_running_ = true;
        begin();
    });
}

void Call::cancel() {
    if (handler_running_) cancellation_.emit(boost::asio::cancellation_type::terminal);
}

void Call::over() {
    if (!home_) {  // no shard took it
        const auto self = std::move(self_);
        return;
    }
    on_shard([this] {
        home_->running.erase(this);
        home_->dealt.fetch_sub(1, std::memory_order_release);
        home_->ended.notify_all();
        self_.reset();
    });
}

void report_failure(std::string_view method, const Error& error) {
    if (error.reason.empty()) return;
    report("rpc.call.failed", method, std::string(codes(error.fault).name) + ": " + error.reason);
}

Error failure_of(std::exception_ptr exception, std::string_view method) {
    Error error{Fault::internal, "internal error", {}};
    try {
        std::rethrow_exception(exception);
    } catch (const boost::system::system_error& thrown) {
        if (thrown.code() == boost::asio::error::operation_aborted) return Error{Fault::unavailable, "cancelled", {}};
        error.reason = thrown.what();
    } catch (const std::exception& thrown) {
        error.reason = thrown.what();
    } catch (...) {
        error.reason = "an exception of unknown type";
    }
    report_failure(method, error);
    return error;
}

}  // namespace sky::rpc::detail
