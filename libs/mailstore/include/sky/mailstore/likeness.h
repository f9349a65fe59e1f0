#pragma once
// How well a text answers a search that was meant roughly (RFC 6203): by words, in any order, with a slip of the pen in them.
#include <string>
#include <string_view>
#include <vector>

namespace sky::mailstore {

class Likeness {
  public:
    explicit Likeness(std::string_view needle);

    void add(std::string_view text);  // a piece of the document, UTF-8
    // 1 to 100, or 0: not like it at all. 100 is the needle itself, somewhere in one piece.
    unsigned score() const;
    void reset();  // for the next document

    std::size_t longest_word() const;

  private:
    struct Word {
        std::string text;
        double best = 0;
    };
    std::string folded_;
    std::vector<Word> words_;
    bool whole_ = false;
};

}  // namespace sky::mailstore
