#include "sky/mailstore/message.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "sky/base/sha256.h"

namespace sky::mailstore {
namespace {

constexpr int level = 3;  // measured: 0.60 of the octets at a tenth of level 9's time
constexpr std::size_t small_message = 64 * 1024;

struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// A context is some hundred KB and slow to make; each thread keeps its own.
ZSTD_CCtx* compressor() {
    thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
    return context.get();
}

ZSTD_DCtx* decompressor() {
    thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
    return context.get();
}

Frame compress(std::string_view message, std::uint64_t start, std::size_t size) {
    thread_local std::string room(ZSTD_compressBound(frame_octets), '\0');
    const auto written = ZSTD_compressCCtx(compressor(), room.data(), room.size(), message.data() + start, size, level);
    if (ZSTD_isError(written)) throw std::bad_alloc();  // the bound is kept, so only memory can be short
    return {start, static_cast<std::uint32_t>(size), room.substr(0, written)};
}

}  // namespace

PreparedMessage prepare(std::string_view message) {
    PreparedMessage out;
    out.sha256 = sha256(message);
    out.size = message.size();
    out.summary = mime::summarize(message);
    std::uint64_t at = 0;
    const auto header = out.summary.header_size;
    if (message.size() > small_message && header > 0 && header <= frame_octets) {
        out.frames.push_back(compress(message, 0, header));
        at = header;
    }
    while (at < message.size()) {
        const auto size = std::min<std::uint64_t>(frame_octets, message.size() - at);
        out.frames.push_back(compress(message, at, size));
        at += size;
    }
    return out;
}

Result<void> unpack_frame_to(std::string& out, std::string_view data, std::uint32_t plain_size) {
    if (plain_size > frame_octets) return unexpected(Fault::corrupt, "The stored message is damaged", "frame larger than allowed");
    const std::size_t before = out.size();
    std::size_t written = 0;
    out.resize_and_overwrite(before + plain_size, [&](char* octets, std::size_t size) {
        written = ZSTD_decompressDCtx(decompressor(), octets + before, size - before, data.data(), data.size());
        return ZSTD_isError(written) != 0 ? before : before + std::min<std::size_t>(written, plain_size);
    });
    if (ZSTD_isError(written) == 0 && written == plain_size) return {};
    out.resize(before);
    return unexpected(Fault::corrupt, "The stored message is damaged", "zstd frame damaged");
}

Result<std::string> unpack_frame(std::string_view data, std::uint32_t plain_size) {
    std::string out;
    if (auto done = unpack_frame_to(out, data, plain_size); !done) return forward(done);
    return out;
}

}  // namespace sky::mailstore
