#include "sky/redis/url.h"

#include <catch2/catch.hpp>

using namespace sky;

TEST_CASE("a Redis address is a host and port, or a URL with user and password", "[redis]") {
    CHECK(redis::parse_url("127.0.0.1:6380")->port == 6380);
    CHECK(redis::parse_url("redis.internal")->host == "redis.internal");
    const auto full = redis::parse_url("rediss://auth:p%40ss%3a@cache:7000/").value();
    CHECK(full.username == "auth");
    CHECK(full.password == "p@ss:");
    CHECK(full.host == "cache");
    CHECK(full.port == 7000);
    CHECK(full.tls == redis::Tls::on);
    CHECK(redis::parse_url("redis://:secret@[::1]:6379")->host == "::1");
}

TEST_CASE("what is no Redis address is refused without telling the password", "[redis]") {
    for (const char* text : {"", "redis://", "redis://secret@host:1", "redis://u:%zz@host:1", "host:99999999"}) {
        const auto parsed = redis::parse_url(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().reason.find("secret") == std::string::npos);
    }
}
