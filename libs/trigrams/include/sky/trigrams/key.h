#pragma once
// What a text can be found by: every three octets that follow each other in it.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sky::trigrams {

// Texts of different fields are found apart.
enum class Field : std::uint8_t { text, from, to, cc, bcc, subject };

// The field, and three octets of its text. White space is one space however much of it there is; behind the text stands a NUL, so that its
// last two octets are found too.
using Key = std::uint32_t;
constexpr Key key(Field field, unsigned char a, unsigned char b, unsigned char c) {
    return static_cast<Key>(field) << 24 | static_cast<Key>(a) << 16 | static_cast<Key>(b) << 8 | c;
}

// Keys of one document, from texts that are prepared for comparing (libs/mime fold.h). A long text may come in pieces that overlap by two
// octets or more. One object serves many documents: it holds 2 MiB.
class KeyCollector {
  public:
    KeyCollector();
    void add(Field field, std::string_view folded);
    std::vector<Key> take();  // ascending, each once; ready for the next document

  private:
    void add(Key key);
    std::vector<std::uint64_t> seen_;  // bits, by the octets of a key of Field::text
    std::vector<Key> keys_;
};

// The text as keys are made of it: runs of white space and control characters are one space.
std::string flattened(std::string_view folded);

}  // namespace sky::trigrams
