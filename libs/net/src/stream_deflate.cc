// Compression of a Stream (RFC 4978): above TLS, below whoever reads and writes.
#include <algorithm>

#include "stream_state.h"

namespace sky::net {
namespace {

constexpr std::string_view flush_mark("\0\0\0\xff\xff", 5);  // an empty block; plain text does not begin so
constexpr int most_empty_rounds = 64;                        // of input without a single octet for the reader

// Received into by whoever's turn it is; what is not inflated at once is copied. So a waiting connection holds no buffer.
thread_local char received[8 * 1024];

}  // namespace

Result<std::size_t> Stream::State::read_coded(char* into, std::size_t size) {
    Coding& c = *coding;
    if (!c.plain.empty()) {
        const std::size_t taken = std::min(size, c.plain.size());
        std::copy_n(c.plain.begin(), taken, into);
        c.plain.erase(0, taken);
        if (c.plain.empty()) std::string().swap(c.plain);
        return taken;
    }
    if (c.failure) return std::unexpected(*c.failure);
    for (int round = 0; round < most_empty_rounds; ++round) {
        if (c.ends && c.inflater && c.inflater->at_boundary()) c.inflater.reset();
        if (!c.inflater) return read_behind_coding(into, size);
        std::string_view left = c.encoded;
        const auto made = c.inflater->inflate(left, {into, size});
        c.encoded.erase(0, c.encoded.size() - left.size());
        if (!made) {
            c.failure = Error{Fault::unavailable, "connection failed", "deflate: " + made.error().text};
            return std::unexpected(*c.failure);
        }
        if (*made > 0 || size == 0) return made;
        if (c.ends && c.inflater->at_boundary()) continue;
        const auto count = receive(received, sizeof received);
        if (!count || *count == 0) return count;
        c.encoded.assign(received, *count);
    }
    c.failure = Error{Fault::unavailable, "connection failed", "deflate: much input that holds nothing"};
    return std::unexpected(*c.failure);
}

// What the peer sent behind the end of its compression. The mark of its last flush may come late, or stand at the beginning of what is
// left.
Result<std::size_t> Stream::State::read_behind_coding(char* into, std::size_t size) {
    Coding& c = *coding;
    if (c.encoded.empty()) {
        const auto count = receive(received, sizeof received);
        if (!count || *count == 0) return count;
        c.encoded.assign(received, *count);
    }
    if (std::exchange(c.ends, false) && c.encoded.starts_with(flush_mark)) {
        c.encoded.erase(0, flush_mark.size());
        if (c.encoded.empty()) return read_behind_coding(into, size);
    }
    const std::size_t taken = std::min(size, c.encoded.size());
    std::copy_n(c.encoded.begin(), taken, into);
    c.encoded.erase(0, taken);
    return taken;
}

bool Stream::State::look_ahead() {
    Coding& c = *coding;
    if (!c.plain.empty() || c.failure) return true;
    char first[512];
    const auto count = read_coded(first, sizeof first);
    if (!count) {
        c.failure = count.error();
        return true;
    }
    if (*count > 0) {
        c.plain.assign(first, *count);
        return true;
    }
    if (c.inflater) c.inflater->rest();
    std::string().swap(c.encoded);
    return false;
}

void Stream::start_deflate() { state_->coding = std::make_unique<Coding>(); }

void Stream::end_deflate() {
    if (!state_->coding) return;
    state_->coding->deflater.reset();
    state_->coding->ends = true;
}

bool Stream::is_deflated() const { return state_ && state_->coding && state_->coding->deflater; }

std::size_t Stream::deflate_octets() const {
    if (!state_ || !state_->coding) return 0;
    const Coding& c = *state_->coding;
    return sizeof c + c.encoded.capacity() + c.plain.capacity() + (c.deflater ? c.deflater->held() : 0) +
           (c.inflater ? c.inflater->held() : 0);
}

}  // namespace sky::net
