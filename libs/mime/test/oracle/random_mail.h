#pragma once
// Mail as programs write it, made at random from a seed: structure, transfer encodings, charsets, encoded words, addresses, parameters,
// dates.
#include <random>
#include <string>
#include <vector>

namespace sky::mime::oracle {

class RandomMail {
  public:
    explicit RandomMail(unsigned seed) : dice_(seed) {}
    std::string message(int depth = 0);

  private:
    std::size_t roll(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(dice_); }
    template <class Of>
    const auto& one_of(const Of& choices) {
        return choices[roll(std::size(choices))];
    }
    std::string token();
    std::string phrase();                                // UTF-8, perhaps beyond ASCII
    std::string encoded_words(const std::string& text);  // RFC 2047, folded
    std::string header_text();
    std::string addresses();
    std::string entity(int depth);  // header fields of MIME, the empty line, the body
    std::string leaf();
    std::string parameter(const std::string& name, const std::string& value);  // plain, quoted, or RFC 2231 in pieces
    std::mt19937 dice_;
};

}  // namespace sky::mime::oracle
