#pragma once
// An authorisation server with one person, two programs and a gateway that has the pages.
#include <boost/asio/detached.hpp>
#include <boost/json.hpp>

#include "auth/access/access.h"
#include "auth/oauth/form.h"
#include "auth/oauth/keys.h"
#include "auth/oauth/pkce.h"
#include "auth/rpc/oauth.h"
#include "house.h"
#include "sky/base/encode.h"
#include "sky/jwt/claims.h"
#include "sky/jwt/jwk.h"

namespace house {

namespace oauth = sky::auth::oauth;
namespace oauth_v1 = skybridge::oauth::v1;
namespace bj = boost::json;

inline const std::string issuer = "https://auth.one.test", verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

struct HttpAnswer {
    std::uint32_t status = 0;
    std::map<std::string, std::string> headers;
    bj::object body;
    std::string error() const { return body.contains("error") ? std::string(body.at("error").as_string()) : std::string(); }
    std::string text(std::string_view name) const { return body.contains(name) ? std::string(body.at(name).as_string()) : std::string(); }
};

struct OAuthHouse : House {
    std::shared_ptr<rpc::Channel> web = channel("web");

    explicit OAuthHouse(const std::map<std::string, std::string>& more = {}) : House(Redis::present, with_issuer(more)) {
        tenant("one", "one.test");
        mailbox("ada@one.test");
        client("app", "none", "{https://app.test/back,http://127.0.0.1/cb}");
        client("desk", "client_secret_basic", "{https://desk.test/back}", "secret");
        // What shard 0 does at its start; here without waiting for its turn.
        run(oauth::keep_keys({here().pool(), seal, here().slow_work(), 24h * 30}, after(60s))).value();
    }
    static std::map<std::string, std::string> with_issuer(std::map<std::string, std::string> more) {
        more.try_emplace("OAUTH_ISSUER", issuer);
        more.try_emplace("OAUTH_RESOURCES", "https://dav.one.test");
        return more;
    }
    void client(const std::string& id, const std::string& method, const std::string& redirects, const std::string& secret = {},
                const std::string& more_columns = {}, const std::string& more_values = {}) {
        database.sql(
            "insert into directory.oauth_client (client_id, name, auth_method, secret_digest, redirect_uris, grant_types, scopes, "
            "origin, created_by" +
            more_columns + ") values ('" + id + "', 'The " + id + "', '" + method + "', " +
            (secret.empty() ? "null" : "decode('" + hex_encode(auth::token_digest(secret)) + "', 'hex')") + ", '" + redirects +
            "', '{authorization_code,refresh_token,urn:ietf:params:oauth:grant-type:device_code}', "
            "'{openid,profile,email,mail,imap,dav,offline_access}', 'operator', 'test'" +
            more_values + ")");
    }
    template <class Reply, class Request>
    Result<Reply> ask(const Request& request) {
        return run(rpc::call_method<Reply>(*web, request, {.deadline = after(20s)}));
    }

    // Programs' endpoints.
    template <class Request>
    HttpAnswer post(const std::string& body, const std::string& authorization = {},
                    const std::string& type = "application/x-www-form-urlencoded") {
        Request request;
        request.mutable_http()->set_content_type(type);
        request.mutable_http()->set_authorization(authorization);
        request.mutable_http()->set_body(body);
        request.mutable_http()->set_remote_address("192.0.2.7");
        return answer(ask<oauth_v1::HttpReply>(request).value());
    }
    static HttpAnswer answer(const oauth_v1::HttpReply& reply) {
        HttpAnswer out{.status = reply.status(), .headers = {}, .body = {}};
        for (const auto& header : reply.headers()) out.headers[header.name()] = header.value();
        if (!reply.body().empty()) out.body = bj::parse(reply.body()).as_object();
        return out;
    }
    static std::string basic(const std::string& id, const std::string& secret) { return "Basic " + base64_encode(id + ":" + secret); }
    HttpAnswer token(const std::string& body, const std::string& authorization = {}) {
        return post<oauth_v1::TokenRequest>(body, authorization);
    }
    HttpAnswer introspect(const std::string& token, const std::string& authorization = basic("desk", "secret")) {
        return post<oauth_v1::IntrospectRequest>("token=" + token, authorization);
    }
    bool is_good(const std::string& token) {
        oauth_v1::UserInfoRequest request;
        request.mutable_http()->set_authorization("Bearer " + token);
        return answer(ask<oauth_v1::HttpReply>(request).value()).status == 200;
    }

    // People's pages.
    std::string sign_in(const std::string& address = "ada@one.test", const std::string& password = "correct horse") {
        oauth_v1::SignInRequest request;
        request.set_username(address);
        request.set_password(password);
        request.set_remote_address("192.0.2.9");
        return ask<oauth_v1::SignInReply>(request).value().session().token();
    }
    static std::string query(const std::string& client = "app", const std::string& scope = "openid%20email%20mail",
                             const std::string& more = {}) {
        const std::string back = client == "app" ? "http://127.0.0.1:5005/cb" : "https://" + client + ".test/back";
        return "client_id=" + client + "&response_type=code&state=st&nonce=nn&scope=" + scope +
               "&redirect_uri=" + oauth::percent_encode(back) + "&code_challenge=" + oauth::challenge_of(verifier) +
               "&code_challenge_method=S256" + more;
    }
    oauth_v1::Page authorize(const std::string& text, const std::string& session = {}, const std::string& begun = {}) {
        oauth_v1::AuthorizeRequest request;
        request.set_query(text);
        request.set_session(session);
        request.set_begun(begun);
        request.set_remote_address("192.0.2.9");
        return ask<oauth_v1::Page>(request).value();
    }
    oauth_v1::Page approve(const std::string& text, const std::string& session, const std::string& approval) {
        oauth_v1::ApproveRequest request;
        request.set_query(text);
        request.set_session(session);
        request.set_approval(approval);
        request.set_remote_address("192.0.2.9");
        return ask<oauth_v1::Page>(request).value();
    }
    // What the browser takes back, by name.
    static oauth::Form back(const oauth_v1::Page& page) {
        return oauth::Form::parse(page.location().substr(page.location().find('?') + 1)).value();
    }
    std::string code(const std::string& text, const std::string& session) {
        auto page = authorize(text, session);
        if (page.has_consent()) page = approve(text, session, page.consent().approval());
        return back(page).text("code");
    }
    // A code's tokens.
    HttpAnswer redeem(const std::string& code, const std::string& client = "app", const std::string& authorization = {}) {
        return token("grant_type=authorization_code&client_id=" + client + "&code=" + code + "&code_verifier=" + verifier, authorization);
    }
    HttpAnswer tokens(const std::string& scope = "openid%20email%20mail", const std::string& more = {}) {
        return redeem(code(query("app", scope, more), sign_in()));
    }
    HttpAnswer refresh(const std::string& token_text, const std::string& more = {}) {
        return token("grant_type=refresh_token&client_id=app&refresh_token=" + token_text + more);
    }
    std::string count(const std::string& table) { return database.sql("select count(*) from directory." + table); }
};

}  // namespace house
