#pragma once
// A page: keys ascending, each with the places of the documents that have it. Varints: the step to the key, twice the number of documents
// (and one more: as bits), then the steps from document to document, or a bit for each. All of it a zstd frame.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/trigrams/key.h"

namespace sky::trigrams {

class PageWriter {
  public:
    explicit PageWriter(std::size_t documents) : documents_(documents) {}
    void add(Key key, std::span<const std::uint32_t> places);  // keys ascending, places ascending and not empty
    std::string finish();

  private:
    std::size_t documents_;
    Key last_ = 0;
    std::string plain_;
};

class PageReader {
  public:
    // nullopt: not a page of a segment of so many documents.
    static std::optional<PageReader> open(std::string_view packed, std::size_t documents);

    bool next();  // false at the end, or where the page is damaged
    bool is_damaged() const { return damaged_; }
    Key key() const { return key_; }
    std::size_t count() const { return count_; }
    // Appends the places of this key's documents.
    void places(std::vector<std::uint32_t>& out);

  private:
    std::uint64_t number();
    void skip();
    std::string plain_;
    std::size_t at_ = 0;
    std::size_t documents_ = 0;
    Key key_ = 0;
    std::size_t count_ = 0;
    bool dense_ = false;
    bool unread_ = false;  // the places of this key have not been read
    bool damaged_ = false;
};

inline void put_number(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}

}  // namespace sky::trigrams
