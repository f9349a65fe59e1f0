#pragma once
// Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183) with continued and encoded parameters (RFC 2231).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sky::mime {

struct Parameter {
    std::string name;   // lower case, without RFC 2231 section and star
    std::string value;  // as it stands, unquoted; when `extended` it is decoded to UTF-8
    bool extended = false;
};

// At most 128 parameters are kept, in order; the first of a name wins.
struct ContentType {
    std::string type = "text";  // lower case
    std::string subtype = "plain";
    std::vector<Parameter> parameters;
    bool is(std::string_view type_name, std::string_view subtype_name) const { return type == type_name && subtype == subtype_name; }
};

struct Disposition {
    std::string kind;  // lower case: inline, attachment, …
    std::vector<Parameter> parameters;
};

// nullopt when the value is not a Content-Type (RFC 2045 §5.2 then says text/plain).
std::optional<ContentType> parse_content_type(std::string_view value);
std::optional<Disposition> parse_disposition(std::string_view value);

// The value of a parameter by its lower-case name; nullptr when absent.
const std::string* find_parameter(const std::vector<Parameter>& parameters, std::string_view name);

}  // namespace sky::mime
