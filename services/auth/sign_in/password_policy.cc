#include "auth/sign_in/password_policy.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include "auth/sign_in/verdicts.h"
#include "sky/base/ascii.h"

namespace sky::auth {
namespace {
constexpr std::size_t shortest_word = 3, least_left = 6;

std::uint64_t digest_of(std::string_view password) {
    std::uint64_t out;
    std::memcpy(&out, keyed_digest({}, {password}).data(), sizeof out);
    return out;
}

void remove_words(std::string& from, std::string_view text) {
    std::string word;
    const auto take = [&] {
        if (word.size() >= shortest_word)
            for (auto at = from.find(word); at != from.npos; at = from.find(word)) from.erase(at, word.size());
        word.clear();
    };
    for (const char c : ascii::to_lower(text)) {
        if (ascii::is_alnum(c) || static_cast<unsigned char>(c) >= 128)
            word += c;
        else
            take();
    }
    take();
}
}  // namespace

Result<BreachedPasswords> BreachedPasswords::load(const std::string& path) {
    std::ifstream in(path);
    if (!in) return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_BREACHED_PASSWORDS: " + path + " can't be read");
    BreachedPasswords out;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) out.digests_.push_back(digest_of(line));
    }
    std::ranges::sort(out.digests_);
    const auto twice = std::ranges::unique(out.digests_);
    out.digests_.erase(twice.begin(), twice.end());
    out.digests_.shrink_to_fit();
    return out;
}

bool BreachedPasswords::contains(std::string_view password) const {
    if (digests_.empty()) return false;
    return std::ranges::binary_search(digests_, digest_of(password)) ||
           std::ranges::binary_search(digests_, digest_of(ascii::to_lower(password)));
}

bool is_mostly_own(std::string_view password, std::string_view address, std::string_view display_name) {
    std::string left = ascii::to_lower(password);
    remove_words(left, address);
    remove_words(left, display_name);
    return left.size() < password.size() && left.size() < least_left;
}

}  // namespace sky::auth
