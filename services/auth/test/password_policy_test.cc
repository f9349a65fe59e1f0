#include "auth/sign_in/password_policy.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

using namespace sky::auth;

TEST_CASE("a listed password is found in any case, and others are not", "[auth]") {
    const std::string path = "breached_passwords_test.txt";
    std::ofstream(path) << "password123\r\nPassword!1\n\nqwertyuiop\nqwertyuiop\n";
    const auto list = BreachedPasswords::load(path);
    std::remove(path.c_str());
    REQUIRE(list);
    CHECK(list->size() == 3);
    CHECK(list->contains("password123"));
    CHECK(list->contains("PassWord123"));
    CHECK(list->contains("Password!1"));
    CHECK_FALSE(list->contains("correct horse"));
    CHECK_FALSE(list->contains(""));
    CHECK_FALSE(BreachedPasswords().contains("password123"));
    CHECK_FALSE(BreachedPasswords::load("/nowhere/at/all"));
}

TEST_CASE("a password that is little but the owner's name or address is known for what it is", "[auth]") {
    CHECK(is_mostly_own("AdaLovelace1815", "ada@one.test", "Ada Lovelace"));
    CHECK(is_mostly_own("ada@one.test", "ada@one.test", ""));
    CHECK(is_mostly_own("lovelace-12", "ada@one.test", "Ada Lovelace"));
    CHECK_FALSE(is_mostly_own("correct horse", "ada@one.test", "Ada Lovelace"));
    CHECK_FALSE(is_mostly_own("ada counts engines", "ada@one.test", "Ada Lovelace"));
    CHECK_FALSE(is_mostly_own("x", "x@one.test", ""));
}
