#pragma once
// What a plan can hold: one row a kind of object, in the order in which they are made. The rpcs are found by the names of their requests,
// the fields by reflection, so a new kind is a row and a new field is nothing.
#include <span>
#include <string_view>

namespace sky::skyctl::plan {

struct Kind {
    std::string_view name;                       // the plan's key for the list of them: "domains"
    std::string_view entity;                     // message that describes one
    std::string_view list, add, change, remove;  // requests
    std::string_view key;                        // the field that names it, in all of these
    std::string_view set_state;                  // request, where the state is not a field of `change`; may be empty
};

std::span<const Kind> kinds();

// Fields that tell what happened rather than what is wanted.
bool is_told(std::string_view field);

}  // namespace sky::skyctl::plan
