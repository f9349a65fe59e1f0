// Sign-in through another Skybridge as OpenID Connect provider, over HTTPS.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "oauth_house.h"
#include "sky/async/group.h"
#include "sky/base/ascii.h"
#include "sky/http/server.h"
#include "sky/net/listener.h"
#include "skybridge/admin/v1/oauth.pb.h"
#include "skybridge/admin/v1/oidc.pb.h"
#include "support/free_port.h"

using namespace house;
using namespace sky::auth;

namespace {
// What a `web` would do for its browser and for programs.
Task<http::Response> relay(std::shared_ptr<rpc::Channel> channel, http::Request request) {
    oauth_v1::HttpForm form;
    form.set_content_type(std::string(request.headers.get("Content-Type")));
    form.set_authorization(std::string(request.headers.get("Authorization")));
    form.set_body(request.body);
    Result<oauth_v1::HttpReply> reply = unexpected(Fault::not_found, "no such page");
    if (request.path == "/.well-known/openid-configuration") {
        reply = co_await rpc::call_method<oauth_v1::HttpReply>(*channel, oauth_v1::MetadataRequest{}, {.deadline = after(10s)});
    } else if (request.path == "/oauth/jwks") {
        reply = co_await rpc::call_method<oauth_v1::HttpReply>(*channel, oauth_v1::JwksRequest{}, {.deadline = after(10s)});
    } else if (request.path == "/oauth/token") {
        oauth_v1::TokenRequest token;
        *token.mutable_http() = form;
        reply = co_await rpc::call_method<oauth_v1::HttpReply>(*channel, token, {.deadline = after(10s)});
    }
    http::Response out;
    out.status = reply ? static_cast<int>(reply->status()) : 404;
    if (!reply) co_return out;
    for (const auto& header : reply->headers()) out.headers.set(header.name(), header.value());
    out.body = reply->body();
    co_return out;
}
// Two installations. The provider's shard runs in a thread of its own from the start of `here` on; it is spoken to by gRPC only.
struct Two {
    rpc::testing::Authority authority;
    rpc::Credentials certificate = authority.issue("provider");
    std::uint16_t port = support::free_port();
    const std::string login = "https://localhost:" + std::to_string(port);
    OAuthHouse there{{{"OAUTH_ISSUER", login}}};
    OAuthHouse here;
    std::shared_ptr<rpc::Channel> web = there.channel("web"), admin = there.channel("skyctl");
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{there.context.get_executor()};
    std::thread thread;
    Group sessions{here.context.get_executor()};
    std::unique_ptr<net::Listener> listener;

    explicit Two(const std::string& networks = "127.0.0.0/8") : here{{{"OIDC_CA", certificate.authority}, {"OIDC_NETWORKS", networks}}} {
        there.mailbox("grace@one.test", "battery staple");
        there.client("us", "client_secret_basic", "{" + issuer + "/oauth/external}", "between us");
        auto tls = net::TlsServer::open({.certificate_file = certificate.certificate, .key_file = certificate.key}).value();
        listener = net::Listener::open(sessions, {.name = "provider", .address = "127.0.0.1", .port = port, .tls = tls},
                                       [channel = web](net::Stream stream) {
                                           return http::serve(std::move(stream), {}, [channel](http::Request request) {
                                               return relay(channel, std::move(request));
                                           });
                                       })
                       .value();
        there.context.restart();
        thread = std::thread([this] { there.context.run(); });
    }
    ~Two() {
        here.run(close());
        here.context.restart();
        here.context.poll();  // what was still on its way to the sessions
        guard.reset();
        there.context.stop();
        thread.join();
        there.context.restart();
    }
    // On the context itself: from elsewhere a cancellation would come after what it cancels is gone.
    Task<void> close() {
        listener.reset();
        co_await sessions.stop(after(5s));
    }
    template <class Reply, class Request>
    Reply ask_there(const Request& request) {
        return here.run(rpc::call_method<Reply>(*web, request, {.deadline = after(20s)})).value();
    }
    Result<admin_v1::OidcProvider> set(const std::function<void(admin_v1::SetOidcProviderRequest&)>& change = {}) {
        admin_v1::SetOidcProviderRequest request;
        request.set_tenant("one");
        request.set_issuer(login);
        request.set_client_id("us");
        request.set_client_secret("between us");
        if (change) change(request);
        return here.operate<admin_v1::OidcProvider>(request);
    }
    oauth_v1::BeginExternalSignInReply begin(const std::string& address = "ada@one.test") {
        oauth_v1::BeginExternalSignInRequest request;
        request.set_address(address);
        request.set_return_to("/consent?for=app");
        request.set_remote_address("192.0.2.44");
        return here.ask<oauth_v1::BeginExternalSignInReply>(request).value();
    }
    // At the provider's pages, as the person with this password there. What the browser brings back.
    std::string visit(const std::string& location, const std::string& address = "ada@one.test",
                      const std::string& password = "correct horse") {
        REQUIRE(location.starts_with(login + "/oauth/authorize?"));
        const std::string query = location.substr(location.find('?') + 1);
        oauth_v1::SignInRequest sign_in;
        sign_in.set_username(address);
        sign_in.set_password(password);
        sign_in.set_remote_address("192.0.2.9");
        const std::string session = ask_there<oauth_v1::SignInReply>(sign_in).session().token();
        oauth_v1::AuthorizeRequest authorize;
        authorize.set_query(query);
        authorize.set_session(session);
        auto page = ask_there<oauth_v1::Page>(authorize);
        if (page.has_sign_in()) {  // the hint named somebody else
            authorize.set_begun(page.sign_in().begun());
            authorize.set_session(ask_there<oauth_v1::SignInReply>(sign_in).session().token());
            page = ask_there<oauth_v1::Page>(authorize);
        }
        if (page.has_consent()) {
            oauth_v1::ApproveRequest approve;
            approve.set_query(query);
            approve.set_session(authorize.session());
            approve.set_approval(page.consent().approval());
            page = ask_there<oauth_v1::Page>(approve);
        }
        REQUIRE(page.location().starts_with(issuer + "/oauth/external?"));
        return page.location().substr(page.location().find('?') + 1);
    }
    oauth_v1::FinishExternalSignInReply finish(const std::string& query, const std::string& binding) {
        oauth_v1::FinishExternalSignInRequest request;
        request.set_query(query);
        request.set_binding(binding);
        request.set_remote_address("192.0.2.44");
        return here.ask<oauth_v1::FinishExternalSignInReply>(request).value();
    }
};
}  // namespace

TEST_CASE("people sign in through their organisation's provider", "[auth][oauth][relying][rfc9207:2.4]") {
    Two two;
    const auto provider = two.set().value();
    CHECK(provider.redirect_uri() == issuer + "/oauth/external");
    CHECK(provider.address_claim() == "email");
    CHECK_FALSE(two.here.database.sql("select client_secret from directory.oidc_provider").contains(hex_encode("between us")));

    const auto begun = two.begin();
    REQUIRE(begun.page().status() == 303);
    const auto ended = two.finish(two.visit(begun.page().location()), begun.binding());
    REQUIRE(ended.sign_in().has_session());
    CHECK(ended.return_to() == "/consent?for=app");
    CHECK(ended.sign_in().session().address() == "ada@one.test");
    // A session like any other, which says how.
    const std::string session = ended.sign_in().session().token();
    const auto tokens = two.here.redeem(two.here.code(two.here.query(), session));
    const std::string id_token = tokens.text("id_token");
    CHECK(bj::parse(*base64url_decode(id_token.substr(id_token.find('.') + 1, id_token.rfind('.') - id_token.find('.') - 1))).at("amr") ==
          bj::array{"pwd"});
    CHECK(two.here.count("oidc_subject") == "1");
    // Its keys are replaced: ours are looked up again.
    admin_v1::RotateOAuthKeysRequest rotate;
    rotate.set_drop_others(true);
    REQUIRE(two.here.run(rpc::call_method<admin_v1::ListOAuthKeysReply>(*two.admin, rotate, {.deadline = after(20s)})));
    const auto again = two.begin();
    CHECK(two.finish(two.visit(again.page().location()), again.binding()).sign_in().has_session());
}

TEST_CASE("what comes back by a wrong way signs nobody in", "[auth][oauth][relying]") {
    Two two;
    REQUIRE(two.set());
    const auto refused = [&](const std::string& query, const std::string& binding) {
        const auto reply = two.finish(query, binding);
        CHECK_FALSE(reply.sign_in().has_session());
        return reply.sign_in().refusal().fault();
    };
    const auto begun = two.begin(), other = two.begin();
    const std::string query = two.visit(begun.page().location()), foreign = two.visit(other.page().location());
    const auto form = oauth::Form::parse(query).value();
    CHECK(refused(query, "") == "bad_credentials");
    CHECK(refused(query, other.binding()) == "bad_credentials");        // another browser's
    CHECK(refused(query + "x", begun.binding()) == "bad_credentials");  // another iss
    CHECK(refused("code=" + form.text("code"), begun.binding()) == "bad_credentials");
    CHECK(refused("state=" + form.text("state"), begun.binding()) == "bad_credentials");
    CHECK(refused("error=access_denied&state=" + form.text("state"), begun.binding()) == "forbidden");
    // A code of another attempt, injected: its verifier is not this browser's.
    const std::string injected = oauth::Form::parse(foreign).value().text("code");
    CHECK(refused("code=" + injected + "&state=" + form.text("state"), begun.binding()) == "bad_credentials");
    CHECK(refused("code=guess&state=" + form.text("state"), begun.binding()) == "bad_credentials");
    REQUIRE(two.finish(query, begun.binding()).sign_in().has_session());
    CHECK(refused(query, begun.binding()) == "bad_credentials");  // twice
    CHECK(two.here.count("oauth_session") == "1");
}

TEST_CASE("a provider speaks for its organisation's people and for each only once", "[auth][oauth][relying]") {
    Two two;
    REQUIRE(two.set());
    const auto sign_in = [&](const std::string& address, const std::string& password) {
        const auto begun = two.begin();
        return two.finish(two.visit(begun.page().location(), address, password), begun.binding()).sign_in();
    };
    // Known there, unknown here; then here, but of another organisation.
    CHECK(sign_in("grace@one.test", "battery staple").refusal().fault() == "bad_credentials");
    two.here.tenant("two", "two.test");
    two.here.mailbox("bob@two.test");
    REQUIRE(sign_in("ada@one.test", "correct horse").has_session());
    two.here.mailbox("grace@one.test", "battery staple");
    REQUIRE(sign_in("grace@one.test", "battery staple").has_session());
    // The provider gives ada's address to somebody else: the account stays ada's.
    two.here.database.sql(
        "delete from directory.oidc_subject s using directory.account a where a.account_id = s.account_id and a.address = "
        "'grace@one.test'");
    two.here.database.sql("update directory.oidc_subject set subject = 'somebody else'");
    CHECK(sign_in("ada@one.test", "correct horse").refusal().fault() == "bad_credentials");
    // Suspended here, nobody's word helps.
    two.here.database.sql(
        "delete from directory.oidc_subject; update directory.account set "
        "state = 'suspended' where address = 'ada@one.test'");
    CHECK(sign_in("ada@one.test", "correct horse").refusal().fault() == "forbidden");
    CHECK(two.begin("bob@two.test").page().status() == 404);
    CHECK(two.begin("nobody@elsewhere.test").page().status() == 404);
}

TEST_CASE("a provider is set up whole, and its secret goes nowhere else", "[auth][oauth][relying]") {
    Two two;
    CHECK(two.set([](auto& r) { r.set_issuer("http://localhost"); }).error().fault == Fault::syntax);
    CHECK(two.set([](auto& r) { r.set_client_id(""); }).error().fault == Fault::syntax);
    CHECK(two.set([](auto& r) { r.set_client_secret(""); }).error().fault == Fault::syntax);
    CHECK(two.set([](auto& r) { r.set_auth_method("tls_client_auth"); }).error().fault == Fault::syntax);
    CHECK(two.set([](auto& r) { r.set_scopes("email"); }).error().fault == Fault::syntax);
    CHECK(two.set([](auto& r) { r.set_address_claim("two words"); }).error().fault == Fault::syntax);
    CHECK(two.set([](auto& r) { r.set_tenant("nobody"); }).error().fault == Fault::not_found);
    CHECK(two.set([&](auto& r) { r.set_issuer(two.login + "/other"); }).error().fault == Fault::unavailable);
    CHECK(two.here.count("oidc_provider") == "0");
    REQUIRE(two.set());
    CHECK(two.set([](auto& r) {
                 r.set_client_secret("");
                 r.set_name("Work account");
             })
              ->name() == "Work account");
    CHECK(two.set([&](auto& r) {
                 r.set_client_secret("");
                 r.set_issuer(two.login + "/other");
             })
              .error()
              .fault == Fault::syntax);
    const auto begun = two.begin();
    CHECK(two.finish(two.visit(begun.page().location()), begun.binding()).sign_in().has_session());
    admin_v1::GetOidcProviderRequest get;
    get.set_tenant("one");
    CHECK(two.here.operate<admin_v1::OidcProvider>(get)->issuer() == two.login);
    admin_v1::RemoveOidcProviderRequest remove;
    remove.set_tenant("one");
    CHECK(two.here.operate<admin_v1::RemoveReply>(remove)->removed() == 1);
    CHECK(two.here.operate<admin_v1::RemoveReply>(remove).error().fault == Fault::not_found);
    CHECK(two.begin().page().status() == 404);
    CHECK(two.here.count("oidc_subject") == "0");
}

TEST_CASE("a provider in a network of the house is not asked, one that is away is away", "[auth][oauth][relying]") {
    Two two("10.0.0.0/8");
    const auto refused = two.set();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::unavailable);
    two.here.database.sql("insert into directory.oidc_provider (tenant_id, issuer, client_id, client_secret) select tenant_id, '" +
                          two.login + "', 'us', '' from directory.tenant where name = 'one'");
    const auto begun = two.begin();
    CHECK(begun.page().status() == 503);
    CHECK(begun.binding().empty());
}
