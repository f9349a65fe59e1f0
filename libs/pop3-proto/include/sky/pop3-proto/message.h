#pragma once
// A message on its way to the client, piece by piece; the pieces' borders make no difference.
#include <cstdint>
#include <string>
#include <string_view>

namespace sky::pop3 {

// A multi-line response (RFC 1939 §3): a dot in front of each line that begins with one, CRLF at the end, the final dot. Nothing else
// changes.
class MultiLine {
  public:
    void feed(std::string_view bytes, std::string& out);
    void finish(std::string& out);

  private:
    enum class At { line_start, inside, after_cr } at_ = At::line_start;
};

// TOP's part of a message (RFC 1939 §7): the header, the empty line, and `lines` lines of the body.
class TopCut {
  public:
    explicit TopCut(std::uint32_t lines) : lines_(lines) {}
    // How many octets of `bytes` belong to it; fewer than all only once done().
    std::size_t feed(std::string_view bytes);
    bool done() const { return in_body_ && lines_ == 0; }

  private:
    std::uint32_t lines_;
    bool in_body_ = false;
    bool empty_ = true;  // the current line has nothing but perhaps a CR so far
};

}  // namespace sky::pop3
