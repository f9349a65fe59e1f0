#pragma once
// A client that waits for a long command hears every so often how far it is, so that it neither gives up nor is cut off (RFC 9585).
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/net/stream.h"

namespace sky::imapd {

class Progress {
  public:
    // 10 to 15 seconds apart are recommended (RFC 9585 §4).
    Progress(net::Stream& client, std::string tag, std::chrono::steady_clock::duration every);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // How much is done, of how much in all. What the client was told never shrinks: steps that count differently end the counting.
    void at(std::uint64_t done, std::uint64_t total);

    // Runs a step of the command. Nobody else writes to the client meanwhile.
    template <class T>
    Task<T> during(Task<T> step) {
        Group group(client_->executor());
        begin(group);
        std::optional<T> out;
        std::exception_ptr thrown;
        try {
            out.emplace(co_await std::move(step));
        } catch (...) {
            thrown = std::current_exception();
        }
        co_await finish(group);
        if (thrown) std::rethrow_exception(thrown);
        co_return *std::move(out);
    }

  private:
    struct State;
    static Task<void> tell(std::shared_ptr<State> state);
    void begin(Group& group);
    Task<void> finish(Group& group);

    net::Stream* client_;
    std::shared_ptr<State> state_;
};

// * OK [INPROGRESS ("t1" 175 1000)] Still working; a total of 0: not known. A tag with "]" is not named, and what is told to be done is
// always less than the total (RFC 9585 §4).
std::string progress_line(std::string_view tag, std::uint64_t done, std::uint64_t total);

}  // namespace sky::imapd
