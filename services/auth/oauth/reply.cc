#include "auth/oauth/reply.h"

namespace sky::auth::oauth {

Reply json_reply(int status, const boost::json::object& object, Cache cache) {
    return {status,
            {{"Content-Type", "application/json"}, {"Cache-Control", cache == Cache::never ? "no-store" : "public, max-age=300"}},
            boost::json::serialize(object)};
}

Reply empty_reply(int status) { return {status, {{"Cache-Control", "no-store"}}, {}}; }

Reply refusal_reply(const Refusal& refusal, std::string_view scheme) {
    auto out = json_reply(refusal.status, {{"error", refusal.error}, {"error_description", refusal.description}});
    if (refusal.status == 401) out.headers.emplace_back("WWW-Authenticate", std::string(scheme) + " realm=\"Skybridge\"");
    if (refusal.status == 503) out.headers.emplace_back("Retry-After", "5");
    return out;
}

Reply bearer_refusal(const Refusal& refusal, const std::string& metadata_uri) {
    if (refusal.status != 401 && refusal.status != 403) return refusal_reply(refusal);
    std::string challenge = "Bearer realm=\"Skybridge\"";
    // RFC 6750 §3.1: who showed nothing hears of no error.
    if (!refusal.error.empty()) challenge += ", error=\"" + refusal.error + "\", error_description=\"" + refusal.description + "\"";
    challenge += ", resource_metadata=\"" + metadata_uri + "\"";
    auto out = empty_reply(refusal.status);
    out.headers.emplace_back("WWW-Authenticate", std::move(challenge));
    return out;
}

}  // namespace sky::auth::oauth
