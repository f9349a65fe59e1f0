#pragma once
// The octets of a message while it arrives: in memory up to 256 KiB, beyond that in a file without a name, which dies with its descriptor.
#include <cstdint>
#include <string>
#include <string_view>

#include "sky/base/result.h"
#include "sky/mailstore/message.h"

namespace sky::delivery {

inline constexpr std::size_t spool_memory = 256 * 1024;

class Spool {
  public:
    explicit Spool(std::string directory) : directory_(std::move(directory)) {}
    Spool(Spool&& other) noexcept;
    Spool& operator=(Spool&&) = delete;
    ~Spool();

    // Fault::unavailable when the disk is full.
    Result<void> append(std::string_view piece);
    std::uint64_t size() const { return size_; }
    // All of it, as long as the Spool lives; a file is mapped.
    Result<std::string_view> view();

  private:
    Result<void> write_out(std::string_view piece);

    std::string directory_;
    std::string memory_;
    std::uint64_t size_ = 0;
    int file_ = -1;
    void* mapped_ = nullptr;
};

}  // namespace sky::delivery
