#include "sky/imap-proto/list_pattern.h"

#include <string>

namespace sky::imap {
namespace {

void set(std::vector<std::uint64_t>& words, std::size_t bit) { words[bit / 64] |= std::uint64_t{1} << (bit % 64); }
bool test(const std::vector<std::uint64_t>& words, std::size_t bit) { return (words[bit / 64] >> (bit % 64)) & 1; }

// Neighbouring wildcards are one: "*" if any of them is.
std::string collapse(std::string_view pattern) {
    std::string out;
    for (const char c : pattern) {
        const bool wild = c == '*' || c == '%';
        if (wild && !out.empty() && (out.back() == '*' || out.back() == '%')) {
            if (c == '*') out.back() = '*';
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

ListPattern::ListPattern(std::string_view pattern, char separator) : separator_(separator), hopeless_(pattern.size() > max_octets) {
    const std::string positions = hopeless_ ? std::string() : collapse(pattern);
    length_ = positions.size();
    const std::size_t words = length_ / 64 + 1;
    any_.assign(words, 0);
    level_.assign(words, 0);
    at_letter_.push_back(Words(words, 0));
    for (std::size_t i = 0; i < length_; ++i) {
        if (positions[i] == '*') {
            set(any_, i);
        } else if (positions[i] == '%') {
            set(level_, i);
        } else {
            auto& letter = letter_of_[static_cast<unsigned char>(positions[i])];
            if (letter == 0) {
                letter = static_cast<std::uint16_t>(at_letter_.size());
                at_letter_.push_back(Words(words, 0));
            }
            set(at_letter_[letter], i);
        }
    }
}

// A wildcard may match nothing. Two never stand side by side, so one step is enough.
void ListPattern::close(Words& states) const {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < states.size(); ++i) {
        const std::uint64_t wild = states[i] & (any_[i] | level_[i]);
        states[i] |= (wild << 1) | carry;
        carry = wild >> 63;
    }
}

ListPattern::Words ListPattern::run(std::string_view name) const {
    Words states(any_.size(), 0);
    states[0] = 1;
    close(states);
    for (const char c : name) {
        const Words& letter = at_letter_[letter_of_[static_cast<unsigned char>(c)]];
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < states.size(); ++i) {
            const std::uint64_t stepped = states[i] & letter[i];
            const std::uint64_t stay = states[i] & (c == separator_ ? any_[i] : any_[i] | level_[i]);
            states[i] = (stepped << 1) | carry | stay;
            carry = stepped >> 63;
        }
        close(states);
    }
    return states;
}

bool ListPattern::matches(std::string_view name) const { return !hopeless_ && test(run(name), length_); }

bool ListPattern::could_match_below(std::string_view name) const {
    if (hopeless_) return false;
    const Words states = run(std::string(name) + separator_);
    for (const std::uint64_t word : states)
        if (word != 0) return true;
    return false;
}

}  // namespace sky::imap
