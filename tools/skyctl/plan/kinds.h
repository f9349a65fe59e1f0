#pragma once
// What a plan can hold: one row a kind of object, in the order in which they are made. The rpcs are found by the names of their requests,
// the fields by reflection, so a new kind is a row and a new field is nothing.
#include <array>
#include <span>
#include <string_view>

namespace sky::skyctl::plan {

enum class Key { name, maybe_empty };
struct KeyField {
    std::string_view field;
    Key rule = Key::name;  // maybe_empty: it may be left out
};

struct Kind {
    std::string_view name;    // the plan's key for the list of them: "domains"
    std::string_view entity;  // message that describes one
    std::string_view list, add, change,
        remove;                       // requests; the same `add` and `change` replaces all of it; `change`, `remove` may be empty
    std::array<KeyField, 3> keys;     // the fields that name it, in all of these
    std::string_view set_state = {};  // request, where the state is not a field of `change`
    std::string_view of = {};         // the kind whose objects are asked for theirs, one by one; its keys stand in `list`
};

std::span<const Kind> kinds();
const Kind* kind_named(std::string_view name);

// Fields that tell what happened rather than what is wanted.
bool is_told(std::string_view field);
// It can be said when the thing is made, or changed later.
bool is_settable(const Kind& kind, std::string_view field);
bool is_key(const Kind& kind, std::string_view field);

}  // namespace sky::skyctl::plan
