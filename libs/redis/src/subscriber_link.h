#pragma once
// The connection behind Subscriber: which channels are wanted, which are heard, and the loop that keeps it open.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/net/stream.h"
#include "sky/redis/subscriber.h"
#include "sky/redis/value.h"

namespace sky::redis {

struct Subscription::Entry {
    std::string channel;
    Subscriber::Message message;
    Subscriber::Gap gap;
    std::weak_ptr<Subscriber::Link> link;
    bool active = true;
};

class Subscriber::Link : public std::enable_shared_from_this<Subscriber::Link> {
  public:
    using Entry = std::shared_ptr<Subscription::Entry>;

    Link(Executor executor, Options options) : executor_(executor), options_(std::move(options)), group_(executor) {}
    void start() { group_.spawn("redis.subscriber", keep_open(shared_from_this())); }
    void close();
    Task<void> stop();

    void add(Entry entry);
    void remove(const Entry& entry);
    bool healthy() const;
    std::chrono::steady_clock::time_point last_heard() const { return last_heard_; }

  private:
    struct Channel {
        std::vector<Entry> entries;
        int asked = 0;  // SUBSCRIBEs sent on this connection whose answer is not here yet
        bool heard = false;
    };

    static Task<void> keep_open(std::shared_ptr<Link> link);
    static Task<void> write_queued(std::shared_ptr<Link> link, std::shared_ptr<net::Stream> stream);
    static Task<void> ping(std::shared_ptr<Link> link, std::shared_ptr<net::Stream> stream);
    Task<Error> read_messages(net::Stream& stream);
    void ask_for_all();
    void ask(const std::string& channel);
    void take(Value value);
    void confirm(Channel& channel);
    void send(std::initializer_list<std::string_view> argv);

    Executor executor_;
    Options options_;
    std::map<std::string, Channel, std::less<>> channels_;  // one without entries only awaits its answer
    std::chrono::steady_clock::time_point last_heard_{};
    std::string out_;
    Event to_send_;
    std::shared_ptr<net::Stream> stream_;  // null: no connection
    bool closed_ = false;
    Group group_;
};

}  // namespace sky::redis
