#include "sky/deflate/inflater.h"

#include <zlib.h>

#include <new>

namespace sky::deflate {
namespace {

// What a sync flush writes at an octet's boundary: an empty stored block.
constexpr std::string_view flush_mark("\0\0\0\xff\xff", 5);
constexpr std::size_t window = 32 * 1024;
constexpr std::size_t state_octets = 7 * 1024 + window;  // of zlib, about

// data_type of a z_stream, as inflate() leaves it (zlib.h).
constexpr int unused_bits = 7, last_block = 64, block_ended = 128;

}  // namespace

struct Inflater::Working {
    z_stream stream{};
    int last_octet = 0;
    Working() {
        if (inflateInit2(&stream, -15) != Z_OK) throw std::bad_alloc();
    }
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;
    ~Working() { inflateEnd(&stream); }
    bool between_blocks() const { return (stream.data_type & block_ended) != 0 && (stream.data_type & last_block) == 0; }
    bool aligned() const { return (stream.data_type & unused_bits) == 0; }
};

Inflater::Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;
Inflater::~Inflater() = default;

void Inflater::begin() {
    working_ = std::make_unique<Working>();
    if (!received_.empty())
        inflateSetDictionary(&working_->stream, reinterpret_cast<const Bytef*>(received_.data()), static_cast<uInt>(received_.size()));
    if (spare_bits_ > 0) inflatePrime(&working_->stream, spare_bits_, spare_value_);
    std::string().swap(received_);
    spare_bits_ = 0;
}

Result<std::size_t> Inflater::inflate(std::string_view& encoded, std::span<char> into) {
    if (state_ == State::ended) return unexpected(Fault::syntax, "The compressed stream has ended");
    if (state_ == State::broken) return unexpected(Fault::syntax, "This is no compressed stream");
    // Called without need, zlib would look for the next block and no longer know that the last one has ended.
    if (into.empty() || (encoded.empty() && !pending_)) return std::size_t{0};
    if (!working_) begin();
    z_stream& stream = working_->stream;
    constexpr std::size_t most = 1 << 30;
    const std::size_t given = std::min(encoded.size(), most), room = std::min(into.size(), most);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(encoded.data()));
    stream.avail_in = static_cast<uInt>(given);
    stream.next_out = reinterpret_cast<Bytef*>(into.data());
    stream.avail_out = static_cast<uInt>(room);
    // Block by block: where a block ends the stream can be left, and what follows a flush need not be looked at.
    for (;;) {
        const int returned = ::inflate(&stream, Z_BLOCK);
        if (returned == Z_MEM_ERROR) throw std::bad_alloc();
        if (returned == Z_STREAM_END)
            state_ = State::ended;
        else if (returned != Z_OK && returned != Z_BUF_ERROR)
            state_ = State::broken;
        if (state_ != State::good || returned == Z_BUF_ERROR || stream.avail_out == 0 || stream.avail_in == 0) break;
        const std::string_view left = encoded.substr(given - stream.avail_in);
        const bool has_output = stream.avail_out < room;
        if (has_output && working_->between_blocks() && working_->aligned() && !left.starts_with(flush_mark)) break;
    }
    if (stream.avail_in < given) working_->last_octet = static_cast<unsigned char>(encoded[given - stream.avail_in - 1]);
    encoded.remove_prefix(given - stream.avail_in);
    const std::size_t made = room - stream.avail_out;
    pending_ = stream.avail_out == 0 && (stream.data_type & block_ended) == 0;
    stream.next_in = nullptr;
    stream.avail_in = 0;
    if (made == 0 && state_ == State::broken) return unexpected(Fault::syntax, "This is no compressed stream");
    if (made == 0 && state_ == State::ended) return unexpected(Fault::syntax, "The compressed stream has ended");
    return made;
}

bool Inflater::at_boundary() const {
    if (state_ != State::good) return state_ == State::ended;
    if (!working_) return spare_bits_ == 0;
    return working_->between_blocks() && working_->aligned();
}

void Inflater::rest() {
    if (!working_ || state_ != State::good || !working_->between_blocks()) return;
    z_stream& stream = working_->stream;
    uInt size = 0;
    received_.resize(window);
    inflateGetDictionary(&stream, reinterpret_cast<Bytef*>(received_.data()), &size);
    received_.resize(size);
    received_.shrink_to_fit();
    spare_bits_ = stream.data_type & unused_bits;
    spare_value_ = working_->last_octet >> (8 - spare_bits_);
    working_.reset();
}

std::size_t Inflater::held() const { return (working_ ? state_octets : 0) + received_.capacity(); }

}  // namespace sky::deflate
