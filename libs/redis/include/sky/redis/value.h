#pragma once
// A reply of Redis.
#include <cstdint>
#include <string>
#include <vector>

namespace sky::redis {

struct Value {
    enum class Kind { nil, integer, text, array, error };  // an error stands only inside arrays: at the top it is an Error
    Kind kind = Kind::nil;
    std::int64_t integer = 0;
    std::string text;  // bulk string, status or error text
    std::vector<Value> items;

    bool is_nil() const { return kind == Kind::nil; }
    bool is_text() const { return kind == Kind::text; }
    bool is_integer() const { return kind == Kind::integer; }
    bool is_array() const { return kind == Kind::array; }
};

}  // namespace sky::redis
