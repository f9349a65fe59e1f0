#pragma once
// What the verbs of directory_load share: where auth is, and how calls are kept in flight and counted. One thread.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/rpc/channel.h"

namespace load {

using namespace sky;

// auth's host:port, and the folder of certificates that deploy/local/certificates made.
struct Place {
    std::string auth, tls;
    // Under the certificate of this common name.
    std::shared_ptr<rpc::Channel> channel(const std::string& name) const;
};

// Words of the command line behind the verb.
using Words = std::vector<std::string>;
std::int64_t number(const std::string& word);

// A file of words separated by blanks, line by line.
std::vector<Words> lines_of(const std::string& file);

// Makes call number i; what it fails with is told at the end.
using Call = std::function<Task<Result<void>>(std::int64_t i)>;

struct Load {
    std::int64_t first = 0, count = 0;  // the calls first … first + count - 1
    std::int64_t flights = 1;           // calls at once
    std::chrono::seconds limit{3600};   // no call begins later
};

// Makes the calls and prints one line of JSON about them; how many failed.
std::int64_t drive(boost::asio::io_context& context, const std::string& name, const Load& load, const Call& call);

// Runs the context until the task has ended.
void finish(boost::asio::io_context& context, Task<void> task);

int fill(const Place& place, const Words& words);
int resolve(const Place& place, const Words& words);
int sign_in(const Place& place, const Words& words);
int waits(const Place& place, const Words& words);
int answers(const Place& place, const Words& words);

}  // namespace load
