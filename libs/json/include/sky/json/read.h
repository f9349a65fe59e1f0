#pragma once
// JSON objects from strangers: bounded, and nothing in them may be read in two ways.
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::json {

struct Limits {
    std::size_t octets = 64 * 1024;
    std::size_t depth = 16;      // of nested objects and arrays
    std::size_t members = 1024;  // in the whole document
};

// One object and nothing behind it but white space (RFC 8259 §2). Refuses (Fault::syntax, too_large) a member named twice in one object,
// what is beyond the limits, and text that is not UTF-8. The reason says which; it quotes nothing of the text.
Result<boost::json::object> parse_object(std::string_view text, const Limits& limits = {});

// One member by name: absent (nullopt) when it is missing or of another kind. Views live as long as the object.
std::optional<std::string_view> text_of(const boost::json::object& object, std::string_view name);
std::optional<double> number_of(const boost::json::object& object, std::string_view name);

// A member that is an array of strings and nothing else; nullopt when it is missing or of another kind.
std::optional<std::vector<std::string>> texts_of(const boost::json::object& object, std::string_view name);

}  // namespace sky::json
