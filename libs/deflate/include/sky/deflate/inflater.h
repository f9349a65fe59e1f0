#pragma once
// The receiving side of a raw DEFLATE stream (RFC 1951).
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::deflate {

class Inflater {
  public:
    Inflater();
    Inflater(Inflater&&) noexcept;
    Inflater& operator=(Inflater&&) noexcept;
    ~Inflater();

    // Fills `into` as far as `encoded` reaches, and takes what it used from the front of `encoded`. What follows a flush of the sender is
    // left for the next call once there is something to return. 0: all of `encoded` is used and more is needed. Fault::syntax for what is
    // no DEFLATE stream, or behind its end; then every further call fails. Throws std::bad_alloc.
    Result<std::size_t> inflate(std::string_view& encoded, std::span<char> into);

    // The sender has flushed, and everything up to there was returned.
    bool at_boundary() const;
    // At a boundary, or between two blocks: keeps only what the sender may refer to. Elsewhere nothing happens.
    void rest();
    // Octets of memory that wait for the next call, about.
    std::size_t held() const;

  private:
    struct Working;
    void begin();

    std::unique_ptr<Working> working_;
    bool pending_ = false;  // there was no room for all that could be made
    std::string received_;  // the last of it, while this rests
    int spare_bits_ = 0;    // of the last octet, while this rests
    int spare_value_ = 0;
    enum class State { good, ended, broken } state_ = State::good;
};

}  // namespace sky::deflate
