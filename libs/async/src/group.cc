#include "sky/async/group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <string>
#include <vector>

#include "sky/async/event.h"
#include "sky/async/report.h"

namespace sky {
namespace {

struct Member {
    std::string name;
    boost::asio::cancellation_signal signal;
};

void report_failure(std::string_view name, const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        if (error.code() == boost::asio::error::operation_aborted) return;
        report("async.coroutine.failed", name, error.what());
    } catch (const std::exception& error) {
        report("async.coroutine.failed", name, error.what());
    } catch (...) {
        report("async.coroutine.failed", name, "an exception that is no std::exception");
    }
}

}  // namespace

struct Group::State {
    explicit State(Executor on) : executor(std::move(on)) {}
    Executor executor;
    std::list<std::shared_ptr<Member>> members;
    Event ended;
    bool closed = false;
};

Group::Group(Executor executor) : state_(std::make_shared<State>(std::move(executor))) {}
Group::Group(Group&&) noexcept = default;
Group& Group::operator=(Group&& other) noexcept {
    if (state_) cancel();
    state_ = std::move(other.state_);
    return *this;
}
Group::~Group() {
    if (state_) cancel();
}

void Group::spawn(std::string_view name, Task<void> coroutine) {
    if (state_->closed) return;
    auto member = std::make_shared<Member>(std::string(name));
    const auto place = state_->members.insert(state_->members.end(), member);
    // co_spawn would run the coroutine's first steps inside this call, before the caller has finished its sentence: post it.
    boost::asio::post(state_->executor, [state = state_, member, place, task = std::move(coroutine)]() mutable {
        auto at_end = [state, member, place](const std::exception_ptr& failure) {
            state->members.erase(place);
            if (failure) report_failure(member->name, failure);
            if (state->members.empty()) state->ended.notify_all();
        };
        if (state->closed) return at_end(nullptr);
        boost::asio::co_spawn(state->executor, std::move(task),
                              boost::asio::bind_cancellation_slot(member->signal.slot(), std::move(at_end)));
    });
}

std::size_t Group::count() const { return state_->members.size(); }
Executor Group::executor() const { return state_->executor; }

Task<bool> Group::join(Deadline deadline) {
    const auto state = state_;
    while (!state->members.empty()) {
        if (!co_await state->ended.wait(deadline)) co_return state->members.empty();
    }
    co_return true;
}

void Group::cancel() {
    state_->closed = true;
    // A cancelled operation may end its coroutine at once and so erase from the list: walk over a copy.
    const std::vector<std::shared_ptr<Member>> members(state_->members.begin(), state_->members.end());
    for (const auto& member : members) member->signal.emit(boost::asio::cancellation_type::terminal);
}

Task<void> Group::stop(Deadline deadline) {
    const auto state = state_;
    cancel();
    if (co_await join(deadline)) co_return;
    for (const auto& member : state->members) report("async.coroutine.stuck", member->name, "outlived its group's stop()");
}

}  // namespace sky
