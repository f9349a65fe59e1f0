// What OAuth's endpoints make of requests, without any store.
#include <catch2/catch.hpp>

#include "auth/oauth/authorization.h"
#include "auth/oauth/claims.h"
#include "auth/oauth/key_plan.h"
#include "auth/oauth/metadata.h"
#include "auth/oauth/pkce.h"
#include "auth/oauth/reply.h"
#include "auth/oauth/scopes.h"
#include "auth/oauth/tickets.h"
#include "sky/base/encode.h"

using namespace sky;
using namespace sky::auth;
using namespace sky::auth::oauth;
using namespace std::chrono_literals;

namespace {
const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const std::string good =
    "client_id=app&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fback&scope=openid+mail&state=s1&code_challenge=" + challenge +
    "&code_challenge_method=S256";

Client app() {
    return {.id = "app",
            .tenant = {},
            .name = "App",
            .uri = {},
            .auth_method = "none",
            .secret_digest = {},
            .redirect_uris = {"https://app.test/back"},
            .grant_types = {"authorization_code", "refresh_token"},
            .scopes = {"openid", "email", "mail", "offline_access"}};
}
Form form(const std::string& text) { return Form::parse(text).value(); }
const std::vector<std::string> here{"https://auth.test", "https://dav.test"};
Time at(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }
}  // namespace

TEST_CASE("a form is read in one way or not at all", "[auth][oauth][rfc6749:3.1]") {
    const auto read = Form::parse("a=1&b=two+words&c=%C3%A9&&d=&resource=x&resource=y");
    REQUIRE(read);
    CHECK(read->text("a") == "1");
    CHECK(read->text("b") == "two words");
    CHECK(read->text("c") == "é");
    CHECK_FALSE(read->has("d"));  // without a value: not sent
    CHECK(read->all("resource") == std::vector<std::string>{"x", "y"});
    for (const std::string bad : {"a=1&a=2", "a=%", "a=%4", "a=%zz", "a=%00", "a=%0a", "a=%FF", "=1", "%=1"}) {
        INFO(bad);
        const auto refused = Form::parse(bad);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().error == "invalid_request");
    }
    CHECK_FALSE(Form::parse("a=" + std::string(largest_form, 'x')));
    std::string many;
    for (int i = 0; i < 65; ++i) many += "p" + std::to_string(i) + "=1&";
    CHECK_FALSE(Form::parse(many));
    CHECK(percent_encode("a b&é~") == "a%20b%26%C3%A9~");
    for (const std::string text : {"", "plain", "a b+c", "100%", "é=&?"}) CHECK(form_decode(percent_encode(text)) == text);
}

TEST_CASE("a redirect matches octet by octet, but for the port of a loopback address", "[auth][oauth][rfc8252:7.3]") {
    const struct {
        const char* registered;
        const char* asked;
        bool matches;
    } rows[] = {
        {"https://app.test/back", "https://app.test/back", true},
        {"https://app.test/back", "https://app.test/back/", false},
        {"https://app.test/back", "https://app.test/back?x=1", false},
        {"https://app.test/back", "https://app.test/BACK", false},
        {"https://app.test/back", "https://app.test:444/back", false},
        {"https://app.test/back", "https://app.test.evil.test/back", false},
        {"https://app.test/back", "https://app.test@evil.test/back", false},
        {"https://app.test/back", "https://app.test/back#f", false},
        {"https://app.test/back", "http://app.test/back", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true},
        {"http://127.0.0.1:1/cb", "http://127.0.0.1:51004/cb", true},
        {"http://[::1]/cb", "http://[::1]:51004/cb", true},
        {"http://127.0.0.1/cb", "http://[::1]:51004/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004/other", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?x", false},
        {"http://127.0.0.1/cb", "http://x@127.0.0.1:51004/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", false},
        {"http://127.0.0.1/cb", "https://127.0.0.1:51004/cb", false},
        {"http://localhost/cb", "http://localhost:51004/cb", false},  // a name may lead anywhere
        {"com.example.app:/cb", "com.example.app:/cb", true},
        {"com.example.app:/cb", "com.example.app:/cb2", false},
    };
    for (const auto& row : rows) {
        INFO(row.registered << " " << row.asked);
        CHECK(redirect_matches(row.registered, row.asked) == row.matches);
    }
}

TEST_CASE("only addresses that lead to the program itself may be registered", "[auth][oauth][rfc8252:7.1]") {
    for (const char* ok :
         {"https://app.test/back", "https://app.test:8443/back?x=1", "http://127.0.0.1/cb", "http://[::1]:99/", "http://localhost/cb"})
        CHECK(may_be_registered(ok, Kind::confidential));
    for (const char* bad : {"", "app.test/back", "http://app.test/back", "https:/app.test", "https://app.test/#f", "https://u@app.test/",
                            "https://*.app.test/", "javascript:alert(1)", "data:text/html,x", "myapp:/cb", "https://app.test/a b",
                            "https://", "https://[::1/"}) {
        INFO(bad);
        CHECK_FALSE(may_be_registered(bad, Kind::open));
    }
    CHECK(may_be_registered("com.example.app:/cb", Kind::open));
    CHECK_FALSE(may_be_registered("com.example.app:/cb", Kind::confidential));
    CHECK(with_parameters("https://a.test/?x=1", {{"code", "a&b"}, {"state", ""}}) == "https://a.test/?x=1&code=a%26b");
    CHECK(place_of("https://app.test:8443/x") == "app.test");
    CHECK(place_of("http://127.0.0.1/x") == "this computer");
    CHECK(place_of("com.example.app:/x") == "com.example.app");
    CHECK(is_issuer("https://auth.test/tenant"));
    for (const char* bad : {"http://auth.test", "https://auth.test/", "https://auth.test?x", "https://auth.test#f", "auth.test"})
        CHECK_FALSE(is_issuer(bad));
}

TEST_CASE("PKCE proves what RFC 7636 says it does, and only S256", "[auth][oauth][rfc7636:B][rfc7636:4.6]") {
    CHECK(challenge_of(verifier) == challenge);
    CHECK(proves(verifier, challenge));
    CHECK_FALSE(proves(challenge, challenge));  // plain
    CHECK_FALSE(proves("", challenge));
    CHECK_FALSE(proves(verifier.substr(0, 42), challenge_of(verifier.substr(0, 42))));
    CHECK_FALSE(proves(std::string(129, 'a'), challenge_of(std::string(129, 'a'))));
    CHECK_FALSE(proves(verifier + " ", challenge_of(verifier + " ")));
    CHECK(is_challenge(challenge));
    CHECK_FALSE(is_challenge(challenge + "A"));
    CHECK_FALSE(is_challenge(challenge.substr(1) + "="));
}

TEST_CASE("scopes open the protocols that they name", "[auth][oauth][rfc6749:3.3]") {
    CHECK(parse_scopes("a  b a") == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(parse_scopes("a\"b"));
    CHECK(permitted({"mail", "unknown", "ews"}, {"mail", "unknown"}) == std::vector<std::string>{"mail"});
    CHECK(opens({"mail"}, "imap"));
    CHECK(opens({"mail"}, "submission"));
    CHECK_FALSE(opens({"mail"}, "dav"));
    CHECK(opens({"caldav"}, "dav"));
    CHECK(opens({"smtp"}, "submission"));
    CHECK_FALSE(opens({"imap"}, "submission"));
    CHECK_FALSE(opens({"openid", "profile", "email", "offline_access"}, "web"));
    for (const auto& scope : known_scopes())
        if (!scope.protocols.empty()) CHECK_FALSE(opens({std::string(scope.name)}, "web"));  // the web app is nobody else's
}

TEST_CASE("a client shows itself in the one way that it was registered for", "[auth][oauth][rfc6749:2.3.1]") {
    Client secret = app();
    secret.auth_method = "client_secret_basic";
    secret.secret_digest = "digest";
    Client posts = secret;
    posts.auth_method = "client_secret_post";
    const auto basic = [](const std::string& text) { return "Basic " + base64_encode(text); };

    const auto claimed = claimed_client(basic("my%20app:a%3Ab"), form("grant_type=x"));
    REQUIRE(claimed);
    CHECK(claimed->id == "my app");
    CHECK(claimed->secret == "a:b");
    for (const auto& bad : std::vector<std::string>{"Bearer x", "Basic", "Basic !!", basic("nocolon"), basic(":secret")}) {
        const auto refused = claimed_client(bad, form(""));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().error == "invalid_client");
        CHECK(refused.error().status == 401);
    }
    CHECK(claimed_client(basic("app:s"), form("client_secret=s")).error().error == "invalid_request");
    CHECK(claimed_client(basic("app:s"), form("client_id=other")).error().error == "invalid_request");
    CHECK(claimed_client("", form("a=b")).error().error == "invalid_client");

    const Claimed by_basic{"app", "s", true}, by_post{"app", "s", false}, by_name{"app", {}, false};
    CHECK(check_client(secret, by_basic, "digest"));
    CHECK(check_client(posts, by_post, "digest"));
    CHECK(check_client(app(), by_name, ""));
    CHECK_FALSE(check_client(secret, by_basic, "other"));
    CHECK_FALSE(check_client(secret, by_post, "digest"));
    CHECK_FALSE(check_client(posts, by_basic, "digest"));
    CHECK_FALSE(check_client(secret, by_name, ""));
    CHECK_FALSE(check_client(app(), by_post, "digest"));
    CHECK_FALSE(check_client(std::nullopt, by_name, ""));
}

TEST_CASE("a redirect that is not registered is never followed", "[auth][oauth][rfc9700:4.1.3]") {
    CHECK(redirect_target(form(good), app()).value() == "https://app.test/back");
    CHECK(redirect_target(form("client_id=app"), app()).value() == "https://app.test/back");
    CHECK_FALSE(redirect_target(form("redirect_uri=https%3A%2F%2Fevil.test%2F"), app()));
    Client two = app();
    two.redirect_uris.push_back("https://app.test/other");
    CHECK_FALSE(redirect_target(form("client_id=app"), two));
    two.redirect_uris.clear();
    CHECK_FALSE(redirect_target(form(good), two));
}

TEST_CASE("what an authorisation request may say", "[auth][oauth][rfc6749:4.1.1][rfc7636:4.3][rfc8707:2]") {
    const auto read =
        authorization_of(form(good + "&nonce=n&resource=https%3A%2F%2Fdav.test&max_age=60&prompt=login+consent"), app(), here);
    REQUIRE(read);
    CHECK(read->scopes == std::vector<std::string>{"openid", "mail"});
    CHECK(read->resources == std::vector<std::string>{"https://dav.test"});
    CHECK(read->nonce == "n");
    CHECK(read->max_age == 60s);
    CHECK((read->sign_in_again && read->ask_again && !read->never_ask));

    const auto without = [](const std::string& name) {
        const auto begin = good.find(name + "="), end = std::min(good.find('&', begin), good.size());
        return good.substr(0, begin) + "ignored=1" + good.substr(end);
    };
    const std::pair<std::string, const char*> rows[] = {
        {without("response_type"), "invalid_request"},
        {without("response_type") + "&response_type=token", "unsupported_response_type"},
        {without("response_type") + "&response_type=code+id_token", "unsupported_response_type"},
        {without("code_challenge"), "invalid_request"},
        {without("code_challenge_method"), "invalid_request"},
        {without("code_challenge_method") + "&code_challenge_method=plain", "invalid_request"},
        {without("code_challenge") + "&code_challenge=short", "invalid_request"},
        {without("scope"), "invalid_scope"},
        {without("scope") + "&scope=ews", "invalid_scope"},
        {good + "&resource=https%3A%2F%2Felsewhere.test", "invalid_target"},
        {good + "&resource=https%3A%2F%2Fdav.test%23f", "invalid_target"},
        {good + "&prompt=none+login", "invalid_request"},
        {good + "&prompt=create", "invalid_request"},
        {good + "&max_age=-1", "invalid_request"},
        {good + "&request=x", "request_not_supported"},
        {good + "&request_uri=x", "request_uri_not_supported"},
        {good + "&response_mode=fragment", "invalid_request"},
        {good + "&nonce=" + std::string(513, 'n'), "invalid_request"},
    };
    for (const auto& [text, error] : rows) {
        INFO(text);
        const auto refused = authorization_of(form(text), app(), here);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().error == error);
    }
    Client device = app();
    device.grant_types = {std::string(device_code)};
    CHECK(authorization_of(form(good), device, here).error().error == "unauthorized_client");
}

TEST_CASE("who must sign in, who is asked, and who is not", "[auth][oauth]") {
    const Authorization plain = authorization_of(form(good), app(), here).value();
    const auto with = [&](const std::string& more) { return authorization_of(form(good + more), app(), here).value(); };
    const SignedIn ada{TenantId(1), "ada@one.test", at(1000)};
    Client trusted = app();
    trusted.trusted = true;
    Client of_two = app();
    of_two.tenant = TenantId(2);
    const auto step = [&](const Authorization& request, const Client& client, std::optional<SignedIn> session,
                          std::optional<Time> begun = {},
                          bool agreed = false) { return next_step(request, client, session, begun, agreed, at(2000)); };

    CHECK(step(plain, app(), {}).value() == Step::sign_in);
    CHECK(step(plain, app(), ada).value() == Step::consent);
    CHECK(step(plain, app(), ada, {}, true).value() == Step::approve);
    CHECK(step(plain, trusted, ada).value() == Step::approve);
    CHECK(step(with("&prompt=consent"), trusted, ada, {}, true).value() == Step::consent);
    CHECK(step(plain, of_two, ada).error().error == "access_denied");
    // Again, and only once: what was signed in since the page came up counts.
    for (const char* more : {"&prompt=login", "&prompt=select_account", "&max_age=500", "&login_hint=grace%40one.test"}) {
        INFO(more);
        CHECK(step(with(more), app(), ada).value() == Step::sign_in);
        CHECK(step(with(more), app(), ada, at(1001)).value() == Step::sign_in);
        CHECK(step(with(more), app(), ada, at(999)).value() == Step::consent);
    }
    CHECK(step(with("&max_age=5000"), app(), ada).value() == Step::consent);
    CHECK(step(with("&login_hint=Ada%40one.test"), app(), ada).value() == Step::consent);
    // prompt=none shows nothing, ever.
    CHECK(step(with("&prompt=none"), app(), {}).error().error == "login_required");
    CHECK(step(with("&prompt=none&max_age=5"), app(), ada).error().error == "login_required");
    CHECK(step(with("&prompt=none"), app(), ada).error().error == "consent_required");
    CHECK(step(with("&prompt=none"), app(), ada, {}, true).value() == Step::approve);
}

TEST_CASE("agreement is remembered only of programs that can't be others", "[auth][oauth][rfc8252:8.6]") {
    CHECK(may_be_remembered(app(), "https://app.test/back"));
    CHECK_FALSE(may_be_remembered(app(), "http://127.0.0.1:5/cb"));
    CHECK_FALSE(may_be_remembered(app(), "com.example.app:/cb"));
    Client secret = app();
    secret.auth_method = "client_secret_basic";
    CHECK(may_be_remembered(secret, "http://127.0.0.1:5/cb"));
    CHECK(way_back("https://app.test/back", form("state=a%26b"), "https://auth.test", {{"code", "c"}}) ==
          "https://app.test/back?code=c&state=a%26b&iss=https%3A%2F%2Fauth.test");
}

TEST_CASE("a page's ticket is good for its request and its session, and not for long", "[auth][oauth]") {
    const std::string old_key = random_bytes(32), new_key = random_bytes(32);
    const Tickets tickets{Seal({new_key, old_key})}, before{Seal({old_key})}, strangers{Seal({random_bytes(32)})};
    const auto now = at(1'000'000);
    const std::string ticket = tickets.issue("approval", "query", "session", now);
    const auto ok = [&](const Tickets& by, const std::string& text, const char* use, const char* query, const char* session, Time when) {
        return by.check(text, use, query, session, when, 15min).has_value();
    };
    CHECK(ok(tickets, ticket, "approval", "query", "session", now + 15min));
    CHECK_FALSE(ok(tickets, ticket, "approval", "query", "session", now + 16min));
    CHECK_FALSE(ok(tickets, ticket, "begun", "query", "session", now));
    CHECK_FALSE(ok(tickets, ticket, "approval", "query2", "session", now));
    CHECK_FALSE(ok(tickets, ticket, "approval", "query", "other", now));
    CHECK_FALSE(ok(strangers, ticket, "approval", "query", "session", now));
    CHECK_FALSE(ok(tickets, "9" + ticket, "approval", "query", "session", now));
    CHECK_FALSE(ok(tickets, "", "approval", "query", "session", now));
    CHECK(ok(tickets, before.issue("approval", "query", "session", now), "approval", "query", "session", now));
}

TEST_CASE("the next key is there before it signs", "[auth][oauth]") {
    const auto life = 30 * 24h, day = 24h * 1;
    using jwt::Algorithm;
    const auto first = missing_keys({}, life, at(0));
    REQUIRE(first.size() == 2);
    CHECK(first[0].signs_from <= at(0));
    std::vector<KeyTimes> keys{{Algorithm::es256, at(0)}, {Algorithm::rs256, at(0)}};
    CHECK(missing_keys(keys, life, at(0) + life - day - 1s).empty());
    const auto next = missing_keys(keys, life, at(0) + life - day);
    REQUIRE(next.size() == 2);
    CHECK(next[0].signs_from == at(0) + life);
    keys.push_back({Algorithm::es256, next[0].signs_from});
    CHECK(missing_keys(keys, life, at(0) + life - day).size() == 1);
    // Nobody looked for long: still shown a day before.
    const auto late = missing_keys(keys, life, at(0) + 3 * life);
    REQUIRE(late.size() == 2);
    CHECK(late[0].signs_from == at(0) + 3 * life + day);
    CHECK(lead_of(4h) == 1h);
}

TEST_CASE("metadata names what is there", "[auth][oauth][rfc8414:2][rfc9728:3.1]") {
    const Options options{.issuer = "https://auth.test/x", .resources = {"https://auth.test/x", "https://dav.test/dav"}};
    const auto said = server_metadata(options);
    CHECK(said.at("issuer") == "https://auth.test/x");
    CHECK(said.at("token_endpoint") == "https://auth.test/x/oauth/token");
    CHECK_FALSE(said.contains("registration_endpoint"));
    CHECK(said.at("code_challenge_methods_supported").as_array().size() == 1);
    CHECK(resource_metadata(options, "/dav").value().at("resource") == "https://dav.test/dav");
    CHECK(resource_metadata(options, "/x").value().at("resource") == "https://auth.test/x");
    CHECK_FALSE(resource_metadata(options, ""));
    CHECK(resource_metadata_uri(options) == "https://auth.test/.well-known/oauth-protected-resource/x");
}

TEST_CASE("claims say what the scopes allow and no more", "[auth][oauth]") {
    const Person ada{AccountId(7), "ada@one.test", "Ada"};
    CHECK(user_claims(ada, {"openid"}) == boost::json::object{{"sub", "7"}});
    CHECK(user_claims(ada, {"openid", "profile", "email"}).size() == 5);
    const auto claims = id_token_claims({.issuer = "https://auth.test",
                                         .client_id = "app",
                                         .person = ada,
                                         .scopes = {"openid"},
                                         .nonce = "n",
                                         .authenticated = at(90),
                                         .methods = {"pwd"},
                                         .access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
                                         .now = at(100)});
    CHECK(claims.at("at_hash") == "77QmUPtjPfzWtF2AnpK9RQ");  // OpenID Connect's own example
    CHECK(claims.at("exp") == 700);
    CHECK(claims.at("auth_time") == 90);
    CHECK_FALSE(claims.contains("email"));
}

TEST_CASE("refusals say so in the protocol's own way", "[auth][oauth][rfc6749:5.2][rfc6750:3]") {
    const auto reply = refusal_reply({"invalid_client", "no", 401});
    CHECK(reply.status == 401);
    CHECK(reply.body == R"({"error":"invalid_client","error_description":"no"})");
    CHECK(std::ranges::count(reply.headers, std::pair<std::string, std::string>{"WWW-Authenticate", "Basic realm=\"Skybridge\""}) == 1);
    CHECK(std::ranges::count(reply.headers, std::pair<std::string, std::string>{"Cache-Control", "no-store"}) == 1);
    const auto bearer = bearer_refusal({"", "", 401}, "https://auth.test/.well-known/oauth-protected-resource");
    CHECK(bearer.headers.back().second ==
          "Bearer realm=\"Skybridge\", resource_metadata=\"https://auth.test/.well-known/oauth-protected-resource\"");
}
