#pragma once
// The coroutine type of the whole project, and the executor a shard hands to what it owns. Only one awaited on the spot may take
// references.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace sky {

template <class T>
using Task = boost::asio::awaitable<T>;

using Executor = boost::asio::any_io_executor;

}  // namespace sky
