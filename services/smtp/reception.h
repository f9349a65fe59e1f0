#pragma once
// One message between DATA and its end: dots out, violations, header limits, hash, bytes kept. Pure but for the spool file.
#include <string>
#include <string_view>

#include "sky/base/sha256.h"
#include "sky/smtp-proto/data.h"
#include "sky/smtp-proto/header_scanner.h"
#include "sky/smtp-proto/reply.h"
#include "smtp/message_buffer.h"

namespace sky::smtpd {

class Reception {
  public:
    Reception(std::uint64_t max_size, std::string spool) : reader_(max_size), body_(std::move(spool)), max_size_(max_size) {}

    // How many octets belong to the data; see DataReader. What can't be kept is still read to its end, so that the reply comes in its
    // place.
    std::size_t feed(std::string_view wire);
    bool complete() const { return reader_.complete(); }
    // So much beyond what we announced that only closing helps.
    bool endless() const { return reader_.received() > 2 * max_size_ + (1U << 20); }

    // Once complete: nothing, or the reply that refuses the message.
    std::optional<smtp::Reply> refusal() const;

    MessageBuffer& body() { return body_; }
    const smtp::HeaderScanner& header() const { return header_; }
    std::string sha256() { return hash_.finish(); }
    std::uint64_t received() const { return reader_.received(); }

  private:
    smtp::DataReader reader_;
    smtp::HeaderScanner header_;
    MessageBuffer body_;
    Sha256 hash_;
    std::uint64_t max_size_;
    std::string piece_;
    Result<void> kept_;
    Result<void> header_fine_;
};

}  // namespace sky::smtpd
