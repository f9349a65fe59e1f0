#pragma once
// A message made ready for the store before any transaction begins: hashed, compressed in frames, summarised.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"
#include "sky/mime/summary.h"

namespace sky::mailstore {

inline constexpr std::size_t frame_octets = 256 * 1024;

// One independent zstd frame of at most frame_octets of the message.
struct Frame {
    std::uint64_t start = 0;
    std::uint32_t plain_size = 0;
    std::string data;
};

struct PreparedMessage {
    std::string sha256;  // 32 octets
    std::uint64_t size = 0;
    std::vector<Frame> frames;  // the first of a large message holds its header alone, so that header FETCHes read little
    mime::Summary summary;
};

// Takes CPU time, about 15 µs per KB: large messages belong on another thread.
PreparedMessage prepare(std::string_view message);

// The plain octets of one frame. Fault::corrupt when it is damaged or not of that size.
Result<std::string> unpack_frame(std::string_view data, std::uint32_t plain_size);
// The same behind what `out` has.
Result<void> unpack_frame_to(std::string& out, std::string_view data, std::uint32_t plain_size);

}  // namespace sky::mailstore
