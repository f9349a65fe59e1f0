#pragma once
// The sending side of a raw DEFLATE stream (RFC 1951).
#include <string>
#include <string_view>

namespace sky::deflate {

class Deflater {
  public:
    // What is kept of what was sent, so that the next piece may refer to it: README.md says what more of it would bring.
    static constexpr std::size_t history = 4 * 1024;

    // Appends `plain`, compressed; it ends at an octet's boundary, so that a receiver can read all of it (a sync flush, as RFC 4978 §4
    // wants). Throws std::bad_alloc.
    void compress(std::string_view plain, std::string& out);
    // Octets that are kept until the next call.
    std::size_t held() const { return sent_.capacity(); }

  private:
    void remember(std::string_view plain);

    std::string sent_;  // the last of it
};

}  // namespace sky::deflate
