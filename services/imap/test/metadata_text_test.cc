#include "imap/metadata_text.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::imapd;

namespace {
std::string told(const std::vector<mailstore::MetadataEntry>& found, const std::vector<std::string>& asked) {
    std::string out;
    append_metadata(out, "Entw\xc3\xbcrfe", found, asked, imap::NameForm::mutf7);
    return out;
}
}  // namespace

TEST_CASE("METADATA tells values, and NIL for what is not there", "[imap][rfc5464:4.4.1]") {
    CHECK(told({{"/private/a", 4, "blue"}}, {"/private/a", "/shared/b"}) ==
          "* METADATA Entw&APw-rfe (/private/a \"blue\" /shared/b NIL)\r\n");
    CHECK(told({{"/private/a", 9000, {}}, {"/private/b", 0, ""}}, {"/private/a"}) == "* METADATA Entw&APw-rfe (/private/b \"\")\r\n");
    CHECK(told({{"/private/a", 9000, {}}}, {"/private/a"}).empty());
    CHECK(told({}, {}).empty());
}
