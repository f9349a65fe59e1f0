#pragma once
// The mail data of DATA (RFC 5321 §4.1.1.4, §4.5.2): dots in and out. Only CR LF "." CR LF ends the data. What other servers also take
// for an end (bare LF, bare CR, NUL in between) is remembered as a violation, so that two servers never read two mails in one.
#include <cstdint>
#include <string>
#include <string_view>

namespace sky::smtp {

inline constexpr std::size_t max_text_line = 8192;  // with CRLF; RFC 5321 §4.5.3.1.6 asks for 1,000

struct Violations {
    bool bare_cr = false;
    bool bare_lf = false;
    bool nul = false;
    bool long_line = false;
    bool too_large = false;
    bool operator==(const Violations&) const = default;
    bool any() const { return bare_cr || bare_lf || nul || long_line || too_large; }
};

// Takes the data in any segmentation with the same result. After a violation nothing more is put out, the end is still looked for.
class DataReader {
  public:
    explicit DataReader(std::uint64_t max_size) : max_size_(max_size) {}

    // Appends the message's bytes to `out` and returns how many octets of `in` belong to the data; fewer than all only once complete().
    std::size_t feed(std::string_view in, std::string& out);

    bool complete() const { return state_ == State::complete; }
    const Violations& violations() const { return violations_; }
    std::uint64_t size() const { return size_; }          // of the message, dots removed, the final dot left out
    std::uint64_t received() const { return received_; }  // on the wire

  private:
    enum class State { line_start, dot, dot_cr, text, cr, complete };
    void put(std::string_view bytes, std::string& out);
    std::size_t text(std::string_view in, std::string& out);
    std::size_t step(char c, std::string& out);

    State state_ = State::line_start;
    Violations violations_;
    std::uint64_t max_size_;
    std::uint64_t size_ = 0;
    std::uint64_t received_ = 0;
    std::size_t line_ = 0;
};

// The sending side: leading dots doubled, bare CR and bare LF made CRLF (RFC 5321 §2.3.8: they must not be sent), lines over 998 octets
// broken by CRLF and a space.
class DataWriter {
  public:
    void feed(std::string_view message, std::string& out);
    void finish(std::string& out);  // ends the last line and puts the final dot

  private:
    void end_line(std::string& out);
    void put(char c, std::string& out);

    bool after_cr_ = false;
    std::size_t line_ = 0;
};

}  // namespace sky::smtp
