#include "sky/async/offload.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sky {
namespace {

struct Job {
    std::move_only_function<void()> work;
    std::exception_ptr failure;

    // The waiting coroutine's side. Valid while not abandoned: its io_context may be gone by the time an abandoned job ends.
    std::mutex mutex;
    bool abandoned = false;
    Executor executor;
    boost::asio::steady_timer* timer = nullptr;  // touched on that executor only
    bool done = false;                           // set on that executor

    bool is_abandoned() {
        const std::lock_guard lock(mutex);
        return abandoned;
    }
};

void tell(const std::shared_ptr<Job>& job) {
    const std::lock_guard lock(job->mutex);
    if (job->abandoned) return;
    boost::asio::post(job->executor, [job] {
        if (job->is_abandoned()) return;
        job->done = true;
        job->timer->cancel();
    });
}

std::string what(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

struct Abandon {
    std::shared_ptr<Job> job;
    ~Abandon() {
        const std::lock_guard lock(job->mutex);
        job->abandoned = true;
    }
};

}  // namespace

struct OffloadPool::State {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::shared_ptr<Job>> queue;
    std::size_t limit = 0;
    bool closed = false;
    std::vector<std::thread> threads;

    void work() {
        for (;;) {
            std::shared_ptr<Job> job;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [this] { return closed || !queue.empty(); });
                if (queue.empty()) return;
                job = std::move(queue.front());
                queue.pop_front();
            }
            if (job->is_abandoned()) continue;
            try {
                job->work();
            } catch (...) {
                job->failure = std::current_exception();
            }
            job->work = nullptr;
            tell(job);
        }
    }
};

OffloadPool::OffloadPool(std::size_t threads, std::size_t queue) : state_(std::make_shared<State>()) {
    state_->limit = queue;
    for (std::size_t i = 0; i < threads; ++i) state_->threads.emplace_back([state = state_.get()] { state->work(); });
}

OffloadPool::~OffloadPool() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->closed = true;
    }
    state_->wake.notify_all();
    for (auto& thread : state_->threads) thread.join();
}

std::size_t OffloadPool::queued() const {
    const std::lock_guard lock(state_->mutex);
    return state_->queue.size();
}

Task<Result<void>> OffloadPool::run_erased(Deadline deadline, std::move_only_function<void()> work) {
    const auto job = std::make_shared<Job>();
    job->work = std::move(work);
    job->executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(job->executor, deadline);
    job->timer = &timer;
    const Abandon abandon{job};
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->queue.size() >= state_->limit) co_return unexpected(Fault::limit, "busy, try again later", "offload queue is full");
        state_->queue.push_back(job);
    }
    state_->wake.notify_one();
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!job->done) co_return unexpected(Fault::timeout, "took too long", "offloaded job missed its deadline");
    if (job->failure) co_return unexpected(Fault::internal, "internal error", "offloaded job threw: " + what(job->failure));
    co_return Result<void>{};
}

}  // namespace sky
