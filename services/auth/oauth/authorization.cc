#include "auth/oauth/authorization.h"

#include <algorithm>

#include "auth/address.h"
#include "auth/oauth/pkce.h"
#include "auth/oauth/scopes.h"
#include "sky/base/ascii.h"

namespace sky::auth::oauth {
namespace {
constexpr std::size_t longest_nonce = 512, most_resources = 8;

// OpenID Connect Core §3.1.2.6, §6: ways to send the request that are not offered, each with the code that says so.
Outcome<void> check_unsupported(const Form& form) {
    for (const auto& [name, error] : {std::pair{"request", "request_not_supported"},
                                      {"request_uri", "request_uri_not_supported"},
                                      {"registration", "registration_not_supported"}})
        if (form.has(name)) return refuse(error, std::string(name) + " is not supported");
    if (form.has("response_mode") && form.text("response_mode") != "query")
        return refuse("invalid_request", "the only response_mode is query");
    return {};
}

Outcome<void> read_prompt(const Form& form, Authorization& out) {
    const auto words = parse_scopes(form.text("prompt")).value_or(std::vector<std::string>{"?"});
    for (const auto& word : words) {
        if (word == "none")
            out.never_ask = true;
        else if (word == "login" || word == "select_account")
            out.sign_in_again = true;
        else if (word == "consent")
            out.ask_again = true;
        else
            return refuse("invalid_request", "prompt is none, or some of login, consent, select_account");
    }
    if (out.never_ask && words.size() > 1) return refuse("invalid_request", "prompt=none stands alone");
    if (!form.has("max_age")) return {};
    const auto age = ascii::number(form.text("max_age"), 1'000'000'000);
    if (!age) return refuse("invalid_request", "max_age is a number of seconds");
    out.max_age = std::chrono::seconds(*age);
    return {};
}

bool is_hinted(const std::string& hint, const std::string& address) {
    const auto wanted = parse_address(hint);
    return !wanted || wanted->text() == address;
}
}  // namespace

Outcome<std::string> redirect_target(const Form& form, const Client& client) {
    const auto bad = [](const char* why) { return refuse("invalid_request", why); };
    if (client.redirect_uris.empty()) return bad("this program is not made for sign-in in a browser");
    std::string asked = form.text("redirect_uri");
    if (asked.empty()) {
        // OAuth 2.1 §4.1.1: only where there is but one.
        if (client.redirect_uris.size() == 1) return client.redirect_uris.front();
        return bad("redirect_uri is missing");
    }
    if (asked.size() > longest_uri) return bad("redirect_uri is too long");
    const auto matches = [&](const std::string& registered) { return redirect_matches(registered, asked); };
    if (std::ranges::none_of(client.redirect_uris, matches)) return bad("redirect_uri is not one of those registered for this program");
    return asked;
}

Outcome<std::vector<std::string>> resources_of(const Form& form, const std::vector<std::string>& known) {
    auto asked = form.all("resource");
    if (asked.size() > most_resources) return refuse("invalid_target", "too many resources");
    std::ranges::sort(asked);
    asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
    for (const auto& one : asked)
        if (!is_resource(one) || !contains(known, one)) return refuse("invalid_target", "a resource is unknown here");
    return asked;
}

Outcome<Authorization> authorization_of(const Form& form, const Client& client, const std::vector<std::string>& resources) {
    Authorization out;
    if (auto good = check_unsupported(form); !good) return pass_on(good);
    if (!form.has("response_type")) return refuse("invalid_request", "response_type is missing");
    if (form.text("response_type") != "code") return refuse("unsupported_response_type", "the only response_type is code");
    if (!client.may(authorization_code)) return refuse("unauthorized_client", "this program may not ask for codes");

    // OAuth 2.1 §4.1.1: everybody proves possession of what began the request; plain would prove nothing.
    out.code_challenge = form.text("code_challenge");
    if (out.code_challenge.empty()) return refuse("invalid_request", "code_challenge is missing");
    if (form.text("code_challenge_method") != "S256") return refuse("invalid_request", "the only code_challenge_method is S256");
    if (!is_challenge(out.code_challenge)) return refuse("invalid_request", "code_challenge is no SHA-256 in base64url");

    const auto asked = parse_scopes(form.text("scope"));
    if (!asked) return refuse("invalid_scope", "scope is malformed");
    out.scopes = permitted(*asked, client.scopes);
    if (out.scopes.empty()) return refuse("invalid_scope", "nothing is asked for that this program may have");
    auto wanted = resources_of(form, resources);
    if (!wanted) return pass_on(wanted);
    out.resources = std::move(*wanted);

    out.nonce = form.text("nonce");
    if (out.nonce.size() > longest_nonce) return refuse("invalid_request", "nonce is too long");
    out.login_hint = form.text("login_hint").substr(0, 320);
    if (auto good = read_prompt(form, out); !good) return pass_on(good);
    return out;
}

Outcome<Step> next_step(const Authorization& request, const Client& client, const std::optional<SignedIn>& session,
                        std::optional<Time> begun, bool agreed, Time now) {
    // Whoever signed in after the page was shown has done all that a request can ask of a sign-in.
    const bool is_fresh = session && begun && session->authenticated >= *begun;
    const bool is_old = session && request.max_age && now - session->authenticated > *request.max_age;
    const bool is_another = session && !request.login_hint.empty() && !is_hinted(request.login_hint, session->address);
    if (!session || (!is_fresh && (request.sign_in_again || is_old || is_another))) {
        if (request.never_ask) return refuse("login_required", "nobody is signed in as asked for");
        return Step::sign_in;
    }
    if (client.tenant && client.tenant != session->tenant) return refuse("access_denied", "this program belongs to another organisation");
    if ((client.trusted || agreed) && !request.ask_again) return Step::approve;
    if (request.never_ask) return refuse("consent_required", "nobody has agreed to this yet");
    return Step::consent;
}

bool may_be_remembered(const Client& client, std::string_view redirect_uri) {
    if (client.is_confidential()) return true;
    const auto uri = parse_uri(redirect_uri);
    return uri && uri->scheme == "https";
}

std::string way_back(const std::string& redirect_uri, const Form& form, const std::string& issuer,
                     std::vector<std::pair<std::string, std::string>> parameters) {
    parameters.emplace_back("state", form.text("state"));
    parameters.emplace_back("iss", issuer);
    return with_parameters(redirect_uri, parameters);
}

std::string way_back_refused(const std::string& redirect_uri, const Form& form, const std::string& issuer, const Refusal& refusal) {
    return way_back(redirect_uri, form, issuer, {{"error", refusal.error}, {"error_description", refusal.description}});
}

}  // namespace sky::auth::oauth
