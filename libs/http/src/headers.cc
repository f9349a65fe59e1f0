#include "sky/base/ascii.h"
#include "sky/http/message.h"

namespace sky::http {
namespace {

bool is_safe(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos; }

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
    if (!is_safe(name) || !is_safe(value)) return;  // response splitting
    fields_.push_back({std::string(name), std::string(value)});
}

void Headers::set(std::string_view name, std::string_view value) {
    std::erase_if(fields_, [name](const Field& field) { return ascii::equals_ignoring_case(field.name, name); });
    add(name, value);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const Field& field : fields_) {
        if (ascii::equals_ignoring_case(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::string_view Headers::get(std::string_view name) const { return find(name).value_or(std::string_view()); }

std::size_t Headers::count(std::string_view name) const {
    std::size_t out = 0;
    for (const Field& field : fields_) out += ascii::equals_ignoring_case(field.name, name) ? 1 : 0;
    return out;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
    for (const Field& field : fields_) {
        if (!ascii::equals_ignoring_case(field.name, name)) continue;
        for (const auto part : ascii::split(field.value, ',')) {
            if (ascii::equals_ignoring_case(ascii::trim(part), token)) return true;
        }
    }
    return false;
}

}  // namespace sky::http
