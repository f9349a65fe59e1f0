#pragma once
// Two coroutines at once on one shard, awaited on the spot: they may take references. What one throws, or cancellation, ends the other as
// well.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <utility>

#include "sky/async/task.h"

namespace sky {

template <class A, class B>
Task<std::pair<A, B>> both(Task<A> first, Task<B> second) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto [a, b] = co_await (std::move(first) && std::move(second));
    co_return std::pair<A, B>(std::move(a), std::move(b));
}

}  // namespace sky
