#include "sky/mailstore/types.h"

#include <catch2/catch.hpp>

#include "sky/base/encode.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/message.h"

using namespace sky;
using namespace sky::mailstore;

TEST_CASE("UID sets merge, list and find", "[mailstore]") {
    const auto set = uid_set({5, 1, 2, 3, 3, 9});
    CHECK(set == UidSet{{1, 3}, {5, 5}, {9, 9}});
    CHECK(uid_list(set) == std::vector<std::uint32_t>{1, 2, 3, 5, 9});
    CHECK(size(set) == 5);
    CHECK((contains(set, 2) && !contains(set, 4) && contains(set, 9) && !contains(set, 10) && !contains({}, 1)));
    CHECK(uid_list({{0xFFFFFFFE, 0xFFFFFFFF}}).size() == 2);
}

TEST_CASE("special uses have their attributes", "[mailstore][rfc6154:2]") {
    CHECK(attribute(SpecialUse::sent) == "\\Sent");
    CHECK(special_use("\\trash") == SpecialUse::trash);
    CHECK_FALSE(special_use("\\Nonsense"));
}

TEST_CASE("mailbox names are checked and INBOX is one", "[mailstore][rfc9051:5.1]") {
    CHECK(canonical_name("inbox").value() == "INBOX");
    CHECK(canonical_name("InBox/a").value() == "INBOX/a");
    CHECK(canonical_name("inboxes").value() == "inboxes");
    for (const auto* bad : {"", "/a", "a/", "a//b", "a\tb", "\xFF"}) CHECK(canonical_name(bad).error().fault == Fault::unsupported);
}

TEST_CASE("frames hold the message, and the header of a large one stands alone", "[mailstore]") {
    std::string message = "Subject: large\r\n\r\n" + hex_encode(random_bytes(300'000));
    const auto prepared = prepare(message);
    REQUIRE(prepared.frames.size() == 4);
    CHECK(prepared.frames[0].plain_size == 18);
    std::string again;
    for (const auto& frame : prepared.frames) {
        CHECK(frame.start == again.size());
        CHECK(frame.plain_size <= frame_octets);
        again += unpack_frame(frame.data, frame.plain_size).value();
    }
    CHECK(again == message);
    CHECK(prepare("").frames.empty());
    CHECK(unpack_frame("junk", 4).error().fault == Fault::corrupt);
    CHECK_FALSE(unpack_frame(prepared.frames[0].data, 17));
}
