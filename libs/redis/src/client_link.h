#pragma once
// The connection behind Client: who waits for which reply, what is to be sent, and the loop that keeps it open.
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/net/stream.h"
#include "sky/redis/client.h"

namespace sky::redis {

class Client::Link : public std::enable_shared_from_this<Client::Link> {
  public:
    Link(Executor executor, Options options) : executor_(executor), options_(std::move(options)), group_(executor) {}
    void start() { group_.spawn("redis.client", keep_open(shared_from_this())); }
    void close();
    Task<void> stop();

    // Sends `commands` commands (their bytes) and awaits as many replies.
    static Task<Result<std::vector<Value>>> exchange(std::shared_ptr<Link> link, std::string bytes, std::size_t commands,
                                                     Deadline deadline);

    bool up() const { return state_ == State::up; }
    std::size_t waiting() const { return waiting_.size(); }

  private:
    enum class State { first_attempt, down, up, stopped };
    struct Pending {
        std::size_t expected;
        Deadline sent;
        std::vector<Value> values;
        std::optional<Error> failed;
        Event settled;
        bool done() const { return failed || values.size() == expected; }
    };

    static Task<void> keep_open(std::shared_ptr<Link> link);
    static Task<void> write_queued(std::shared_ptr<Link> link, std::shared_ptr<net::Stream> stream);
    Task<Error> read_replies(net::Stream& stream);
    void enter(State state);
    void fail_waiting(const Error& error);

    Executor executor_;
    Options options_;
    State state_ = State::first_attempt;
    Event changed_;  // of state_
    std::deque<std::shared_ptr<Pending>> waiting_;
    std::string out_;
    Event to_send_;
    std::shared_ptr<net::Stream> stream_;
    Group group_;
};

}  // namespace sky::redis
