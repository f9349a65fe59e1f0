// OAuth by its own rpcs: pages, codes, tokens, what ends them.
#include <catch2/catch.hpp>

#include "oauth_house.h"
#include "skybridge/admin/v1/sessions.pb.h"

using namespace house;
using namespace sky::auth;

TEST_CASE("a program is let in: page, sign-in, consent, code, tokens", "[auth][oauth][rfc6749:4.1][rfc9207:2]") {
    OAuthHouse house;
    const std::string query = house.query();
    auto page = house.authorize(query);
    REQUIRE(page.has_sign_in());
    CHECK(page.sign_in().program().name() == "The app");
    CHECK(page.sign_in().program().returns_to() == "this computer");
    const std::string session = house.sign_in();
    REQUIRE(session.starts_with("sky_bs_"));
    page = house.authorize(query, session, page.sign_in().begun());
    REQUIRE(page.has_consent());
    CHECK(page.consent().address() == "ada@one.test");
    CHECK(page.consent().scopes_size() == 3);
    page = house.approve(query, session, page.consent().approval());
    CHECK(page.status() == 303);
    CHECK(page.location().starts_with("http://127.0.0.1:5005/cb?code="));
    const auto back = house.back(page);
    CHECK(back.text("state") == "st");
    CHECK(back.text("iss") == issuer);

    const auto tokens = house.redeem(back.text("code"));
    REQUIRE(tokens.status == 200);
    CHECK(tokens.headers.at("Cache-Control") == "no-store");
    CHECK(tokens.text("token_type") == "Bearer");
    CHECK(tokens.text("scope") == "openid email mail");
    CHECK(tokens.body.at("expires_in") == 3600);
    CHECK(house.is_good(tokens.text("access_token")));
    // Nothing that opens anything stands in the database.
    for (const char* table : {"oauth_token", "oauth_session", "oauth_grant", "oauth_client", "audit"}) {
        const auto rows = house.database.sql("select string_agg(t::text, ' ') from directory." + std::string(table) + " t");
        for (const auto& secret : {tokens.text("access_token"), tokens.text("refresh_token"), session, back.text("code")})
            CHECK_FALSE(rows.contains(secret));
    }
    CHECK(house.database.sql("select action || ' ' || actor from directory.audit where action like 'oauth%'") ==
          "oauth_grant.add ada@one.test");

    // The identity token is what a stranger can check with our keys alone.
    const auto jwks = house.ask<oauth_v1::HttpReply>(oauth_v1::JwksRequest{}).value();
    const auto keys = jwt::parse_keys(jwks.body()).value();
    CHECK(keys.size() == 2);
    const jwt::Algorithm es256[] = {jwt::Algorithm::es256};
    const auto claims = jwt::verify(tokens.text("id_token"), keys, es256,
                                    {.issuer = issuer, .audiences = {"app"}, .type = {}, .now = std::chrono::system_clock::now()});
    REQUIRE(claims);
    const auto said = bj::parse(claims->payload).as_object();
    CHECK(said.at("nonce") == "nn");
    CHECK(said.at("email") == "ada@one.test");
    CHECK(said.at("amr") == bj::array{"pwd"});
    CHECK(claims->subject == house.database.sql("select account_id from directory.account where address = 'ada@one.test'"));
}

TEST_CASE("RS256 where the client is registered so", "[auth][oauth]") {
    OAuthHouse house;
    house.database.sql("update directory.oauth_client set id_token_alg = 'RS256'");
    const auto keys = jwt::parse_keys(house.ask<oauth_v1::HttpReply>(oauth_v1::JwksRequest{}).value().body()).value();
    const jwt::Algorithm rs256[] = {jwt::Algorithm::rs256};
    CHECK(jwt::read(house.tokens().text("id_token"), keys, rs256));
}

TEST_CASE("nobody is let in by whoever did not see the page", "[auth][oauth][rfc6819:5.3.5]") {
    OAuthHouse house;
    house.mailbox("grace@one.test", "battery staple");
    const std::string query = house.query(), session = house.sign_in(), other = house.sign_in("grace@one.test", "battery staple");
    const std::string approval = house.authorize(query, session).consent().approval();
    REQUIRE_FALSE(approval.empty());
    for (const auto& page : {house.approve(query, session, ""), house.approve(query, other, approval), house.approve(query, "", approval),
                             house.approve(query, "sky_bs_x", approval), house.approve(house.query("app", "dav"), session, approval)}) {
        CHECK(page.status() == 403);
        CHECK(page.problem().error() == "access_denied");
    }
    CHECK(house.count("oauth_grant") == "0");
    oauth_v1::DenyRequest deny;
    deny.set_query(query);
    deny.set_session(session);
    deny.set_approval(approval);
    CHECK(house.back(house.ask<oauth_v1::Page>(deny).value()).text("error") == "access_denied");
    CHECK(house.count("oauth_grant") == "0");
    // Signed out, the page is worth nothing.
    oauth_v1::SignOutRequest out;
    out.set_session(session);
    CHECK(house.ask<oauth_v1::SignOutReply>(out).value().ended());
    CHECK(house.approve(query, session, approval).status() == 403);
    // And only the gateway with the pages may call at all.
    oauth_v1::SignInRequest request;
    const auto imap = house.channel("imap");
    CHECK(house.run(rpc::call_method<oauth_v1::SignInReply>(*imap, request, {.deadline = after(10s)})).error().fault == Fault::forbidden);
}

TEST_CASE("errors go back to the program only where the program is known", "[auth][oauth][rfc6749:4.1.2.1]") {
    OAuthHouse house;
    CHECK(house.authorize("response_type=code").problem().error() == "invalid_request");
    CHECK(house.authorize("client_id=nobody").problem().error() == "invalid_client");
    CHECK(house.authorize("client_id=app&redirect_uri=https%3A%2F%2Fevil.test").problem().error() == "invalid_request");
    const auto back = house.back(house.authorize(house.query("app", "unheard-of")));
    CHECK(back.text("error") == "invalid_scope");
    CHECK(back.text("state") == "st");
    CHECK(back.text("iss") == issuer);
    CHECK(house.back(house.authorize(house.query("app", "mail", "&prompt=none"))).text("error") == "login_required");
    CHECK(house.back(house.authorize(house.query("app", "mail", "&prompt=none"), house.sign_in())).text("error") == "consent_required");
}

TEST_CASE("prompt=login is satisfied by a new sign-in and nothing else", "[auth][oauth]") {
    OAuthHouse house;
    const std::string query = house.query("app", "mail", "&prompt=login"), before = house.sign_in();
    const auto page = house.authorize(query, before);
    REQUIRE(page.has_sign_in());
    CHECK(house.authorize(query, before, page.sign_in().begun()).has_sign_in());
    CHECK(house.authorize(query, house.sign_in(), page.sign_in().begun()).has_consent());
}

TEST_CASE("agreement is asked for once of a program with a secret, each time of one without, never of the house's own", "[auth][oauth]") {
    OAuthHouse house;
    const std::string session = house.sign_in();
    REQUIRE_FALSE(house.code(house.query("desk"), session).empty());
    CHECK(house.authorize(house.query("desk"), session).status() == 303);
    CHECK(house.authorize(house.query("desk", "mail%20dav"), session).has_consent());
    REQUIRE_FALSE(house.code(house.query("app"), session).empty());
    CHECK(house.authorize(house.query("app"), session).has_consent());
    house.database.sql("update directory.oauth_client set trusted = true where client_id = 'app'");
    CHECK(house.authorize(house.query("app"), session).status() == 303);
}

TEST_CASE("a tenant's program is for its own people", "[auth][oauth]") {
    OAuthHouse house;
    house.tenant("two", "two.test");
    house.mailbox("bob@two.test");
    house.database.sql(
        "update directory.oauth_client set tenant_id = (select tenant_id from directory.tenant where name = 'two') where client_id "
        "= 'app'");
    CHECK(house.back(house.authorize(house.query(), house.sign_in())).text("error") == "access_denied");
    CHECK(house.authorize(house.query(), house.sign_in("bob@two.test")).has_consent());
}

TEST_CASE("a code is good once, for its program, with its verifier", "[auth][oauth][rfc6749:4.1.2][rfc7636:4.6]") {
    OAuthHouse house;
    const std::string session = house.sign_in();
    const std::string code = house.code(house.query(), session);
    const std::string common = "grant_type=authorization_code&code=" + code;
    CHECK(house.token(common + "&client_id=app&code_verifier=" + std::string(43, 'x')).error() == "invalid_grant");
    CHECK(house.token(common + "&client_id=app").error() == "invalid_grant");
    CHECK(house.token(common + "&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fback&code_verifier=" + verifier).error() ==
          "invalid_grant");
    CHECK(house.redeem(code, "desk", house.basic("desk", "secret")).error() == "invalid_grant");
    const auto tokens = house.redeem(code);
    REQUIRE(tokens.status == 200);
    CHECK(house.is_good(tokens.text("access_token")));
    // Shown again: all that came of it ends.
    const auto again = house.redeem(code);
    CHECK(again.status == 400);
    CHECK(again.error() == "invalid_grant");
    CHECK_FALSE(house.is_good(tokens.text("access_token")));
    CHECK(house.refresh(tokens.text("refresh_token")).error() == "invalid_grant");
    CHECK(house.count("oauth_grant") == "0");
    CHECK(house.database.sql("select count(*) from directory.audit where action = 'oauth_grant.reuse'") == "1");

    const std::string old = house.code(house.query(), session);
    house.database.sql("update directory.oauth_token set expires_at = now() - interval '1 s'");
    CHECK(house.redeem(old).error() == "invalid_grant");
}

TEST_CASE("refresh tokens rotate, and one that comes back ends the chain", "[auth][oauth][rfc9700:4.14.2]") {
    OAuthHouse house;
    const auto first = house.tokens();
    const auto second = house.refresh(first.text("refresh_token"));
    REQUIRE(second.status == 200);
    CHECK(second.text("refresh_token") != first.text("refresh_token"));
    CHECK(second.body.contains("id_token"));
    CHECK(house.is_good(first.text("access_token")));
    const auto narrow = house.refresh(second.text("refresh_token"), "&scope=imap");
    CHECK(narrow.error() == "invalid_scope");
    const auto third = house.refresh(second.text("refresh_token"), "&scope=openid");
    REQUIRE(third.status == 200);
    CHECK(third.text("scope") == "openid");
    CHECK(house.refresh(third.text("refresh_token")).text("scope") == "openid email mail");
    CHECK(house.refresh(first.text("refresh_token")).error() == "invalid_grant");
    for (const auto* tokens : {&first, &second, &third}) {
        CHECK_FALSE(house.is_good(tokens->text("access_token")));
        CHECK(house.refresh(tokens->text("refresh_token")).error() == "invalid_grant");
    }
    CHECK(house.token("grant_type=refresh_token&refresh_token=x&client_id=desk", "").status == 401);
}

TEST_CASE("of two that spend the same refresh token at once one gets tokens, and then nobody", "[auth][oauth]") {
    OAuthHouse house;
    const std::string refresh = house.tokens().text("refresh_token");
    oauth_v1::TokenRequest request;
    request.mutable_http()->set_content_type("application/x-www-form-urlencoded");
    request.mutable_http()->set_body("grant_type=refresh_token&client_id=app&refresh_token=" + refresh);
    std::vector<HttpAnswer> answers;
    const auto one = [&]() -> Task<void> {
        auto reply = co_await rpc::call_method<oauth_v1::HttpReply>(*house.web, request, {.deadline = after(20s)});
        answers.push_back(OAuthHouse::answer(*reply));
    };
    for (int i = 0; i < 4; ++i) boost::asio::co_spawn(house.context, one(), boost::asio::detached);
    while (answers.size() < 4) house.run(sleep_for(5ms));
    CHECK(std::ranges::count(answers, 200u, &HttpAnswer::status) == 1);
    for (const auto& answer : answers)
        if (answer.status == 200) CHECK_FALSE(house.is_good(answer.text("access_token")));
}

TEST_CASE("the token endpoint says what is wrong", "[auth][oauth][rfc6749:5.2]") {
    OAuthHouse house;
    const struct {
        std::string body, authorization;
        std::uint32_t status;
        const char* error;
    } rows[] = {
        {"", "", 401, "invalid_client"},
        {"client_id=nobody&grant_type=authorization_code", "", 401, "invalid_client"},
        {"grant_type=authorization_code", OAuthHouse::basic("desk", "wrong"), 401, "invalid_client"},
        {"grant_type=authorization_code&client_id=desk", "", 401, "invalid_client"},
        {"grant_type=authorization_code&client_id=desk&client_secret=secret", "", 401, "invalid_client"},
        {"client_id=app", "", 400, "invalid_request"},
        {"client_id=app&client_id=app", "", 400, "invalid_request"},
        {"client_id=app&grant_type=password&username=ada&password=x", "", 400, "unsupported_grant_type"},
        {"client_id=app&grant_type=client_credentials", "", 400, "unsupported_grant_type"},
        {"client_id=app&grant_type=authorization_code", "", 400, "invalid_request"},
        {"client_id=app&grant_type=authorization_code&code=x", "", 400, "invalid_grant"},
        {"client_id=app&grant_type=refresh_token&refresh_token=x", "", 400, "invalid_grant"},
    };
    for (const auto& row : rows) {
        INFO(row.body << " " << row.authorization);
        const auto answer = house.token(row.body, row.authorization);
        CHECK(answer.status == row.status);
        CHECK(answer.error() == row.error);
        CHECK(answer.headers.contains("WWW-Authenticate") == (row.status == 401));
    }
    CHECK(house.post<oauth_v1::TokenRequest>("{}", "", "application/json").error() == "invalid_request");
    house.database.sql("update directory.oauth_client set grant_types = '{refresh_token}'");
    CHECK(house.token("client_id=app&grant_type=authorization_code&code=x").error() == "unauthorized_client");
}

TEST_CASE("revocation ends what is shown, and tells strangers nothing", "[auth][oauth][rfc7009:2.1]") {
    OAuthHouse house;
    const auto tokens = house.tokens(), others = house.tokens();
    const auto revoke = [&](const std::string& token, const std::string& client = "app", const std::string& authorization = {}) {
        return house.post<oauth_v1::RevokeRequest>("client_id=" + client + "&token=" + token, authorization);
    };
    CHECK(revoke("nothing").status == 200);
    CHECK(revoke(tokens.text("access_token"), "desk", house.basic("desk", "secret")).error() == "invalid_grant");
    CHECK(house.is_good(tokens.text("access_token")));
    CHECK(revoke(tokens.text("access_token")).status == 200);
    CHECK_FALSE(house.is_good(tokens.text("access_token")));
    CHECK(house.refresh(tokens.text("refresh_token")).status == 200);
    CHECK(revoke(others.text("refresh_token")).status == 200);
    CHECK_FALSE(house.is_good(others.text("access_token")));
    // Gateways are told whose sessions to look at again.
    CHECK(house.database.sql("select count(*) from directory.change where cardinality(account_ids) = 1 and version in (select version from "
                             "directory.audit where action in ('oauth_token.revoke', 'oauth_grant.revoke'))") == "2");
}

TEST_CASE("introspection answers those who may ask", "[auth][oauth][rfc7662:2.2]") {
    OAuthHouse house;
    const auto own = house.redeem(house.code(house.query("desk"), house.sign_in()), "desk", house.basic("desk", "secret"));
    const auto seen = house.introspect(own.text("access_token"));
    CHECK(seen.body.at("active") == true);
    CHECK(seen.text("username") == "ada@one.test");
    CHECK(seen.text("client_id") == "desk");
    CHECK(seen.body.at("aud") == bj::array{issuer});
    // Another's is none of its business, unless it is for what it serves.
    const auto foreign = house.tokens();
    CHECK(house.introspect(foreign.text("access_token")).body == bj::object{{"active", false}});
    CHECK(house.introspect("nothing").body == bj::object{{"active", false}});
    house.database.sql("update directory.oauth_client set resource = 'https://api.desk.test' where client_id = 'desk'");
    const auto meant = house.tokens("mail", "&resource=https%3A%2F%2Fapi.desk.test");
    CHECK(house.introspect(meant.text("access_token")).body.at("active") == true);
    CHECK(house.introspect(meant.text("refresh_token")).body.at("active") == false);
    CHECK(house.post<oauth_v1::IntrospectRequest>("client_id=app&token=x").status == 401);
    house.database.sql("update directory.account set state = 'suspended' where address = 'ada@one.test'");
    CHECK(house.introspect(own.text("access_token")).body == bj::object{{"active", false}});
}

TEST_CASE("a new password, a suspension, a sign-out everywhere, a closed tenant and a removed mailbox end what was let in",
          "[auth][oauth]") {
    const char* how = GENERATE("password", "suspend", "sign-out", "closing", "remove", "client");
    CAPTURE(how);
    OAuthHouse house;
    const auto tokens = house.tokens();
    const std::string session = house.sign_in(), what = how;
    REQUIRE(house.is_good(tokens.text("access_token")));
    if (what == "password") {
        house.password("ada@one.test", "another phrase");
    } else if (what == "suspend") {
        admin_v1::SetMailboxStateRequest request;
        request.set_address("ada@one.test");
        request.set_state("suspended");
        house.operate<admin_v1::Mailbox>(request).value();
    } else if (what == "sign-out") {
        admin_v1::EndSessionsRequest request;
        request.set_address("ada@one.test");
        house.operate<admin_v1::EndSessionsReply>(request).value();
    } else if (what == "closing") {
        admin_v1::SetTenantStateRequest request;
        request.set_name("one");
        request.set_state("closing");
        request.set_closes(4'000'000'000);
        house.operate<admin_v1::Tenant>(request).value();
    } else if (what == "remove") {
        house.remove_mailbox("ada@one.test");
    } else {
        house.database.sql("delete from directory.oauth_client where client_id = 'app'");
    }
    CHECK_FALSE(house.is_good(tokens.text("access_token")));
    CHECK_FALSE(house.refresh(tokens.text("refresh_token")).status == 200);
    if (what != "client") CHECK(house.authorize(house.query("desk"), session).has_sign_in());
    if (what != "closing") CHECK(house.count("oauth_token") == "0");
}

TEST_CASE("access tokens sign in where their scopes lead, and nowhere else", "[auth][oauth][rfc7628:3.1]") {
    OAuthHouse house;
    identity::Identity& imap = house.gateway();
    int tries = 0;  // each from another network, so that no refusal has to wait
    const auto use = [&](const std::string& token, const std::string& protocol) {
        identity::Dialogue dialogue{.mechanism = "OAUTHBEARER",
                                    .initial = base64_encode("n,a=ada@one.test,\1auth=Bearer " + token + "\1\1"),
                                    .enabled = {"OAUTHBEARER"},
                                    .connection = {.transport = sasl::Connection::Transport::tls, .bindings = {}},
                                    .certificate_addresses = {}};
        auto ask = [](std::string) -> Task<Result<std::string>> { co_return base64_encode("\1"); };
        return house.run(
            imap.converse({.protocol = protocol, .remote_address = "198.51." + std::to_string(++tries) + ".1"}, std::move(dialogue), ask));
    };
    const auto mail = house.tokens("mail"), dav = house.tokens("dav"), elsewhere = [&] {
        house.database.sql("update directory.oauth_client set resource = 'https://api.desk.test' where client_id = 'desk'");
        return house.tokens("mail", "&resource=https%3A%2F%2Fapi.desk.test");
    }();
    REQUIRE(use(mail.text("access_token"), "imap"));
    CHECK(use(mail.text("access_token"), "imap")->address == "ada@one.test");
    CHECK(use(mail.text("access_token"), "submission"));
    CHECK(use(dav.text("access_token"), "dav"));
    CHECK(use(dav.text("access_token"), "imap").error().fault == Fault::forbidden);
    CHECK(use(mail.text("access_token"), "dav").error().fault == Fault::forbidden);
    CHECK(use(mail.text("access_token"), "web").error().fault == Fault::forbidden);
    CHECK(use(elsewhere.text("access_token"), "imap").error().fault == Fault::bad_credentials);
    CHECK(use(mail.text("refresh_token"), "imap").error().fault == Fault::bad_credentials);
    CHECK(use("sky_at_guess", "imap").error().fault == Fault::bad_credentials);
    // A plan or an account that may not is not helped by a token.
    house.database.sql("update directory.account set protocols = '{pop3}'");
    CHECK(use(mail.text("access_token"), "imap").error().fault == Fault::forbidden);
    CHECK(house.sign_in().starts_with("sky_bs_"));
    house.database.sql("update directory.account set protocols = null");
    house.database.sql("update directory.oauth_token set expires_at = now() where kind = 'access'");
    CHECK(use(mail.text("access_token"), "imap").error().fault == Fault::bad_credentials);
}

TEST_CASE("signing keys are sealed, rotate on their schedule, and one replica makes them", "[auth][oauth]") {
    OAuthHouse house;
    const auto keys = [&] { return house.database.sql("select count(*) from directory.oauth_key"); };
    const auto keep = [&] {
        house.run(oauth::keep_keys({house.here().pool(), house.seal, house.here().slow_work(), 24h * 30}, after(60s))).value();
    };
    REQUIRE(keys() == "2");
    keep();
    CHECK(keys() == "2");
    const auto kid = [&] {
        const std::string token = house.tokens().text("id_token");
        return std::string(bj::parse(*base64url_decode(token.substr(0, token.find('.')))).at("kid").as_string());
    };
    const std::string first = kid();
    house.database.sql("update directory.oauth_key set signs_from = now() - interval '29 days'");
    keep();
    CHECK(keys() == "4");
    CHECK(house.database.sql("select count(*) from directory.oauth_key where ends_at > now() + interval '1 day'") == "2");
    CHECK(kid() == first);  // shown, and not used yet
    CHECK(jwt::parse_keys(house.ask<oauth_v1::HttpReply>(oauth_v1::JwksRequest{}).value().body()).value().size() == 4);
    house.database.sql("update directory.oauth_key set signs_from = now() where signs_from > now()");
    CHECK(kid() != first);
    house.database.sql("update directory.oauth_key set ends_at = now() - interval '1 s' where ends_at is not null");
    CHECK(jwt::parse_keys(house.ask<oauth_v1::HttpReply>(oauth_v1::JwksRequest{}).value().body()).value().size() == 2);
    house.run(oauth::forget_ended(house.here().pool(), after(10s))).value();
    CHECK(keys() == "2");
    // A row that was moved under another id does not open.
    house.database.sql("update directory.oauth_key set key_id = 'x' || key_id");
    CHECK(house.redeem(house.code(house.query(), house.sign_in())).status == 503);
}

TEST_CASE("what has ended is forgotten, what may come back is not", "[auth][oauth]") {
    OAuthHouse house;
    const auto tokens = house.tokens();
    const auto forget = [&] { house.run(oauth::forget_ended(house.here().pool(), after(10s))).value(); };
    const auto next = house.refresh(tokens.text("refresh_token"));
    house.database.sql(
        "update directory.oauth_token set expires_at = now() - interval '1 s' where kind <> 'refresh'; update "
        "directory.oauth_grant set created_at = now() - interval '2 hours'");
    forget();
    CHECK(house.count("oauth_token") == "3");  // the code, the spent refresh token and the next one
    CHECK(house.refresh(tokens.text("refresh_token")).error() == "invalid_grant");
    CHECK(house.count("oauth_grant") == "0");
    house.database.sql("update directory.oauth_session set expires_at = now() - interval '1 s'");
    forget();
    CHECK(house.count("oauth_session") == "0");
}

TEST_CASE("without an issuer nothing of OAuth is offered, with a bad one nothing starts", "[auth][oauth]") {
    OAuthHouse house({{"OAUTH_ISSUER", ""}});
    CHECK(house.ask<oauth_v1::HttpReply>(oauth_v1::MetadataRequest{}).error().fault == Fault::unsupported);
    OAuthHouse with;
    const auto metadata = OAuthHouse::answer(with.ask<oauth_v1::HttpReply>(oauth_v1::MetadataRequest{}).value());
    CHECK(metadata.text("issuer") == issuer);
    oauth_v1::ProtectedResourceRequest request;
    CHECK(with.ask<oauth_v1::HttpReply>(request)->status() == 200);
    request.set_path("/elsewhere");
    CHECK(with.ask<oauth_v1::HttpReply>(request)->status() == 404);
}
