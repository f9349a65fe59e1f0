#include "auth/oauth/refusal.h"

#include "sky/telemetry/log.h"

namespace sky::auth::oauth {

Refusal refusal_of(const Error& error) {
    const bool passes = codes(error.fault).temporary;
    log::warning("auth.oauth.failed", {{"fault", codes(error.fault).name}, {"reason", error.reason}});
    if (passes) return {"temporarily_unavailable", "try again later", 503};
    return {"server_error", "something went wrong here", 500};
}

}  // namespace sky::auth::oauth
