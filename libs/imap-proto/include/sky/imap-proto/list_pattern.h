#pragma once
// The patterns of LIST and LSUB (RFC 9051 §6.3.9): "*" matches anything, "%" anything but the separator.
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sky::imap {

// Compiled once, matched against many names in time linear in the name: 64 positions of the pattern move in one step, and nothing is ever
// tried twice. Patterns past max_octets match nothing.
class ListPattern {
  public:
    static constexpr std::size_t max_octets = 1024;
    explicit ListPattern(std::string_view pattern, char separator = '/');

    bool matches(std::string_view name) const;
    // Some name below `name` ("name/…") could match.
    bool could_match_below(std::string_view name) const;

  private:
    using Words = std::vector<std::uint64_t>;
    Words run(std::string_view name) const;
    void close(Words& states) const;

    char separator_;
    std::size_t length_ = 0;                      // positions; one more state accepts
    std::array<std::uint16_t, 256> letter_of_{};  // 0: not in the pattern
    std::vector<Words> at_letter_;                // positions that hold this letter
    Words any_, level_;                           // positions of "*", of "%"
    bool hopeless_ = false;
};

}  // namespace sky::imap
