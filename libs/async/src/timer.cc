#include "sky/async/timer.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sky {

Task<void> sleep_until(Deadline deadline) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, deadline);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

Task<void> sleep_for(std::chrono::steady_clock::duration d) { co_await sleep_until(after(d)); }

Task<void> yield() { co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable); }

}  // namespace sky
