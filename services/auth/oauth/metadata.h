#pragma once
// What programs read first: how this server is used (RFC 8414 §2, OpenID Connect Discovery §3), and whose tokens a resource takes (RFC 9728
// §2). Pure.
#include <boost/json.hpp>
#include <optional>

#include "auth/oauth/options.h"

namespace sky::auth::oauth {

// The paths under the issuer that the gateway serves.
inline constexpr std::string_view authorize_path = "/oauth/authorize", token_path = "/oauth/token",
                                  device_path = "/oauth/device_authorization", verification_path = "/device", revoke_path = "/oauth/revoke",
                                  introspect_path = "/oauth/introspect", user_info_path = "/oauth/userinfo",
                                  register_path = "/oauth/register", keys_path = "/oauth/jwks", external_path = "/oauth/external";

boost::json::object server_metadata(const Options& options);

// `path` is what stands behind the well-known part (RFC 9728 §3.1); nothing where no resource of this house has it.
std::optional<boost::json::object> resource_metadata(const Options& options, std::string_view path);
std::string resource_metadata_uri(const Options& options);

}  // namespace sky::auth::oauth
