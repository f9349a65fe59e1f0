#include "sky/identity/identity.h"

#include <catch2/catch.hpp>

#include "fake_auth.h"

namespace sky::identity::testing {
namespace {

using namespace std::chrono_literals;

Attempt attempt(std::string user, std::string password) {
    Attempt out;
    out.username = std::move(user);
    out.password = std::move(password);
    out.protocol = "imap";
    out.remote_address = "192.0.2.1";
    out.transport = Attempt::Transport::tls;
    return out;
}

Task<void> until_watching(Scene& s) {
    for (int i = 0; i < 300 && !s.identity->watching(); ++i) co_await sleep_for(10ms);
    CHECK(s.identity->watching());
}

Task<void> look_up(Scene& s, std::string address, int lookups_then) {
    CHECK(co_await s.identity->resolve(address, after(5s)));
    CHECK(s.fake.lookups == lookups_then);
}

}  // namespace

TEST_CASE("the right password gives the principal, the wrong one the refusal", "[identity]") {
    Scene scene;
    scene.fake.passwords["ada@example.test"] = "correct horse";
    run(scene.io, [](Scene& s) -> Task<void> {
        auto good = co_await s.identity->authenticate(attempt("ada@example.test", "correct horse"), after(5s));
        REQUIRE(good);
        CHECK(good->tenant == TenantId{3});
        CHECK(good->account == AccountId{7});
        CHECK(good->display_name == "Ada");
        CHECK(s.fake.last.tls());
        CHECK(s.fake.last.remote_address() == "192.0.2.1");
        auto bad = co_await s.identity->authenticate(attempt("ada@example.test", "wrong"), after(5s));
        REQUIRE(!bad);
        CHECK(bad.error().fault == Fault::bad_credentials);
        CHECK(bad.error().text == "wrong name or password");
        auto nothing = co_await s.identity->authenticate(attempt("nothing", "x"), after(5s));
        REQUIRE(!nothing);
        CHECK(nothing.error().fault == Fault::unavailable);
        const auto begin = std::chrono::steady_clock::now();
        CHECK_FALSE(co_await s.identity->authenticate(attempt("slow", "x"), after(5s)));
        CHECK(std::chrono::steady_clock::now() - begin >= 300ms);
    }(scene));
}

TEST_CASE("a recipient is asked for once and then answered from the cache", "[identity]") {
    Scene scene;
    scene.local("ada@example.test", 7);
    run(scene.io, [](Scene& s) -> Task<void> {
        co_await until_watching(s);
        auto found = co_await s.identity->resolve("ada@example.test", after(5s));
        REQUIRE(found);
        CHECK(found->kind == Recipient::Kind::local);
        REQUIRE(found->targets.size() == 1);
        CHECK(found->targets[0].account == AccountId{7});
        co_await look_up(s, "ada@example.test", 1);
        co_await look_up(s, "ADA@Example.TEST", 1);
        auto unknown = co_await s.identity->resolve("nobody@example.test", after(5s));
        REQUIRE(unknown);
        CHECK(unknown->kind == Recipient::Kind::unknown);
        co_await look_up(s, "nobody@example.test", 2);
        for (const std::string address : {"", "ada", "@example.test", "ada@"}) {
            auto bad = co_await s.identity->resolve(address, after(5s));
            REQUIRE(!bad);
            CHECK(bad.error().fault == Fault::syntax);
        }
        CHECK(s.fake.lookups == 2);
    }(scene));
}

TEST_CASE("unknown is remembered for a shorter time than known", "[identity]") {
    Scene scene({.known_for = 10s, .unknown_for = 100ms});
    scene.local("ada@example.test", 7);
    run(scene.io, [](Scene& s) -> Task<void> {
        co_await until_watching(s);
        co_await look_up(s, "ada@example.test", 1);
        co_await look_up(s, "nobody@example.test", 2);
        co_await sleep_for(150ms);
        co_await look_up(s, "ada@example.test", 2);
        co_await look_up(s, "nobody@example.test", 3);
    }(scene));
}

TEST_CASE("a change of the directory empties what it touches and tells the gateway", "[identity]") {
    Scene scene;
    for (const char* address : {"ada@one.example", "bob@one.example", "eve@two.example"}) scene.local(address, address[0]);
    run(scene.io, [](Scene& s) -> Task<void> {
        co_await until_watching(s);
        co_await look_up(s, "ada@one.example", 1);
        co_await look_up(s, "bob@one.example", 2);
        co_await look_up(s, "eve@two.example", 3);

        directory_v1::Change change;
        change.add_addresses("ada@one.example");
        change.add_account_ids('e');
        s.change(change);
        for (int i = 0; i < 200 && s.changed.empty(); ++i) co_await sleep_for(10ms);
        CHECK(s.changed == std::vector<std::int64_t>{'e'});
        co_await look_up(s, "bob@one.example", 3);
        co_await look_up(s, "ada@one.example", 4);
        co_await look_up(s, "eve@two.example", 5);

        directory_v1::Change domain;
        domain.add_domains("one.example");
        s.change(domain);
        co_await sleep_for(100ms);
        co_await look_up(s, "eve@two.example", 5);
        co_await look_up(s, "bob@one.example", 6);

        directory_v1::Change all;
        all.set_everything(true);
        s.change(all);
        co_await sleep_for(100ms);
        CHECK(s.changed == std::vector<std::int64_t>{'e', 0});
        co_await look_up(s, "eve@two.example", 7);
    }(scene));
}

TEST_CASE("a gap in the versions empties the cache", "[identity]") {
    Scene scene;
    scene.local("ada@example.test", 7);
    run(scene.io, [](Scene& s) -> Task<void> {
        co_await until_watching(s);
        co_await look_up(s, "ada@example.test", 1);
        s.fake.version += 2;  // heartbeats now say that changes were missed
        co_await sleep_for(100ms);
        CHECK(s.changed == std::vector<std::int64_t>{0});
        co_await look_up(s, "ada@example.test", 2);
    }(scene));
}

TEST_CASE("while no change is heard the cache is trusted for a short time only", "[identity]") {
    Scene scene({.known_for = 10s, .trusted_for = 150ms});
    scene.local("ada@example.test", 7);
    run(scene.io, [](Scene& s) -> Task<void> {
        co_await until_watching(s);
        co_await look_up(s, "ada@example.test", 1);
        s.fake.beating = false;
        co_await sleep_for(300ms);
        CHECK_FALSE(s.identity->watching());
        co_await look_up(s, "ada@example.test", 2);
        co_await look_up(s, "ada@example.test", 2);
        co_await sleep_for(200ms);
        co_await look_up(s, "ada@example.test", 3);
    }(scene));
}

TEST_CASE("auth away is unavailable, never unknown, and is found again", "[identity][chaos]") {
    Scene scene;
    scene.local("ada@example.test", 7);
    scene.fake.passwords["ada@example.test"] = "correct horse";
    run(scene.io, until_watching(scene));
    scene.stop();
    run(scene.io, [](Scene& s) -> Task<void> {
        auto recipient = co_await s.identity->resolve("ada@example.test", after(3s));
        REQUIRE(!recipient);
        CHECK(recipient.error().fault == Fault::unavailable);
        auto principal = co_await s.identity->authenticate(attempt("ada@example.test", "correct horse"), after(3s));
        REQUIRE(!principal);
        CHECK(principal.error().fault == Fault::unavailable);
    }(scene));
    scene.start();
    run(scene.io, [](Scene& s) -> Task<void> {
        bool found = false;
        for (int i = 0; i < 100 && !found; ++i) {
            found = (co_await s.identity->resolve("ada@example.test", after(3s))).has_value();
            if (!found) co_await sleep_for(50ms);
        }
        CHECK(found);
        CHECK(co_await s.identity->authenticate(attempt("ada@example.test", "correct horse"), after(3s)));
    }(scene));
}

TEST_CASE("a lookup that failed is temporary whatever auth calls it", "[identity]") {
    Scene scene;
    scene.fake.recipients["ada@example.test"].set_kind(directory_v1::ResolveReply::FAILED);
    scene.fake.recipients["ada@example.test"].set_fault("not_found");
    scene.fake.recipients["odd@example.test"].set_kind(directory_v1::ResolveReply::LOCAL);  // without a target
    run(scene.io, [](Scene& s) -> Task<void> {
        for (const std::string address : {"ada@example.test", "odd@example.test"}) {
            auto failed = co_await s.identity->resolve(address, after(5s));
            REQUIRE(!failed);
            CHECK(failed.error().fault == Fault::unavailable);
        }
    }(scene));
}

}  // namespace sky::identity::testing
