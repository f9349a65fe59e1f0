#pragma once
// Two coroutines at once on one shard, awaited on the spot: they may take references. Cancellation ends both; what one throws ends the
// other and comes out.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "sky/async/task.h"

namespace sky {

template <class A, class B>
Task<std::pair<A, B>> both(Task<A> first, Task<B> second) {
    namespace asio = boost::asio;
    const auto executor = co_await asio::this_coro::executor;
    auto [order, failed_first, a, failed_second, b] =
        co_await asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(first), asio::deferred),
                                                         asio::co_spawn(executor, std::move(second), asio::deferred))
            .async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
    // Of two exceptions the later one is only the cancellation that the earlier one caused.
    if (failed_first && (!failed_second || order[0] == 0)) std::rethrow_exception(failed_first);
    if (failed_second) std::rethrow_exception(failed_second);
    co_return std::pair<A, B>(std::move(a), std::move(b));
}

}  // namespace sky
