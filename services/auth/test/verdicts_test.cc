#include "auth/sign_in/verdicts.h"

#include <catch2/catch.hpp>

#include "auth/sign_in/passwords.h"

using namespace sky;
using namespace sky::auth;
using namespace std::chrono_literals;

namespace {
const std::string secret(32, 'k');
}

TEST_CASE("a proved password is known for a while", "[auth]") {
    Verdicts verdicts(secret, 10, 60s);
    const Moment now{};
    const auto digest = verdicts.digest(AccountId(1), "password", "$verifier");
    CHECK_FALSE(verdicts.proved(digest, now));
    verdicts.remember(digest, now);
    CHECK(verdicts.proved(digest, now + 59s));
    verdicts.remember(digest, now + 59s);
    CHECK_FALSE(verdicts.proved(digest, now + 60s));
}

TEST_CASE("a verdict holds for one account, password and verifier only", "[auth]") {
    Verdicts verdicts(secret, 10, 60s);
    verdicts.remember(verdicts.digest(AccountId(1), "password", "$old"), Moment{});
    CHECK_FALSE(verdicts.proved(verdicts.digest(AccountId(1), "password", "$new"), Moment{}));
    CHECK_FALSE(verdicts.proved(verdicts.digest(AccountId(1), "Password", "$old"), Moment{}));
    CHECK_FALSE(verdicts.proved(verdicts.digest(AccountId(2), "password", "$old"), Moment{}));
    // Parts can't run into each other.
    CHECK(keyed_digest(secret, {"ab", "c"}) != keyed_digest(secret, {"a", "bc"}));
    CHECK(keyed_digest(std::string(32, 'x'), {"a"}) != keyed_digest(secret, {"a"}));
}

TEST_CASE("verdicts are bounded", "[auth]") {
    Verdicts verdicts(secret, 10, 60s);
    for (int i = 0; i < 100; ++i) verdicts.remember(verdicts.digest(AccountId(i), "p", "$"), Moment{});
    CHECK(verdicts.size() == 10);
    CHECK(verdicts.proved(verdicts.digest(AccountId(99), "p", "$"), Moment{}));
}

TEST_CASE("a new password has ten characters and no control characters", "[auth]") {
    CHECK(check_new_password("correct horse"));
    CHECK(check_new_password("ääääääääää"));
    CHECK_FALSE(check_new_password("äääää"));  // ten octets, five characters
    CHECK_FALSE(check_new_password("short"));
    CHECK_FALSE(check_new_password("with\na line feed"));
    CHECK_FALSE(check_new_password(std::string("with\0 a NUL octet", 17)));
    CHECK_FALSE(check_new_password("not \xff utf-8 at all"));
    CHECK_FALSE(check_new_password(std::string(1025, 'a')));
}
