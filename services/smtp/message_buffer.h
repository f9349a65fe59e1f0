#pragma once
// The octets of one message while they arrive: up to 256 KiB in memory, beyond that in a file without a name, which nobody can find or
// forget to delete.
#include <cstdint>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::smtpd {

class MessageBuffer {
  public:
    static constexpr std::size_t memory = 256 * 1024;

    explicit MessageBuffer(std::string directory) : directory_(std::move(directory)) {}
    ~MessageBuffer();
    MessageBuffer(const MessageBuffer&) = delete;
    MessageBuffer& operator=(const MessageBuffer&) = delete;

    // Fault::unavailable when the disk is full, or would be less than 5 % free.
    Result<void> append(std::string_view bytes);
    std::uint64_t size() const { return spilled_ + tail_.size(); }
    // At most `limit` octets from `offset`; empty at the end.
    Result<std::string> read(std::uint64_t offset, std::size_t limit) const;

  private:
    Result<void> open();
    Result<void> spill();

    std::string directory_;
    std::string tail_;  // what is not in the file yet
    int file_ = -1;
    std::uint64_t spilled_ = 0;
};

}  // namespace sky::smtpd
