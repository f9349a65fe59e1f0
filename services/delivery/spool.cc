#include "delivery/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace sky::delivery {
namespace {
auto disk_trouble(const char* what) {
    return unexpected(Fault::unavailable, "No room for the message now", std::string("spool ") + what + ": " + std::strerror(errno));
}
}  // namespace

Spool::Spool(Spool&& other) noexcept
    : directory_(std::move(other.directory_)),
      memory_(std::move(other.memory_)),
      size_(other.size_),
      file_(std::exchange(other.file_, -1)),
      mapped_(std::exchange(other.mapped_, nullptr)) {}

Spool::~Spool() {
    if (mapped_) ::munmap(mapped_, size_);
    if (file_ >= 0) ::close(file_);
}

Result<void> Spool::append(std::string_view piece) {
    if (file_ < 0 && memory_.size() + piece.size() > spool_memory) {
        file_ = ::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (file_ < 0) return disk_trouble("open");
        if (auto done = write_out(memory_); !done) return done;
        memory_ = {};
    }
    if (file_ < 0)
        memory_.append(piece);
    else if (auto done = write_out(piece); !done)
        return done;
    size_ += piece.size();
    return {};
}

Result<void> Spool::write_out(std::string_view piece) {
    while (!piece.empty()) {
        const auto written = ::write(file_, piece.data(), piece.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return disk_trouble("write");
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string_view> Spool::view() {
    if (file_ < 0) return std::string_view(memory_);
    if (!mapped_) {
        void* where = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_, 0);
        if (where == MAP_FAILED) return disk_trouble("mmap");
        mapped_ = where;
    }
    return std::string_view(static_cast<const char*>(mapped_), size_);
}

}  // namespace sky::delivery
