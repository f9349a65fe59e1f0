#include "sky/mailstore/likeness.h"

#include <catch2/catch.hpp>

using sky::mailstore::Likeness;

namespace {
unsigned like(std::string_view needle, std::string_view text) {
    Likeness likeness(needle);
    likeness.add(text);
    return likeness.score();
}
}  // namespace

TEST_CASE("what was asked for is most like it, then its words, then words with a slip", "[mailstore][rfc6203:4]") {
    CHECK(like("imap break", "The IMAP break of the day") == 100);
    const auto words = like("imap break", "break it, IMAP"), slip = like("imap break", "imap braek");
    CHECK(words < 100);
    CHECK(words > slip);
    CHECK(slip > 0);
    CHECK(like("Helo", "say hello") > 0);
    CHECK(like("Helo", "send help") > 0);
    CHECK(like("Helo", "something else") == 0);
    CHECK(like("breaking", "it breaks") > 0);
    CHECK(like("caf\xC3\xA9", "CAF\xC3\x89") == 100);
    CHECK(like("imap break", "lunch at noon") == 0);
    CHECK(like("...", "a.b") == 0);
    CHECK(like("", "anything") == 100);
}

TEST_CASE("likeness gathers over the pieces of a document", "[mailstore][rfc6203:4]") {
    Likeness likeness("alpha beta");
    likeness.add("alpha only");
    const auto half = likeness.score();
    likeness.add("and beta");
    CHECK(likeness.score() > half);
    likeness.reset();
    CHECK(likeness.score() == 0);
}

TEST_CASE("long words and many words are bounded", "[mailstore][rfc6203:8]") {
    CHECK(like(std::string(100'000, 'x'), std::string(100'000, 'y')) == 0);
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "w" + std::to_string(i) + " ";
    CHECK(like(many, many) == 100);
    CHECK(like(many, "w1 w2") <= 100);
}
