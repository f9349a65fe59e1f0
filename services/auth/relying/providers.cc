#include "auth/relying/providers.h"

#include "auth/oauth/form.h"
#include "sky/base/encode.h"
#include "sky/json/read.h"
#include "sky/jwt/jwk.h"

namespace sky::auth::relying {
namespace {
using namespace std::chrono_literals;
constexpr std::chrono::minutes metadata_life{10}, keys_life{60};
constexpr std::size_t most_known = 1000;

std::unexpected<Error> away(std::string why) { return unexpected(Fault::unavailable, "the provider can't be used now", std::move(why)); }

// RFC 6749 §2.3.1: both halves are form-encoded before they are put together.
std::string basic(const std::string& id, const std::string& secret) {
    return "Basic " + base64_encode(oauth::percent_encode(id) + ":" + oauth::percent_encode(secret));
}
std::string form(const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string out;
    for (const auto& [name, value] : parameters) out += (out.empty() ? "" : "&") + name + "=" + oauth::percent_encode(value);
    return out;
}
}  // namespace

Providers::Known& Providers::known(const std::string& issuer) {
    if (known_.size() >= most_known && !known_.contains(issuer)) known_.clear();
    return known_[issuer];
}

Task<Result<std::string>> Providers::get(std::string url, Deadline deadline) {
    http::Question question{.method = "GET", .url = url, .headers = {}, .body = {}};
    question.headers.set("Accept", "application/json");
    auto answer = co_await http::ask(std::move(question), options_, deadline);
    if (!answer) co_return away(answer.error().reason);
    if (answer->status != 200) co_return away(url + " answers " + std::to_string(answer->status));
    co_return std::move(answer->body);
}

Task<Result<ProviderMetadata>> Providers::metadata(std::string issuer, Deadline deadline) {
    const auto now = std::chrono::steady_clock::now();
    if (const auto& there = known(issuer); there.metadata_until > now) co_return there.metadata;
    auto body = co_await get(metadata_uri(issuer), deadline);
    if (!body) co_return forward(body);
    auto parsed = parse_metadata(*body, issuer);
    if (!parsed) co_return forward(parsed);
    Known& there = known(issuer);
    there.metadata = *parsed;
    there.metadata_until = now + metadata_life;
    co_return std::move(*parsed);
}

Task<Result<std::vector<jwt::PublicKey>>> Providers::keys(std::string issuer, Fresh fresh, Deadline deadline) {
    const auto now = std::chrono::steady_clock::now();
    if (const auto& there = known(issuer); there.keys_until > now && fresh == Fresh::may_be_kept) co_return there.keys;
    auto published = co_await metadata(issuer, deadline);
    if (!published) co_return forward(published);
    auto body = co_await get(published->jwks_uri, deadline);
    if (!body) co_return forward(body);
    auto parsed = jwt::parse_keys(*body);
    if (!parsed) co_return away("keys: " + parsed.error().reason);
    Known& there = known(issuer);
    there.keys = *parsed;
    there.keys_until = now + keys_life;
    co_return std::move(*parsed);
}

Task<Result<std::string>> Providers::redeem(const OidcProviderRow& provider, Redemption what, Deadline deadline) {
    auto published = co_await metadata(provider.issuer, deadline);
    if (!published) co_return forward(published);
    std::vector<std::pair<std::string, std::string>> parameters{
        {"grant_type", "authorization_code"}, {"code", what.code}, {"redirect_uri", what.redirect_uri}, {"code_verifier", what.verifier}};
    http::Question question{.method = "POST", .url = published->token_endpoint, .headers = {}, .body = {}};
    question.headers.set("Content-Type", "application/x-www-form-urlencoded");
    question.headers.set("Accept", "application/json");
    if (provider.auth_method == "client_secret_basic")
        question.headers.set("Authorization", basic(provider.client_id, what.secret));
    else
        parameters.emplace_back("client_id", provider.client_id);
    if (provider.auth_method == "client_secret_post") parameters.emplace_back("client_secret", what.secret);
    question.body = form(parameters);
    auto answer = co_await http::ask(std::move(question), options_, deadline);
    if (!answer) co_return away(answer.error().reason);
    const auto object = json::parse_object(answer->body);
    if (answer->status == 400 && object && json::text_of(*object, "error") == "invalid_grant")
        co_return unexpected(Fault::bad_credentials, "the provider's answer is not valid", "the provider refuses the code");
    if (answer->status != 200) co_return away("the token endpoint answers " + std::to_string(answer->status));
    if (!object) co_return away("token answer: " + object.error().reason);
    const auto token = json::text_of(*object, "id_token");
    if (!token) co_return away("a token answer without an identity token");
    co_return std::string(*token);
}

}  // namespace sky::auth::relying
