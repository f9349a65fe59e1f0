#include "imap/special_use.h"

#include "sky/base/ascii.h"

namespace sky::imapd {

std::optional<store::SpecialUse> possible_use(std::string_view attribute) {
    const auto known = store::special_use(attribute);
    if (known == store::SpecialUse::all || known == store::SpecialUse::flagged) return std::nullopt;
    return known;
}

std::optional<store::SpecialUse> use_of(const std::optional<std::string>& value) {
    auto use = store::SpecialUse::none;
    if (!value) return use;
    for (const std::string_view attribute : ascii::split(*value, ' ')) {
        if (attribute.empty()) continue;
        const auto one = possible_use(attribute);
        if (!one || (use != store::SpecialUse::none && use != *one)) return std::nullopt;
        use = *one;
    }
    return use;
}

void put_special_use(std::vector<store::MetadataEntry>& found, store::SpecialUse use, std::size_t max_size) {
    std::erase_if(found, [](const store::MetadataEntry& one) { return one.name == special_use_entry; });
    if (use == store::SpecialUse::none) return;
    const std::string_view attribute = store::attribute(use);
    const bool fits = attribute.size() <= max_size;
    found.push_back({std::string(special_use_entry), attribute.size(), fits ? std::optional(std::string(attribute)) : std::nullopt});
}

}  // namespace sky::imapd
