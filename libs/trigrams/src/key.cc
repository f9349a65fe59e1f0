#include "sky/trigrams/key.h"

#include <algorithm>

namespace sky::trigrams {
namespace {
constexpr std::size_t octet_triples = std::size_t{1} << 24;
}

KeyCollector::KeyCollector() : seen_(octet_triples / 64) {}

void KeyCollector::add(Key key) {
    if (key < octet_triples) {
        auto& word = seen_[key / 64];
        const auto bit = std::uint64_t{1} << (key % 64);
        if ((word & bit) != 0) return;
        word |= bit;
    }
    keys_.push_back(key);
}

void KeyCollector::add(Field field, std::string_view folded) {
    unsigned char a = 0, b = 0;
    std::size_t count = 0;
    for (const char each : folded) {
        auto c = static_cast<unsigned char>(each);
        if (c <= ' ') {
            if (b == ' ' && count > 0) continue;
            c = ' ';
        }
        if (count >= 2) add(key(field, a, b, c));
        a = b;
        b = c;
        ++count;
    }
    if (count >= 2) add(key(field, a, b, 0));
}

std::vector<Key> KeyCollector::take() {
    for (const Key key : keys_)
        if (key < octet_triples) seen_[key / 64] = 0;
    std::vector<Key> out;
    out.swap(keys_);
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::string flattened(std::string_view folded) {
    std::string out;
    for (const char each : folded) {
        const bool space = static_cast<unsigned char>(each) <= ' ';
        if (space && !out.empty() && out.back() == ' ') continue;
        out.push_back(space ? ' ' : each);
    }
    return out;
}

}  // namespace sky::trigrams
