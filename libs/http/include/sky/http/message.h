#pragma once
// HTTP requests and responses as values (RFC 9110). Bodies are bounded and held in memory.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sky/net/address.h"
#include "sky/net/stream.h"

namespace sky::http {

class Headers {
  public:
    struct Field {
        std::string name, value;
    };
    void add(std::string_view name, std::string_view value);  // name and value must be free of CR, LF and NUL: they are dropped otherwise
    void set(std::string_view name, std::string_view value);  // replaces
    std::optional<std::string_view> find(std::string_view name) const;  // ignoring case; the first one
    std::string_view get(std::string_view name) const;                  // empty when absent
    bool has_token(std::string_view name,
                   std::string_view token) const;  // in a comma-separated list, ignoring case, over all fields of that name
    std::size_t count(std::string_view name) const;
    const std::vector<Field>& all() const { return fields_; }

  private:
    std::vector<Field> fields_;
};

struct Request {
    std::string method;  // any token, as sent: "PROPFIND"
    std::string target;  // as sent, origin form
    std::string path;    // percent-decoded once, valid UTF-8, begins with "/", without "." and ".." segments, NUL or an encoded slash
    std::string query;   // as sent, without "?"
    int minor = 1;       // HTTP/1.minor
    Headers headers;
    std::string body;
    net::Endpoint peer;
    bool tls = false;
    std::string client_subject;  // of a verified client certificate
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;

    // A short text/plain answer.
    static Response text(int status, std::string_view body);
};

// The value of one parameter of a query, percent-decoded with + as space.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);
// Percent-decoding (RFC 3986 §2.1); nothing for a broken escape.
std::optional<std::string> percent_decode(std::string_view text);
// Encodes all but unreserved characters and "/" of a path.
std::string percent_encode_path(std::string_view path);
// RFC 9110 §5.6.7 IMF-fixdate.
std::string http_date(std::int64_t unix_seconds);
std::string_view reason_phrase(int status);

}  // namespace sky::http
