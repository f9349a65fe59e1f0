#include "../src/cache.h"

#include <catch2/catch.hpp>

namespace sky::identity {
namespace {

Recipient leading_to(std::int64_t account) {
    Recipient out;
    out.kind = Recipient::Kind::local;
    out.targets = {{TenantId{1}, AccountId{account}, "x@example.test"}};
    return out;
}

void store(Cache& cache, const std::string& key, std::int64_t account = 1) {
    cache.store(key, leading_to(account), Deadline{}, Deadline{});
}

}  // namespace

TEST_CASE("the cache holds so many and forgets the least used", "[identity]") {
    Cache cache(3);
    store(cache, "a@x");
    store(cache, "b@x");
    store(cache, "c@x");
    CHECK(cache.find("a@x"));
    store(cache, "d@x");
    CHECK(cache.size() == 3);
    CHECK_FALSE(cache.find("b@x"));
    CHECK(cache.find("a@x"));
    store(cache, "a@x", 7);
    CHECK(cache.size() == 3);
    CHECK(cache.find("a@x")->recipient.targets.front().account == AccountId{7});
}

TEST_CASE("the cache forgets an address, a domain, what leads to an account, everything", "[identity]") {
    Cache cache(10);
    store(cache, "a@one.example", 1);
    store(cache, "b@one.example", 2);
    store(cache, "a@sub.one.example", 3);
    store(cache, "all@two.example", 2);
    cache.forget("a@one.example");
    cache.forget("nobody@one.example");
    CHECK(cache.size() == 3);
    cache.forget_account(AccountId{2});
    CHECK(cache.size() == 1);
    CHECK(cache.find("a@sub.one.example"));
    cache.forget_domain("one.example");
    CHECK(cache.size() == 1);
    cache.forget_domain("sub.one.example");
    CHECK(cache.size() == 0);
    store(cache, "z@z");
    cache.clear();
    CHECK(cache.size() == 0);
    CHECK_FALSE(cache.find("z@z"));
}

TEST_CASE("an address that changed takes its subaddresses along", "[identity]") {
    Cache cache(10);
    store(cache, "ada@x.example");
    for (const auto* derived : {"ada+news@x.example", "ada+shop@x.example"}) {
        Recipient recipient = leading_to(1);
        recipient.matched = "ada@x.example";
        cache.store(derived, recipient, Deadline{}, Deadline{});
    }
    Recipient nobody;
    nobody.kind = Recipient::Kind::unknown;
    cache.store("ada+old@alias.example", nobody, Deadline{}, Deadline{});
    store(cache, "grace@x.example");
    store(cache, "adam@x.example");
    cache.forget("ada@x.example");
    CHECK(cache.size() == 2);
    CHECK(cache.find("adam@x.example"));
    CHECK(cache.find("grace@x.example"));
}

TEST_CASE("a cache of size nothing caches nothing", "[identity]") {
    Cache cache(0);
    store(cache, "a@x");
    CHECK(cache.size() == 0);
}

}  // namespace sky::identity
