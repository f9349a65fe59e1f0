#include "sky/async/shards.h"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "sky/async/report.h"

namespace sky {
namespace {

std::atomic<bool> is_stopping{false};
std::mutex current_mutex;
std::function<void()> current_stop;  // posts to the run that is active

std::string what(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

// One thread's share. Everything but `context` is touched by its own thread only.
struct Lane {
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    std::unique_ptr<Shard> shard;
    bool started = false;
    bool draining = false;
};

class Run {
  public:
    Run(ShardOptions options, StartShard start) : options_(std::move(options)), start_(std::move(start)) {
        for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.threads); ++i) lanes_.push_back(std::make_unique<Lane>());
    }

    Result<void> operator()() {
        boost::asio::signal_set signals(lanes_[0]->context, SIGTERM, SIGINT);
        boost::asio::signal_set hangup(lanes_[0]->context, SIGHUP);
        await_stop(signals);
        await_hangup(hangup);
        boost::asio::steady_timer clock(lanes_[0]->context);
        await_refresh(clock);
        for (std::size_t i = 0; i < lanes_.size(); ++i) spawn_start(i);
        std::vector<std::thread> threads;
        for (std::size_t i = 1; i < lanes_.size(); ++i) threads.emplace_back([this, i] { run_lane(*lanes_[i]); });
        run_lane(*lanes_[0]);
        for (auto& thread : threads) thread.join();
        if (failure_.fault != Fault::internal || !failure_.text.empty()) return std::unexpected(failure_);
        return {};
    }

    // Any thread.
    void stop() {
        if (is_stopping.exchange(true)) return;
        const Deadline deadline = after(options_.drain);
        for (auto& lane : lanes_) {
            boost::asio::post(lane->context, [this, deadline, lane = lane.get()] { drain(*lane, deadline); });
        }
    }

  private:
    void run_lane(Lane& lane) {
        for (;;) {
            try {
                lane.context.run();
                break;
            } catch (const std::exception& error) {
                report("async.handler.failed", "shard", error.what());  // a handler outside any coroutine threw; the shard goes on
            }
        }
        lane.shard.reset();
        // Coroutines that outlived the drain are destroyed here, on their own thread, by the io_context's destructor at the latest.
    }

    void spawn_start(std::size_t index) {
        Lane& lane = *lanes_[index];
        boost::asio::co_spawn(lane.context, start_(ShardContext{lane.context.get_executor(), index, lanes_.size()}),
                              [this, &lane](std::exception_ptr failure, Result<std::unique_ptr<Shard>> shard) {
                                  if (failure) {
                                      fail(Error{Fault::internal, "could not start", what(failure)});
                                  } else if (!shard) {
                                      fail(std::move(shard.error()));
                                  } else {
                                      lane.shard = std::move(*shard);
                                      lane.started = true;
                                      if (lane.draining) return drain(lane, after(options_.drain));
                                      if (++ready_ == lanes_.size() && options_.on_ready)
                                          boost::asio::post(lanes_[0]->context, options_.on_ready);
                                      return;
                                  }
                                  finish(lane);
                              });
    }

    void fail(Error error) {
        {
            const std::lock_guard lock(failure_mutex_);
            if (failure_.text.empty()) failure_ = std::move(error);
            if (failure_.text.empty()) failure_.text = "could not start";
        }
        stop();
    }

    void drain(Lane& lane, Deadline deadline) {
        lane.draining = true;
        if (!lane.started) {
            // Still starting: its completion comes back here. Should it never, the clock ends it.
            arm_end(lane, deadline);
            return;
        }
        arm_end(lane, deadline + std::chrono::seconds(2));
        boost::asio::co_spawn(lane.context, lane.shard->drain(deadline), [this, &lane](std::exception_ptr failure) {
            if (failure) report("async.shard.drain_failed", "shard", what(failure));
            finish(lane);
        });
    }

    void arm_end(Lane& lane, Deadline deadline) {
        boost::asio::co_spawn(lane.context, sleep_until(deadline), [&lane](const std::exception_ptr&) { lane.context.stop(); });
    }

    // What is ready runs once more (closing of streams), then the loop ends.
    void finish(Lane& lane) {
        lane.work.reset();
        boost::asio::post(lane.context, [&lane] { boost::asio::post(lane.context, [&lane] { lane.context.stop(); }); });
    }

    void await_stop(boost::asio::signal_set& signals) {
        signals.async_wait([this, &signals](const boost::system::error_code& error, int number) {
            if (error) return;
            if (is_stopping) std::_Exit(128 + number);
            stop();
            await_stop(signals);
        });
    }

    void await_hangup(boost::asio::signal_set& hangup) {
        hangup.async_wait([this, &hangup](const boost::system::error_code& error, int) {
            if (error) return;
            if (options_.refresh) options_.refresh();
            await_hangup(hangup);
        });
    }

    void await_refresh(boost::asio::steady_timer& clock) {
        if (!options_.refresh || options_.refresh_every <= std::chrono::milliseconds::zero()) return;
        clock.expires_after(options_.refresh_every);
        clock.async_wait([this, &clock](const boost::system::error_code& error) {
            if (error) return;
            options_.refresh();
            await_refresh(clock);
        });
    }

    ShardOptions options_;
    StartShard start_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::atomic<std::size_t> ready_{0};
    std::mutex failure_mutex_;
    Error failure_;
};

}  // namespace

Result<void> run_shards(ShardOptions options, StartShard start) {
    std::signal(SIGPIPE, SIG_IGN);
    is_stopping = false;
    Run run(std::move(options), std::move(start));
    {
        const std::lock_guard lock(current_mutex);
        current_stop = [&run] { run.stop(); };
    }
    auto result = run();
    const std::lock_guard lock(current_mutex);
    current_stop = nullptr;
    return result;
}

void request_stop() {
    const std::lock_guard lock(current_mutex);
    if (current_stop) current_stop();
}

bool stopping() { return is_stopping; }

}  // namespace sky
