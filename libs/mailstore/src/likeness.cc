#include "sky/mailstore/likeness.h"

#include <algorithm>
#include <array>

#include "sky/base/ascii.h"
#include "sky/mime/fold.h"

namespace sky::mailstore {
namespace {

constexpr std::size_t max_words = 32;
constexpr std::size_t longest = 64;  // octets of a word that are compared
constexpr double enough = 0.5;       // of the words, on the average
constexpr double in_any_order = 0.95;

bool is_word(char c) { return ascii::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

// Calls `each` for every word; stops when it says so.
template <class Each>
void for_words(std::string_view text, Each each) {
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && !is_word(text[at])) ++at;
        const std::size_t start = at;
        while (at < text.size() && is_word(text[at])) ++at;
        if (at > start && !each(text.substr(start, std::min(at - start, longest)))) return;
    }
}

// Insertions, deletions and replacements between two words; more than `most` is `most` + 1.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > most) return most + 1;
    std::array<std::size_t, longest + 1> row{};
    for (std::size_t i = 0; i <= a.size(); ++i) row[i] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
        std::size_t diagonal = row[0], least = row[0] = j;
        for (std::size_t i = 1; i <= a.size(); ++i) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[i];
            row[i] = std::min({replaced, row[i] + 1, row[i - 1] + 1});
            least = std::min(least, row[i]);
        }
        if (least > most) return most + 1;
    }
    return row[a.size()];
}

double likeness(std::string_view wanted, std::string_view word) {
    if (wanted == word) return 1;
    const auto size = static_cast<double>(wanted.size());
    if (word.starts_with(wanted)) return 0.95;
    if (wanted.size() < 3) return 0;
    const std::size_t most = std::max<std::size_t>(1, wanted.size() / 3);
    if (const std::size_t apart = distance(wanted, word, most); apart <= most) return 1 - static_cast<double>(apart) / size;
    const auto common = static_cast<std::size_t>(std::ranges::mismatch(wanted, word).in1 - wanted.begin());
    return common >= 4 && common * 5 >= wanted.size() * 3 ? 0.8 * static_cast<double>(common) / size : 0;  // breaking, breaks
}

}  // namespace

Likeness::Likeness(std::string_view needle) : folded_(mime::fold_case(needle)) {
    for_words(folded_, [this](std::string_view word) {
        words_.push_back({std::string(word)});
        return words_.size() < max_words;
    });
}

void Likeness::add(std::string_view text) {
    if (whole_) return;
    const auto folded = mime::fold_case(text);
    whole_ = folded.find(folded_) != std::string::npos;
    if (whole_) return;
    for_words(folded, [this](std::string_view word) {
        for (Word& wanted : words_)
            if (wanted.best < 1) wanted.best = std::max(wanted.best, likeness(wanted.text, word));
        return true;
    });
}

unsigned Likeness::score() const {
    if (whole_) return 100;
    if (words_.empty()) return 0;
    double sum = 0;
    for (const Word& word : words_) sum += word.best;
    const double mean = sum / static_cast<double>(words_.size());
    return mean < enough ? 0 : std::max(1U, static_cast<unsigned>(mean * in_any_order * 100));
}

void Likeness::reset() {
    whole_ = false;
    for (Word& word : words_) word.best = 0;
}

std::size_t Likeness::longest_word() const {
    std::size_t out = 0;
    for (const Word& word : words_) out = std::max(out, word.text.size());
    return out;
}

}  // namespace sky::mailstore
