#pragma once
// Which documents of a segment may hold a text. They may, not must: the order of the keys is not kept, so the text decides.
#include <compare>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "sky/trigrams/segment.h"

namespace sky::trigrams {

class Query {
  public:
    // All of these must be there: call it once a text. Too short a text (one octet) asks for nothing.
    void require(Field field, std::string_view folded);
    bool asks_nothing() const { return ranges_.empty(); }

    // The pages that are needed, as hashes: each & (pages - 1) of a segment.
    std::vector<std::uint32_t> page_hashes() const;

    // A page of the segment by its number.
    using Pages = std::function<std::string_view(std::uint32_t)>;
    // Places of the documents that have all keys, ascending. nullopt: a page is damaged.
    std::optional<std::vector<std::uint32_t>> match(std::size_t documents, std::uint32_t pages, const Pages& page) const;
    // How many of the keys each document has, of keys() in all.
    std::optional<std::vector<std::uint16_t>> count(std::size_t documents, std::uint32_t pages, const Pages& page) const;
    std::size_t keys() const { return ranges_.size(); }

  private:
    // Any of the keys from first to last; mostly they are one.
    struct Range {
        Key first;
        Key last;
        auto operator<=>(const Range&) const = default;
    };
    std::vector<Range> ranges_;  // ascending, each once
};

}  // namespace sky::trigrams
