#include "imap/progress.h"

#include <algorithm>

#include "sky/imap-proto/write.h"

namespace sky::imapd {

// Shared with the coroutine that tells, which may outlive a session that is cut off; then there is no client any more.
struct Progress::State {
    net::Stream* client;
    std::string tag;
    std::chrono::steady_clock::duration every;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    bool counts = true;
    bool over = false;
    Event ended{};
};

std::string progress_line(std::string_view tag, std::uint64_t done, std::uint64_t total) {
    std::string out = "* OK [INPROGRESS (";
    if (tag.contains(']'))
        out += "NIL";
    else
        imap::append_quoted(out, tag);
    if (total == 0) return out += " NIL NIL)] Still working\r\n";
    imap::append_number(out += ' ', std::min(done, total - 1));
    imap::append_number(out += ' ', total);
    return out += ")] Still working\r\n";
}

Progress::Progress(net::Stream& client, std::string tag, std::chrono::steady_clock::duration every)
    : client_(&client), state_(std::make_shared<State>(&client, std::move(tag), every)) {}

Progress::~Progress() { state_->client = nullptr; }

void Progress::at(std::uint64_t done, std::uint64_t total) {
    State& state = *state_;
    const bool follows = state.total == 0 || (state.total == total && done >= state.done);
    state.counts = state.counts && follows && done <= total;
    state.done = state.counts ? done : 0;
    state.total = state.counts ? total : 0;
}

void Progress::begin(Group& group) {
    state_->over = false;
    group.spawn("imap.progress", tell(state_));
}

Task<void> Progress::tell(std::shared_ptr<State> state) {
    while (!state->over && state->client != nullptr) {
        if (co_await state->ended.wait(after(state->every)) || state->client == nullptr) continue;
        const std::string line = progress_line(state->tag, state->done, state->total);
        if (auto sent = co_await state->client->write(line); !sent) co_return;
    }
}

// A line that is being written leaves whole; how long that may take the stream's own limit says.
Task<void> Progress::finish(Group& group) {
    state_->over = true;
    state_->ended.notify_all();
    while (!co_await group.join(after(std::chrono::minutes(1)))) {
    }
}

}  // namespace sky::imapd
