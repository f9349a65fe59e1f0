// Devices, programs that register themselves, and what administrators do with programs, grants and keys.
#include <catch2/catch.hpp>

#include "oauth_house.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/oauth.pb.h"

using namespace house;
using namespace sky::auth;

namespace {
struct Devices : OAuthHouse {
    using OAuthHouse::OAuthHouse;
    HttpAnswer begin(const std::string& scope = "openid%20mail") {
        return post<oauth_v1::AuthorizeDeviceRequest>("client_id=app&scope=" + scope);
    }
    HttpAnswer poll(const HttpAnswer& begun, const std::string& client = "app") {
        return token("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=" + client +
                     "&device_code=" + begun.text("device_code"));
    }
    // As if the device had waited.
    HttpAnswer poll_later(const HttpAnswer& begun) {
        database.sql("update directory.oauth_device set polled_at = polled_at - interval '1 hour'");
        return poll(begun);
    }
    oauth_v1::Page find(const std::string& code, const std::string& session, const std::string& from = "192.0.2.9") {
        oauth_v1::FindDeviceRequest request;
        request.set_user_code(code);
        request.set_session(session);
        request.set_remote_address(from);
        return ask<oauth_v1::Page>(request).value();
    }
    template <class Request>
    oauth_v1::Page answer_page(const std::string& code, const std::string& session, const std::string& approval) {
        Request request;
        request.set_user_code(code);
        request.set_session(session);
        request.set_approval(approval);
        return ask<oauth_v1::Page>(request).value();
    }
    HttpAnswer register_client(const std::string& body, const std::string& from = "192.0.2.7") {
        oauth_v1::RegisterRequest request;
        request.mutable_http()->set_content_type("application/json");
        request.mutable_http()->set_body(body);
        request.mutable_http()->set_remote_address(from);
        return answer(ask<oauth_v1::HttpReply>(request).value());
    }
};
}  // namespace

TEST_CASE("a device is let in by the code that it shows", "[auth][oauth][rfc8628:3.1][rfc8628:3.5]") {
    Devices house;
    const auto begun = house.begin();
    REQUIRE(begun.status == 200);
    const std::string code = begun.text("user_code");
    CHECK(code.size() == 9);
    CHECK(begun.text("verification_uri") == issuer + "/device");
    CHECK(begun.body.at("interval") == 5);
    CHECK(house.poll(begun).error() == "authorization_pending");
    CHECK(house.poll(begun).error() == "slow_down");
    CHECK(house.database.sql("select interval_s from directory.oauth_device") == "10");
    CHECK(house.poll_later(begun).error() == "authorization_pending");
    CHECK(house.poll(begun, "desk").status == 401);

    CHECK(house.find(code, "").has_sign_in());
    const std::string session = house.sign_in();
    std::string typed = ascii::to_lower(code);
    typed[4] = ' ';
    const auto page = house.find(typed, session);
    REQUIRE(page.has_consent());
    CHECK(page.consent().program().name() == "The app");
    CHECK(page.consent().scopes_size() == 2);
    const std::string approval = page.consent().approval();
    CHECK(house.answer_page<oauth_v1::ApproveDeviceRequest>(code, session, "").status() == 403);
    CHECK(house.answer_page<oauth_v1::ApproveDeviceRequest>(code, house.sign_in(), approval).status() == 403);
    CHECK(house.answer_page<oauth_v1::ApproveDeviceRequest>(code, session, approval).has_done());
    CHECK(house.answer_page<oauth_v1::ApproveDeviceRequest>(code, session, approval).problem().error() == "access_denied");

    const auto tokens = house.poll_later(begun);
    REQUIRE(tokens.status == 200);
    CHECK(house.is_good(tokens.text("access_token")));
    CHECK(tokens.body.contains("id_token"));
    CHECK(house.refresh(tokens.text("refresh_token")).status == 200);
    CHECK(house.poll(begun).error() == "invalid_grant");  // once
}

TEST_CASE("a device that is turned down, or that nobody answers, hears so", "[auth][oauth][rfc8628:3.5]") {
    Devices house;
    const std::string session = house.sign_in();
    const auto denied = house.begin(), late = house.begin();
    const auto page = house.find(denied.text("user_code"), session);
    CHECK(house.answer_page<oauth_v1::DenyDeviceRequest>(denied.text("user_code"), session, page.consent().approval()).has_done());
    CHECK(house.poll(denied).error() == "access_denied");
    house.database.sql("update directory.oauth_device set expires_at = now() - interval '1 s'");
    CHECK(house.poll(late).error() == "expired_token");
    CHECK(house.find(late.text("user_code"), session).status() == 404);
    CHECK(house.begin("ews").error() == "invalid_scope");
    house.database.sql("update directory.oauth_client set grant_types = '{authorization_code}'");
    CHECK(house.begin().error() == "unauthorized_client");
    CHECK(house.poll(late).error() == "unauthorized_client");
}

TEST_CASE("user codes can't be guessed for long, nor can codes of one's own pay for guesses", "[auth][oauth][rfc8628:5.1]") {
    Devices house;
    const std::string session = house.sign_in();
    const auto own = house.begin(), others = house.begin();
    int looked = 0;
    const std::string from = "203.0.113.5";  // Redis remembers what other tests guessed elsewhere
    for (int i = 0; i < 14; ++i) {
        const std::string guess = "BBBB-BB" + std::string(1, static_cast<char>('B' + i)) + "B";
        looked += house.find(guess, session, from).status() == 404;
        if (i < 5) CHECK(house.find(own.text("user_code"), session, from).has_consent());
    }
    CHECK(looked == 10);
    CHECK(house.find(others.text("user_code"), session, from).status() == 429);
    CHECK(house.find(others.text("user_code"), session, "198.51.100.1").has_consent());
}

TEST_CASE("one address may not fill the house with devices", "[auth][oauth]") {
    Devices house;
    HttpAnswer last{};
    for (int i = 0; i < 51; ++i) last = house.begin();
    CHECK(last.status == 429);
    CHECK(house.count("oauth_device") == "50");
}

TEST_CASE("programs register themselves where the operator lets them", "[auth][oauth][rfc7591:3.1]") {
    CHECK(Devices().register_client("{}").status == 404);
    Devices house({{"OAUTH_REGISTRATION", "on"}});
    const auto made =
        house.register_client(R"({"client_name":"Reader","redirect_uris":["http://127.0.0.1/cb"],"grant_types":["authorization_code",)"
                              R"("refresh_token"],"token_endpoint_auth_method":"none","scope":"openid mail unheard-of","x":1})");
    REQUIRE(made.status == 201);
    CHECK_FALSE(made.body.contains("client_secret"));
    CHECK(made.text("scope") == "openid mail");
    const std::string id = made.text("client_id");
    const std::string query = "client_id=" + id + "&response_type=code&scope=mail&code_challenge=" + oauth::challenge_of(verifier) +
                              "&code_challenge_method=S256&redirect_uri=http%3A%2F%2F127.0.0.1%3A99%2Fcb";
    const auto page = house.authorize(query, house.sign_in());
    REQUIRE(page.has_consent());
    CHECK(page.consent().program().registered_itself());
    const auto secret = house.register_client(R"({"redirect_uris":["https://r.test/cb"]})");
    REQUIRE(secret.status == 201);
    CHECK(secret.text("token_endpoint_auth_method") == "client_secret_basic");
    CHECK(
        house.token("grant_type=authorization_code&code=x", house.basic(secret.text("client_id"), secret.text("client_secret"))).error() ==
        "invalid_grant");
    const std::pair<const char*, const char*> bad[] = {
        {"", "invalid_client_metadata"},
        {"[]", "invalid_client_metadata"},
        {"{}", "invalid_redirect_uri"},
        {R"({"redirect_uris":"https://r.test"})", "invalid_client_metadata"},
        {R"({"redirect_uris":["http://r.test/cb"]})", "invalid_redirect_uri"},
        {R"({"redirect_uris":["com.app:/cb"]})", "invalid_redirect_uri"},
        {R"({"redirect_uris":["https://r.test/"],"grant_types":["password"]})", "invalid_client_metadata"},
        {R"({"redirect_uris":["https://r.test/"],"response_types":["token"]})", "invalid_client_metadata"},
        {R"({"redirect_uris":["https://r.test/"],"token_endpoint_auth_method":"private_key_jwt"})", "invalid_client_metadata"},
        {R"({"redirect_uris":["https://r.test/"],"scope":"unheard-of"})", "invalid_client_metadata"},
        {R"({"redirect_uris":["https://r.test/"],"client_uri":"javascript:x"})", "invalid_client_metadata"},
        {R"({"redirect_uris":["https://r.test/"],"id_token_signed_response_alg":"none"})", "invalid_client_metadata"},
    };
    for (const auto& [body, error] : bad) {
        INFO(body);
        CHECK(house.register_client(body).error() == error);
    }
    for (int i = 2; i < 20; ++i) CHECK(house.register_client(R"({"redirect_uris":["https://r.test/cb"]})").status == 201);
    CHECK(house.register_client(R"({"redirect_uris":["https://r.test/cb"]})").status == 429);
    CHECK(house.register_client(R"({"redirect_uris":["https://r.test/cb"]})", "198.51.100.1").status == 201);
    // Those that nobody has let in are forgotten.
    house.database.sql("update directory.oauth_client set created_at = now() - interval '2 days'");
    house.run(oauth::forget_ended(house.here().pool(), after(10s))).value();
    CHECK(house.count("oauth_client") == "2");
}

TEST_CASE("administrators add, list, renew and remove programs", "[auth][oauth]") {
    OAuthHouse house;
    admin_v1::AddOAuthClientRequest request;
    request.set_name("Portal");
    request.add_redirect_uris("https://portal.test/back");
    request.set_resource("https://api.portal.test");
    const auto made = house.operate<admin_v1::NewOAuthClient>(request).value();
    CHECK(made.secret().starts_with("sky_cs_"));
    CHECK(made.client().auth_method() == "client_secret_basic");
    CHECK(made.client().scopes_size() > 10);
    CHECK(house.operate<admin_v1::NewOAuthClient>(request).error().fault == Fault::already_exists);  // the resource is served
    const std::string id = made.client().client_id();
    const auto known = [&](const std::string& secret) {
        return house.token("grant_type=refresh_token&refresh_token=x", house.basic(id, secret)).error() == "invalid_grant";
    };
    CHECK(known(made.secret()));
    admin_v1::RotateOAuthClientSecretRequest renew;
    renew.set_client_id(id);
    const auto renewed = house.operate<admin_v1::NewOAuthClient>(renew).value();
    CHECK(known(renewed.secret()));
    CHECK_FALSE(known(made.secret()));
    renew.set_client_id("app");
    CHECK(house.operate<admin_v1::NewOAuthClient>(renew).error().fault == Fault::not_found);

    for (const auto& [what, fault] : std::vector<std::pair<std::function<void(admin_v1::AddOAuthClientRequest&)>, Fault>>{
             {[](auto& r) { r.clear_name(); }, Fault::syntax},
             {[](auto& r) { r.clear_redirect_uris(); }, Fault::syntax},
             {[](auto& r) { r.add_redirect_uris("http://portal.test/"); }, Fault::syntax},
             {[](auto& r) { r.set_auth_method("tls"); }, Fault::syntax},
             {[](auto& r) { r.set_auth_method("none"); }, Fault::syntax},
             {[](auto& r) { r.set_resource(issuer); }, Fault::forbidden},
             {[](auto& r) { r.set_resource("https://dav.one.test"); }, Fault::forbidden},
             {[](auto& r) { r.add_grant_types("password"); }, Fault::syntax},
             {[](auto& r) { r.set_tenant("nobody"); }, Fault::not_found}}) {
        auto bad = request;
        bad.set_resource("https://other.test");
        what(bad);
        CHECK(house.operate<admin_v1::NewOAuthClient>(bad).error().fault == fault);
    }

    // A tenant's administrator sees the house's programs and makes those of the tenant.
    house.database.sql(
        "insert into directory.role_grant select tenant_id, account_id, 'tenant', tenant_id, now(), 'test' from "
        "directory.account; insert into directory.token (tenant_id, account_id, digest, created_by) select tenant_id, "
        "account_id, decode('" +
        hex_encode(token_digest("boss")) + "', 'hex'), 'test' from directory.account");
    admin_v1::AddOAuthClientRequest own;
    own.set_name("Intranet");
    own.add_redirect_uris("https://intranet.one.test/");
    CHECK(house.operate<admin_v1::NewOAuthClient>(own, "boss").error().fault == Fault::forbidden);
    own.set_tenant("one");
    const auto intranet = house.operate<admin_v1::NewOAuthClient>(own, "boss").value();
    CHECK(intranet.client().tenant() == "one");
    const auto list = [&](const std::string& tenant) {
        admin_v1::ListOAuthClientsRequest all;
        all.set_tenant(tenant);
        return house.operate<admin_v1::ListOAuthClientsReply>(all, "boss").value().clients_size();
    };
    CHECK(list("") == 4);
    CHECK(list("one") == 1);
    admin_v1::RemoveOAuthClientRequest remove;
    remove.set_client_id(id);
    CHECK(house.operate<admin_v1::RemoveReply>(remove, "boss").error().fault == Fault::forbidden);
    remove.set_tenant("one");
    CHECK(house.operate<admin_v1::RemoveReply>(remove, "boss").error().fault == Fault::not_found);

    // Removed, it takes with it what it was let do, and gateways hear whose.
    const auto tokens = house.tokens();
    remove.set_tenant("");
    remove.set_client_id("app");
    CHECK(house.operate<admin_v1::RemoveReply>(remove).value().removed() == 1);
    CHECK_FALSE(house.is_good(tokens.text("access_token")));
    CHECK(house.database.sql("select cardinality(account_ids) from directory.change join directory.audit using (version) where action = "
                             "'oauth_client.remove'") == "1");
}

TEST_CASE("grants are listed and taken back, one or all", "[auth][oauth]") {
    OAuthHouse house;
    const auto first = house.tokens("openid"), second = house.tokens("openid%20dav"), third = house.tokens("openid");
    admin_v1::ListOAuthGrantsRequest list;
    list.set_address("ada@one.test");
    const auto grants = house.operate<admin_v1::ListOAuthGrantsReply>(list).value();
    REQUIRE(grants.grants_size() == 3);
    CHECK(grants.grants(1).client_name() == "The app");
    CHECK(grants.grants(1).scopes_size() == 2);
    CHECK(grants.grants(1).last_used() > 0);
    admin_v1::RevokeOAuthGrantRequest revoke;
    revoke.set_address("ada@one.test");
    revoke.set_id(grants.grants(1).id());
    CHECK(house.operate<admin_v1::RemoveReply>(revoke).value().removed() == 1);
    CHECK(house.operate<admin_v1::RemoveReply>(revoke).error().fault == Fault::not_found);
    CHECK(house.is_good(first.text("access_token")));
    CHECK_FALSE(house.is_good(second.text("access_token")));
    const std::string session = house.sign_in();
    revoke.set_id(0);
    CHECK(house.operate<admin_v1::RemoveReply>(revoke).value().removed() == 2);
    CHECK_FALSE(house.is_good(third.text("access_token")));
    CHECK(house.authorize(house.query(), session).has_sign_in());
}

TEST_CASE("keys are replaced at once when they may be in wrong hands, else with notice", "[auth][oauth]") {
    OAuthHouse house;
    const auto kid = [&] {
        const std::string token = house.tokens().text("id_token");
        return std::string(bj::parse(*base64url_decode(token.substr(0, token.find('.')))).at("kid").as_string());
    };
    const std::string first = kid();
    admin_v1::RotateOAuthKeysRequest rotate;
    CHECK(house.operate<admin_v1::ListOAuthKeysReply>(rotate).value().keys_size() == 4);
    CHECK(kid() == first);
    rotate.set_drop_others(true);
    CHECK(house.operate<admin_v1::ListOAuthKeysReply>(rotate).value().keys_size() == 2);
    CHECK(kid() != first);
    CHECK(house.operate<admin_v1::ListOAuthKeysReply>(admin_v1::ListOAuthKeysRequest{}).value().keys_size() == 2);
    CHECK(jwt::parse_keys(house.ask<oauth_v1::HttpReply>(oauth_v1::JwksRequest{}).value().body()).value().size() == 2);
}
