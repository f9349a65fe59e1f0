#include "sky/net/line_reader.h"

#include <algorithm>

#include "stream_state.h"

namespace sky::net {
namespace {

constexpr std::size_t chunk = 16 * 1024;
constexpr std::size_t hopeless = 1024 * 1024;  // octets skipped in search of a line's end

// Read into by whoever's turn it is; nothing is awaited between the read and the copy. So a waiting connection holds no buffer.
thread_local char scratch[chunk];

Task<Result<Wake>> at_once(Wake wake) { co_return wake; }

}  // namespace

LineReader::LineReader(Stream& stream, LineEnds ends) : stream_(&stream), ends_(ends) {}

Task<Result<void>> LineReader::fill(Deadline deadline) {
    const auto state = stream_->state_;
    // Views handed out by the last call end here.
    if (at_ == buffer_.size()) {
        buffer_.clear();
        at_ = scanned_ = 0;
    } else if (at_ >= chunk) {
        buffer_.erase(0, at_);
        scanned_ -= std::min(scanned_, at_);
        at_ = 0;
    }
    for (;;) {
        const auto n = state->read_now(scratch, chunk);
        if (!n) co_return forward(n);
        if (*n > 0) {
            buffer_.append(scratch, *n);
            co_await state->take_turns();
            co_return Result<void>{};
        }
        if (buffer_.empty()) std::string().swap(buffer_);
        const Ready ready = co_await state->wait(&state->read_until, state->read_wants, deadline);
        if (ready != Ready::ready) co_return failure_of(ready);
    }
}

std::string_view LineReader::take(std::size_t n) {
    const auto out = peek().substr(0, n);
    at_ += out.size();
    scanned_ = std::max(scanned_, at_);
    return out;
}

Task<Result<std::string_view>> LineReader::line(std::size_t limit) {
    const Deadline deadline = stream_->deadline();
    if (skipping_) co_return co_await skip_line(deadline);
    for (;;) {
        const auto end = buffer_.find('\n', std::max(scanned_, at_));
        if (end != std::string::npos) {
            auto text = take(end + 1 - at_);
            text.remove_suffix(1);
            const bool has_cr = text.ends_with('\r');
            if (has_cr) text.remove_suffix(1);
            if (text.size() > limit)
                co_return unexpected(Fault::too_large, "line too long", "line of " + std::to_string(text.size()) + " octets");
            if (ends_ != LineEnds::lf && text.find('\r') != std::string_view::npos) co_return unexpected(Fault::syntax, "bare CR received");
            if (!has_cr && ends_ == LineEnds::crlf) co_return unexpected(Fault::syntax, "bare LF received");
            co_return text;
        }
        scanned_ = buffer_.size();
        if (buffered() > limit + 1) {
            skipping_ = true;
            skipped_ = 0;
            co_return co_await skip_line(deadline);
        }
        if (auto filled = co_await fill(deadline); !filled) co_return forward(filled);
    }
}

Task<Result<std::string_view>> LineReader::skip_line(Deadline deadline) {
    for (;;) {
        const auto end = peek().find('\n');
        const std::size_t dropped = take(end == std::string_view::npos ? buffered() : end + 1).size();
        skipped_ += dropped;
        if (end != std::string_view::npos) {
            skipping_ = false;
            co_return unexpected(Fault::too_large, "line too long", "line of " + std::to_string(skipped_) + " octets");
        }
        if (skipped_ > hopeless) co_return unexpected(Fault::limit, "line too long", "no end of line in sight");
        if (auto filled = co_await fill(deadline); !filled) co_return forward(filled);
    }
}

Task<Result<std::string_view>> LineReader::exactly(std::size_t n) {
    const Deadline deadline = stream_->deadline();
    while (buffered() < n) {
        if (auto filled = co_await fill(deadline); !filled) co_return forward(filled);
    }
    co_return take(n);
}

Task<Result<std::string_view>> LineReader::read_upto(std::size_t n) {
    if (buffered() == 0) {
        if (auto filled = co_await fill(stream_->deadline()); !filled) co_return forward(filled);
    }
    co_return take(n);
}

Task<Result<void>> LineReader::skip(std::uint64_t n) {
    while (n > 0) {
        const auto part = co_await read_upto(static_cast<std::size_t>(std::min<std::uint64_t>(n, chunk)));
        if (!part) co_return forward(part);
        n -= part->size();
    }
    co_return Result<void>{};
}

// No coroutines themselves: an idle connection pays for each that waits.
Task<Result<Wake>> LineReader::wait_input_or(Event& event, Deadline deadline) {
    if (buffered() > 0) return at_once(Wake::input);
    discard_consumed();
    return stream_->wait_readable(deadline, &event);
}

Task<Result<Wake>> LineReader::wait_input(Deadline deadline) {
    if (buffered() > 0) return at_once(Wake::input);
    discard_consumed();
    return stream_->wait_readable(deadline);
}

void LineReader::discard_consumed() {
    std::string().swap(buffer_);
    at_ = scanned_ = 0;
}

void LineReader::discard_buffered() {
    discard_consumed();
    skipping_ = false;
}

}  // namespace sky::net
