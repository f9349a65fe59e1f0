#include "imap/quota_roots.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::imapd;

namespace {
std::string told(const std::vector<QuotaRoot>& roots) {
    std::string out;
    for (const QuotaRoot& root : roots) append_quota(out, root);
    return out;
}
}  // namespace

TEST_CASE("a mailbox's root tells what has a limit, in units of 1,024 octets", "[imap][rfc9208:4.2.1][rfc9208:5]") {
    store::Usage usage{.quota_octets = 10'240, .used_octets = 1'025, .used_messages = 3, .modseq = {}, .pool = {}};
    CHECK(told(roots_of("user/ada@example.test", usage, 6)) == "* QUOTA user/ada@example.test (STORAGE 2 10 MAILBOX 6 10000)\r\n");
    usage.quota_octets = std::nullopt;
    CHECK(told(roots_of("user/ada@example.test", usage, 6)) == "* QUOTA user/ada@example.test (MAILBOX 6 10000)\r\n");
}

TEST_CASE("in a pool the storage is all of theirs together", "[imap][rfc9208:3.2]") {
    store::Usage usage{.quota_octets = 500, .used_octets = 400, .modseq = {}, .pool = store::Usage::Pool{7, 1 << 20, 4096}};
    CHECK(told(roots_of("user/ada@example.test", usage, 6)) ==
          "* QUOTA user/ada@example.test (MAILBOX 6 10000)\r\n* QUOTA pool/7 (STORAGE 4 1024)\r\n");
}

TEST_CASE("a root that names a mailbox says whose, and limits are counted in octets", "[imap][rfc9208:4.1.3]") {
    CHECK(user_of_root("user/ada@example.test") == "ada@example.test");
    CHECK(user_of_root("pool/7").empty());
    CHECK(user_of_root("").empty());
    CHECK(octets_of_storage(512) == 524'288);
    CHECK_FALSE(octets_of_storage(0));
    CHECK_FALSE(octets_of_storage(UINT64_MAX));
}
