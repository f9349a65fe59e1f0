#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "skyctl/plan/directory.h"
#include "skyctl/plan/nearest.h"
#include "skyctl/plan/plan.h"

namespace sky::skyctl::plan {
namespace json = boost::json;
namespace {
Result<const Kind*> known(std::string_view name) {
    if (const auto* kind = kind_named(name)) return kind;
    std::vector<std::string> names;
    for (const auto& kind : kinds()) names.emplace_back(kind.name);
    return unexpected(Fault::syntax, fmt::format("a plan knows no {}{}", name, did_you_mean(name, names)));
}

// Any value that can't be set is found before anything is done.
Result<void> check_field(const Kind& kind, std::string_view field, const json::value& value) {
    for (const auto message : {kind.entity, kind.add}) {
        if (!has_field(message, field) || (message == kind.entity && is_told(field))) continue;
        auto scratch = message_named(message);
        return set_field(*scratch, field, value);
    }
    if (has_field(kind.entity, field) && is_told(field)) return {};
    auto names = field_names(kind.entity);
    std::ranges::copy(field_names(kind.add), std::back_inserter(names));
    std::erase_if(names, [](const std::string& name) { return is_told(name); });
    return unexpected(Fault::syntax, fmt::format("{} have no {}{}", kind.name, field, did_you_mean(field, names)));
}

Result<Wanted> read_one(const Kind& kind, const json::value& item) {
    const auto* object = item.if_object();
    if (!object) return unexpected(Fault::syntax, fmt::format("each of {} must be an object", kind.name));
    for (const auto& key : kind.keys) {
        if (key.field.empty() || key.rule == Key::maybe_empty) continue;
        const auto* value = object->if_contains(key.field);
        if (!value || !value->is_string() || value->get_string().empty())
            return unexpected(Fault::syntax, fmt::format("each of {} needs a {}", kind.name, key.field));
    }
    Wanted out{&kind, key_of(kind, *object), object};
    for (const auto& [field, value] : *object)
        if (auto good = check_field(kind, field, value); !good)
            return unexpected(good.error().fault, fmt::format("{} {}: {}", kind.name, out.key, good.error().text));
    // The account's own tenant would be meant, which a plan should say.
    const auto* role = object->if_contains("role");
    if (kind.name == "roles" && *role != "platform" && !object->contains("over"))
        return unexpected(Fault::syntax, fmt::format("roles {}: needs the tenant that it is over", out.key));
    return out;
}

// Within a kind, what others stand on comes first: resellers before their tenants, domains before those that are aliases of them.
bool stands_on_another(const Wanted& one) {
    const auto* value = one.fields->if_contains(one.kind->name == "tenants" ? "parent" : "alias_of");
    return value && value->is_string() && !value->get_string().empty();
}
}  // namespace

Result<std::vector<Wanted>> read_plan(const json::object& plan) {
    std::vector<Wanted> out;
    std::set<std::pair<const Kind*, std::string>> seen;
    for (const auto& [name, list] : plan) {
        const auto kind = known(name);
        if (!kind) return forward(kind);
        if (!list.is_array()) return unexpected(Fault::syntax, fmt::format("{} must be a list", (*kind)->name));
        for (const auto& item : list.get_array()) {
            auto one = read_one(**kind, item);
            if (!one) return forward(one);
            if (!seen.emplace(*kind, one->key).second)
                return unexpected(Fault::syntax, fmt::format("{} {} stands in the plan twice", (*kind)->name, one->key));
            out.push_back(std::move(*one));
        }
    }
    std::ranges::sort(out, {}, [](const Wanted& one) { return std::tuple(one.kind, stands_on_another(one), std::string_view(one.key)); });
    return out;
}

}  // namespace sky::skyctl::plan
