#include "smtp/message_buffer.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sky::smtpd {
namespace {
std::unexpected<Error> failed(std::string_view what) {
    return unexpected(Fault::unavailable, "insufficient system storage", std::string(what) + ": " + std::generic_category().message(errno));
}
}  // namespace

MessageBuffer::~MessageBuffer() {
    if (file_ >= 0) ::close(file_);
}

// Some file systems know no O_TMPFILE: there the name lives for a moment.
Result<void> MessageBuffer::open() {
    file_ = ::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        std::string name = directory_ + "/skybridge-smtp-XXXXXX";
        file_ = ::mkostemp(name.data(), O_CLOEXEC);
        if (file_ >= 0) ::unlink(name.c_str());
    }
    if (file_ < 0) return failed("open spool file");
    struct statvfs room{};
    if (::fstatvfs(file_, &room) == 0 && room.f_bavail < room.f_blocks / 20)
        return unexpected(Fault::unavailable, "insufficient system storage", "spool has less than 5 % free");
    return {};
}

Result<void> MessageBuffer::spill() {
    if (file_ < 0)
        if (auto opened = open(); !opened) return opened;
    for (std::string_view rest = tail_; !rest.empty();) {
        const auto written = ::pwrite(file_, rest.data(), rest.size(), static_cast<off_t>(spilled_));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return failed("write spool file");
        spilled_ += static_cast<std::uint64_t>(written);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    tail_.clear();
    return {};
}

Result<void> MessageBuffer::append(std::string_view bytes) {
    tail_.append(bytes);
    if (tail_.size() <= memory) return {};
    return spill();
}

Result<std::string> MessageBuffer::read(std::uint64_t offset, std::size_t limit) const {
    std::string out;
    while (offset < spilled_ && out.size() < limit) {
        const auto want = std::min<std::uint64_t>(limit - out.size(), spilled_ - offset);
        const auto at = out.size();
        out.resize(at + want);
        const auto got = ::pread(file_, out.data() + at, want, static_cast<off_t>(offset));
        out.resize(at + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return failed("read spool file");
        offset += static_cast<std::uint64_t>(got);
    }
    if (out.size() < limit && offset - spilled_ < tail_.size()) out.append(tail_, offset - spilled_, limit - out.size());
    return out;
}

}  // namespace sky::smtpd
