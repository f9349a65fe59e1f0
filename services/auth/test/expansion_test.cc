#include "auth/expansion.h"

#include <catch2/catch.hpp>
#include <map>

using namespace sky;
using namespace sky::auth;

namespace {
// A directory in memory: aliases and mailboxes of tenant 1; what ends in ".org" is elsewhere.
struct Town {
    std::map<std::string, std::vector<std::string>> aliases;
    std::map<std::string, std::int64_t> mailboxes;

    Route route(const std::string& address) const {
        Route out{.address = address, .tenant = TenantId(1)};
        if (address.ends_with(".org")) {
            out.kind = Route::Kind::remote;
            out.tenant = {};
        } else if (aliases.contains(address)) {
            out.kind = Route::Kind::alias;
            out.targets = aliases.at(address);
        } else if (mailboxes.contains(address)) {
            out.kind = mailboxes.at(address) < 0 ? Route::Kind::closed : Route::Kind::mailbox;
            out.account = AccountId(mailboxes.at(address));
            out.primary = address;
            if (address.starts_with("folders")) {  // a tree, whatever stands behind the separator
                out.primary = "folders@a.test";
                out.is_public = true;
            }
        }
        return out;
    }
    Resolution resolve(const std::string& address, int* rounds = nullptr) const {
        Expansion expansion(address);
        while (!expansion.wanted().empty()) {
            if (rounds) ++*rounds;
            std::vector<Route> routes;
            for (const auto& wanted : expansion.wanted()) routes.push_back(route(wanted));
            expansion.answer(routes);
        }
        return std::move(expansion).finish();
    }
};
}  // namespace

TEST_CASE("an address leads to a mailbox, elsewhere or nowhere", "[auth]") {
    const Town town{{}, {{"ada@a.test", 7}, {"shut@a.test", -1}}};
    const auto found = town.resolve("ada@a.test");
    CHECK(found.kind == Resolution::Kind::local);
    CHECK(found.destinations == std::vector<Destination>{{TenantId(1), AccountId(7), "ada@a.test"}});
    CHECK(town.resolve("x@b.org").kind == Resolution::Kind::remote);
    CHECK(town.resolve("nobody@a.test").kind == Resolution::Kind::unknown);
    CHECK(town.resolve("shut@a.test").kind == Resolution::Kind::refused);
}

TEST_CASE("aliases of aliases reach everyone once", "[auth]") {
    const Town town{
        {{"all@a.test", {"team@a.test", "ada@a.test", "far@b.org"}}, {"team@a.test", {"ada@a.test", "grace@a.test", "far@b.org"}}},
        {{"ada@a.test", 1}, {"grace@a.test", 2}}};
    int rounds = 0;
    const auto found = town.resolve("all@a.test", &rounds);
    CHECK(found.kind == Resolution::Kind::local);
    CHECK(found.destinations.size() == 3);
    CHECK(rounds == 3);
}

TEST_CASE("a loop of aliases ends, and what hangs on it is reached", "[auth]") {
    const Town town{
        {{"a@a.test", {"b@a.test"}}, {"b@a.test", {"a@a.test", "ada@a.test"}}, {"x@a.test", {"y@a.test"}}, {"y@a.test", {"x@a.test"}}},
        {{"ada@a.test", 1}}};
    CHECK(town.resolve("a@a.test").destinations.size() == 1);
    CHECK(town.resolve("x@a.test").kind == Resolution::Kind::unknown);
}

TEST_CASE("an alias outlives some of what it led to", "[auth]") {
    const Town town{{{"a@a.test", {"gone@a.test", "ada@a.test"}}, {"b@a.test", {"gone@a.test"}}}, {{"ada@a.test", 1}}};
    CHECK(town.resolve("a@a.test").destinations.size() == 1);
    CHECK(town.resolve("b@a.test").kind == Resolution::Kind::unknown);
}

TEST_CASE("ten aliases in a row are followed, eleven are refused", "[auth]") {
    for (const int depth : {deepest_alias, deepest_alias + 1}) {
        Town town{{}, {{"ada@a.test", 1}}};
        for (int i = 0; i < depth; ++i) {
            const auto next = i + 1 == depth ? "ada@a.test" : "a" + std::to_string(i + 1) + "@a.test";
            town.aliases["a" + std::to_string(i) + "@a.test"] = {next};
        }
        const auto found = town.resolve("a0@a.test");
        CHECK(found.too_many == (depth > deepest_alias));
        CHECK(found.kind == (depth > deepest_alias ? Resolution::Kind::refused : Resolution::Kind::local));
    }
}

TEST_CASE("a thousand targets are reached, more are refused", "[auth]") {
    for (const std::size_t width : {most_targets, most_targets + 1}) {
        Town town;
        for (std::size_t i = 0; i < width; ++i) {
            town.aliases["all@a.test"].push_back("u" + std::to_string(i) + "@a.test");
            town.mailboxes["u" + std::to_string(i) + "@a.test"] = static_cast<std::int64_t>(i + 1);
        }
        const auto found = town.resolve("all@a.test");
        CHECK(found.too_many == (width > most_targets));
        CHECK(found.destinations.size() == (width > most_targets ? 0 : most_targets));
    }
}

TEST_CASE("what leads to public folders keeps the address that says which", "[auth]") {
    const Town town{
        {{"news@a.test", {"folders+news@a.test", "ada@a.test"}}, {"both@a.test", {"folders+news@a.test", "folders+events@a.test"}}},
        {{"ada@a.test", 7}, {"folders+news@a.test", 9}, {"folders+events@a.test", 9}}};
    CHECK(town.resolve("news@a.test").destinations ==
          std::vector<Destination>{{TenantId(1), AccountId(9), "folders+news@a.test", true}, {TenantId(1), AccountId(7), "ada@a.test"}});
    CHECK(town.resolve("both@a.test").destinations.size() == 2);
}
