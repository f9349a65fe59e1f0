#pragma once
// Answers of the endpoints for programs: status, headers, JSON. Pure.
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "auth/oauth/refusal.h"

namespace sky::auth::oauth {

struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

enum class Cache { never, shortly };  // shortly: five minutes, for what is the same for all
Reply json_reply(int status, const boost::json::object& object, Cache cache = Cache::never);
Reply empty_reply(int status);

// RFC 6749 §5.2. `scheme`: what a 401 names in WWW-Authenticate; it must name one (RFC 9110 §15.5.2).
Reply refusal_reply(const Refusal& refusal, std::string_view scheme = "Basic");

// Of a protected resource (RFC 6750 §3, RFC 9728 §5.1): the error stands in the header.
Reply bearer_refusal(const Refusal& refusal, const std::string& metadata_uri);

}  // namespace sky::auth::oauth
