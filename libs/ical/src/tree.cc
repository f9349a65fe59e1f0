#include "sky/ical/tree.h"

namespace sky::ical {

const Parameter* Property::parameter(std::string_view wanted) const {
    for (const auto& candidate : parameters) {
        if (candidate.name == wanted) return &candidate;
    }
    return nullptr;
}

std::string_view Property::first(std::string_view wanted) const {
    const Parameter* found = parameter(wanted);
    return found && !found->values.empty() ? std::string_view(found->values.front()) : std::string_view();
}

const Property* Component::property(std::string_view wanted) const {
    for (const auto& candidate : properties) {
        if (candidate.name == wanted) return &candidate;
    }
    return nullptr;
}

std::string text_of(std::string_view escaped) {
    std::string out;
    out.reserve(escaped.size());
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        if (escaped[i] != '\\' || i + 1 == escaped.size()) {
            out += escaped[i];
            continue;
        }
        const char next = escaped[++i];
        out += next == 'n' || next == 'N' ? '\n' : next;
    }
    return out;
}

}  // namespace sky::ical
