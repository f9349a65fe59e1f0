#include "sky/imap-proto/quota.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::imap;

namespace {
Result<SetQuota> parsed(std::string_view text) {
    Arguments in(text);
    return parse_set_quota(in);
}
}  // namespace

TEST_CASE("SETQUOTA names a root and its limits", "[imap-proto][rfc9208:4.1.3]") {
    const auto some = parsed("\"user/ada@example.test\" (storage 512 MESSAGE 10)");
    REQUIRE(some);
    CHECK(some->root == "user/ada@example.test");
    REQUIRE(some->limits.size() == 2);
    CHECK((some->limits[0].resource == "STORAGE" && some->limits[0].limit == 512));
    CHECK((some->limits[1].resource == "MESSAGE" && some->limits[1].limit == 10));
    const auto none = parsed("\"\" ()");
    REQUIRE(none);
    CHECK((none->root.empty() && none->limits.empty()));
}

TEST_CASE("SETQUOTA that is not well formed is a syntax error", "[imap-proto][rfc9208:4.1.3]") {
    for (const char* text : {"", "root", "root ", "root STORAGE 5", "root (", "root (STORAGE)", "root (STORAGE )", "root (STORAGE -1)",
                             "root (STORAGE 5", "root (STORAGE 5 )", "root (STORAGE 9223372036854775808)", "root () x"})
        CHECK(parsed(text).error().fault == Fault::syntax);
    std::string many = "root (A 1";
    for (int i = 0; i < 30; ++i) many += " A 1";
    CHECK(parsed(many + ")").error().fault == Fault::limit);
}
