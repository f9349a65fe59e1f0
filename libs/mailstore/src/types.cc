#include "sky/mailstore/types.h"

#include <algorithm>
#include <array>

#include "sky/base/ascii.h"

namespace sky::mailstore {
namespace {
constexpr std::array<std::string_view, 9> attributes{"",       "\\All",  "\\Archive", "\\Drafts",   "\\Flagged",
                                                     "\\Junk", "\\Sent", "\\Trash",   "\\Important"};
}

UidSet uid_set(std::vector<std::uint32_t> uids) {
    std::ranges::sort(uids);
    UidSet out;
    for (const auto uid : uids) {
        if (!out.empty() && uid <= out.back().last) continue;
        if (!out.empty() && uid == out.back().last + 1)
            out.back().last = uid;
        else
            out.push_back({uid, uid});
    }
    return out;
}

std::vector<std::uint32_t> uid_list(const UidSet& set) {
    std::vector<std::uint32_t> out;
    out.reserve(size(set));
    for (const auto& range : set)
        for (std::uint64_t uid = range.first; uid <= range.last; ++uid) out.push_back(static_cast<std::uint32_t>(uid));
    return out;
}

bool contains(const UidSet& set, std::uint32_t uid) {
    const auto after = std::ranges::upper_bound(set, uid, {}, &UidRange::first);
    return after != set.begin() && std::prev(after)->last >= uid;
}

std::uint64_t size(const UidSet& set) {
    std::uint64_t count = 0;
    for (const auto& range : set) count += std::uint64_t{range.last} - range.first + 1;
    return count;
}

std::string_view attribute(SpecialUse use) { return attributes[static_cast<std::size_t>(use)]; }

std::optional<SpecialUse> special_use(std::string_view attribute) {
    for (std::size_t i = 1; i < attributes.size(); ++i)
        if (ascii::equals_ignoring_case(attribute, attributes[i])) return static_cast<SpecialUse>(i);
    return std::nullopt;
}

}  // namespace sky::mailstore
