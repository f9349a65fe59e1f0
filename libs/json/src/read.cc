#include "sky/json/read.h"

#include <boost/json/basic_parser_impl.hpp>
#include <set>

namespace sky::json {
namespace {

namespace bj = boost::json;

// Walks the document before it is built: Boost keeps the last of two equal members without a word.
struct Walk {
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    std::size_t left;
    std::vector<std::set<std::string, std::less<>>> seen = {};
    std::string key = {};
    const char* refused = nullptr;

    bool refuse(const char* why, bj::error_code& ec) {
        refused = why;
        ec = bj::error::extra_data;
        return false;
    }

    bool on_document_begin(bj::error_code&) { return true; }
    bool on_document_end(bj::error_code&) { return true; }
    bool on_object_begin(bj::error_code&) { return seen.emplace_back(), true; }
    bool on_object_end(std::size_t, bj::error_code&) { return seen.pop_back(), true; }
    bool on_array_begin(bj::error_code&) { return true; }
    bool on_array_end(std::size_t, bj::error_code&) { return true; }
    bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) { return key.append(part.data(), part.size()), true; }
    bool on_key(bj::string_view part, std::size_t, bj::error_code& ec) {
        key.append(part.data(), part.size());
        if (!left--) return refuse("too many members", ec);
        if (!seen.back().insert(std::exchange(key, {})).second) return refuse("a member stands twice", ec);
        return true;
    }
    bool on_string_part(bj::string_view, std::size_t, bj::error_code&) { return true; }
    bool on_string(bj::string_view, std::size_t, bj::error_code&) { return true; }
    bool on_number_part(bj::string_view, bj::error_code&) { return true; }
    bool on_int64(std::int64_t, bj::string_view, bj::error_code&) { return true; }
    bool on_uint64(std::uint64_t, bj::string_view, bj::error_code&) { return true; }
    bool on_double(double, bj::string_view, bj::error_code&) { return true; }
    bool on_bool(bool, bj::error_code&) { return true; }
    bool on_null(bj::error_code&) { return true; }
    bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
    bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

}  // namespace

Result<bj::object> parse_object(std::string_view text, const Limits& limits) {
    if (text.size() > limits.octets) return unexpected(Fault::too_large, "The document is too large.", "JSON beyond its size limit");
    bj::parse_options options;
    options.max_depth = limits.depth;
    bj::error_code ec;
    bj::basic_parser<Walk> walk(options, Walk{limits.members});
    const auto used = walk.write_some(false, text.data(), text.size(), ec);
    if (ec || used != text.size()) {
        const auto* refused = walk.handler().refused;
        return unexpected(Fault::syntax, "The JSON is not well-formed.", refused ? refused : ec ? ec.message() : "bytes behind the JSON");
    }
    auto value = bj::parse({text.data(), text.size()}, ec, {}, options);
    if (ec || !value.is_object()) return unexpected(Fault::syntax, "The JSON is not an object.", "JSON that is not an object");
    return std::move(value.as_object());
}

std::optional<std::string_view> text_of(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains({name.data(), name.size()});
    if (!value || !value->is_string()) return std::nullopt;
    return std::string_view(value->as_string().data(), value->as_string().size());
}

std::optional<double> number_of(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains({name.data(), name.size()});
    if (!value || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

std::optional<std::vector<std::string>> texts_of(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains({name.data(), name.size()});
    if (!value || !value->is_array()) return std::nullopt;
    std::vector<std::string> out;
    for (const auto& one : value->as_array()) {
        if (!one.is_string()) return std::nullopt;
        out.emplace_back(one.as_string());
    }
    return out;
}

}  // namespace sky::json
