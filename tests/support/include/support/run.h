#pragma once
// Runs coroutines to their end from a plain test.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <optional>

#include "sky/async/task.h"

namespace support {

// The coroutine's value; what it throws is thrown here. Runs the context until the coroutine ends and then no further.
template <class T>
T run(boost::asio::io_context& context, sky::Task<T> task) {
    auto future = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
    context.restart();
    while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        if (context.run_one() == 0) break;
    return future.get();
}

}  // namespace support
