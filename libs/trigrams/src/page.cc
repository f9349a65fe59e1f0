#include "page.h"

#include <zstd.h>

#include <new>

namespace sky::trigrams {
namespace {

constexpr int level = 3;
constexpr std::size_t largest_page = 16 * 1024 * 1024;  // far above the largest that max_documents allow

std::size_t number_size(std::uint64_t value) {
    std::size_t out = 1;
    for (; value >= 0x80; value >>= 7) ++out;
    return out;
}

}  // namespace

void PageWriter::add(Key key, std::span<const std::uint32_t> places) {
    put_number(plain_, key - last_);
    last_ = key;
    std::size_t sparse = 0;
    std::uint32_t before = 0;
    for (const std::uint32_t place : places) {
        sparse += number_size(place - before);
        before = place;
    }
    const std::size_t bits = (documents_ + 7) / 8;
    put_number(plain_, places.size() * 2 + (bits < sparse ? 1 : 0));
    if (bits < sparse) {
        const std::size_t start = plain_.size();
        plain_.resize(start + bits);
        for (const std::uint32_t place : places) {
            char& octet = plain_[start + place / 8];
            octet = static_cast<char>(static_cast<unsigned char>(octet) | 1U << (place % 8));
        }
        return;
    }
    before = 0;
    for (const std::uint32_t place : places) {
        put_number(plain_, place - before);
        before = place;
    }
}

std::string PageWriter::finish() {
    std::string out(ZSTD_compressBound(plain_.size()), '\0');
    const auto size = ZSTD_compress(out.data(), out.size(), plain_.data(), plain_.size(), level);
    if (ZSTD_isError(size)) throw std::bad_alloc();  // the bound is kept, so only memory can be short
    out.resize(size);
    out.shrink_to_fit();
    plain_.clear();
    last_ = 0;
    return out;
}

std::optional<PageReader> PageReader::open(std::string_view packed, std::size_t documents) {
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > largest_page) return std::nullopt;
    PageReader out;
    out.documents_ = documents;
    out.plain_.resize(size);
    const auto read = ZSTD_decompress(out.plain_.data(), out.plain_.size(), packed.data(), packed.size());
    if (ZSTD_isError(read) || read != size) return std::nullopt;
    return out;
}

std::uint64_t PageReader::number() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; at_ < plain_.size() && shift < 35; shift += 7) {
        const auto octet = static_cast<unsigned char>(plain_[at_++]);
        out |= static_cast<std::uint64_t>(octet & 0x7F) << shift;
        if (octet < 0x80) return out;
    }
    damaged_ = true;
    return 0;
}

bool PageReader::next() {
    if (unread_) skip();
    if (damaged_ || at_ == plain_.size()) return false;
    const auto step = number();
    const auto head = number();
    key_ += static_cast<Key>(step);
    dense_ = head % 2 == 1;
    count_ = head / 2;
    damaged_ =
        damaged_ || count_ == 0 || count_ > documents_ || step > UINT32_MAX || (dense_ && plain_.size() - at_ < (documents_ + 7) / 8);
    unread_ = !damaged_;
    return unread_;
}

void PageReader::skip() {
    unread_ = false;
    if (dense_)
        at_ += (documents_ + 7) / 8;
    else
        for (std::size_t i = 0; i < count_ && !damaged_; ++i) number();
}

void PageReader::places(std::vector<std::uint32_t>& out) {
    unread_ = false;
    if (dense_) {
        for (std::size_t place = 0; place < documents_; ++place)
            if ((static_cast<unsigned char>(plain_[at_ + place / 8]) >> (place % 8) & 1) != 0)
                out.push_back(static_cast<std::uint32_t>(place));
        at_ += (documents_ + 7) / 8;
        return;
    }
    std::uint64_t place = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        place += number();
        if (damaged_ || place >= documents_) {
            damaged_ = true;
            return;
        }
        out.push_back(static_cast<std::uint32_t>(place));
    }
}

}  // namespace sky::trigrams
