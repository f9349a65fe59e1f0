#include "auth/oauth/options.h"

#include <algorithm>

#include "auth/oauth/uri.h"

namespace sky::auth::oauth {

Result<Options> options_of(const settings::Settings& settings) {
    Options out{.issuer = settings.text("OAUTH_ISSUER"),
                .resources = settings.list("OAUTH_RESOURCES"),
                .access_life = settings.seconds("OAUTH_ACCESS_LIFE"),
                .refresh_life = settings.seconds("OAUTH_REFRESH_LIFE"),
                .session_life = settings.seconds("OAUTH_SESSION_LIFE"),
                .key_life = settings.seconds("OAUTH_KEY_LIFE"),
                .registration = settings.text("OAUTH_REGISTRATION") == "on"};
    if (out.issuer.empty()) return out;
    if (!is_issuer(out.issuer))
        return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_OAUTH_ISSUER: want https://host[/path], without a slash at the end");
    for (const auto& one : out.resources)
        if (!is_resource(one))
            return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_OAUTH_RESOURCES: want https://host[/path], several by commas");
    if (std::ranges::find(out.resources, out.issuer) == out.resources.end()) out.resources.push_back(out.issuer);
    return out;
}

}  // namespace sky::auth::oauth
