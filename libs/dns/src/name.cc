#include "name.h"

#include <fmt/format.h>

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::dns {
namespace {
constexpr std::size_t longest_wire = 255, longest_name = 253, longest_label = 63;
}

std::optional<std::string> take_name(std::string_view& wire) {
    std::string out;
    for (std::size_t taken = 0;;) {
        if (wire.empty()) return std::nullopt;
        const auto size = static_cast<unsigned char>(wire.front());
        taken += 1U + size;
        if (size > longest_label || wire.size() <= size || taken > longest_wire) return std::nullopt;
        const auto label = wire.substr(1, size);
        wire.remove_prefix(1U + size);
        if (size == 0) return out.empty() ? "." : out;
        if (!out.empty()) out += '.';
        for (char c : label) {
            if (c == '.' || c == '\\')
                out += {'\\', c};
            else if (c > ' ' && c < 127 && c != '"' && c != ';' && c != '(' && c != ')' && c != '@' && c != '$')
                out += ascii::lower(c);
            else
                out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
        }
    }
}

bool can_be_asked(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty()) return true;
    if (name.size() > longest_name) return false;
    return std::ranges::all_of(ascii::split(name, '.'), [](std::string_view label) {
        return !label.empty() && label.size() <= longest_label &&
               std::ranges::all_of(label, [](char c) { return c > ' ' && c < 127 && c != '\\'; });
    });
}

}  // namespace sky::dns
