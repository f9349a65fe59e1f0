#pragma once
// Command and reply on one connection, with the waiting times of RFC 5321 §4.5.3.2.
#include <chrono>
#include <optional>
#include <string>

#include "delivery/relay/smarthost.h"
#include "sky/net/line_reader.h"
#include "sky/net/stream.h"
#include "sky/smtp-proto/reply.h"

namespace sky::delivery {

struct RelayWaits {
    static constexpr std::chrono::seconds connect{30};
    static constexpr std::chrono::seconds command{300};  // greeting, EHLO, MAIL, RCPT
    static constexpr std::chrono::seconds data{120};
    static constexpr std::chrono::seconds block{180};
    static constexpr std::chrono::seconds end_of_data{600};
    static constexpr std::chrono::seconds whole{3600};  // ours: nobody holds a worker for ever by answering slowly
};

// What the next hop offers.
struct Offers {
    bool starttls = false, pipelining = false, eight_bit = false, auth_plain = false;
    std::optional<std::uint64_t> size;
};

class Dialogue {
  public:
    explicit Dialogue(net::Stream stream) : stream_(std::move(stream)), lines_(stream_, net::LineEnds::crlf_or_lf) {
        stream_.expires_at(after(RelayWaits::whole));
    }
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;

    Task<Result<void>> send(std::string_view octets, std::chrono::seconds wait);
    Task<Result<smtp::Reply>> hear(std::chrono::seconds wait);
    Task<Result<smtp::Reply>> ask(std::string command, std::chrono::seconds wait);

    // Greeting, EHLO (HELO when refused), STARTTLS and AUTH as the smarthost's settings say. An error's text is a reply.
    Task<Result<Offers>> open(const Smarthost& host);
    // QUIT, without waiting long for the answer.
    Task<void> quit();

  private:
    Task<Result<Offers>> greet(const std::string& helo);

    net::Stream stream_;
    net::LineReader lines_;
};

// "550 5.1.1 no such user", printable.
std::string words(const smtp::Reply& reply);

}  // namespace sky::delivery
