#pragma once
// An index over some documents: which of them have a key. Immutable; packed in pages that are read apart, so that a search reads what its
// keys need and no more. Several small ones are merged into a large one.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/trigrams/key.h"

namespace sky::trigrams {

inline constexpr std::size_t max_documents = 65'536;
inline constexpr std::uint32_t max_pages = 4096;

struct Segment {
    std::vector<std::int64_t> documents;  // ascending; a posting names them by their place
    std::vector<std::string> pages;       // packed; a power of two of them
};

// Where the keys lie that begin with the same two octets of a field: on page `page_hash(key) & (pages - 1)`.
std::uint32_t page_hash(Key key);

class SegmentBuilder {
  public:
    void add(std::int64_t document, std::vector<Key> keys);
    bool empty() const { return documents_.empty(); }
    Segment build();  // and is empty again

  private:
    struct Document {
        std::int64_t id;
        std::vector<Key> keys;
    };
    std::vector<Document> documents_;
};

// One segment of all of them; documents for which `kept` has no entry (ascending) are left out. nullopt: a page is damaged.
std::optional<Segment> merge(std::span<const Segment> segments, std::span<const std::int64_t> kept);

std::string pack_documents(std::span<const std::int64_t> documents);
std::optional<std::vector<std::int64_t>> unpack_documents(std::string_view packed);

}  // namespace sky::trigrams
