#include "sky/imap-proto/thread.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace sky::imap;
using Algorithm = ThreadRequest::Algorithm;

namespace {

sky::Time day(int number) { return sky::Time(std::chrono::hours(24 * number)); }

struct Mailbox {
    std::vector<ThreadMessage> messages;
    std::vector<std::string> subjects{std::vector<std::string>(200)};  // stays where it is

    // The next message, sent on that day and arrived on the day of its number.
    Mailbox& add(std::int64_t id, std::vector<std::int64_t> parents, std::string subject, int sent, bool is_reply = false) {
        const auto number = static_cast<std::uint32_t>(messages.size() + 1);
        subjects.at(messages.size()) = std::move(subject);
        messages.push_back(
            {number, day(sent), day(static_cast<int>(number)), subjects.at(messages.size()), is_reply, id, std::move(parents)});
        return *this;
    }
    std::string by(Algorithm algorithm) const { return threads(algorithm, messages); }
};

}  // namespace

TEST_CASE("ORDEREDSUBJECT groups by subject and knows no grandchildren", "[imap-proto][rfc5256:3]") {
    Mailbox box;
    box.add(1, {}, "B", 5).add(2, {}, "A", 7).add(3, {1}, "B", 9).add(4, {}, "A", 6).add(5, {}, "A", 8).add(6, {}, "", 1).add(7, {}, "", 2);
    CHECK(box.by(Algorithm::ordered_subject) == "(6 7)(1 3)(4 (2)(5))");
    CHECK(threads(Algorithm::ordered_subject, {}).empty());
}

TEST_CASE("REFERENCES follows the references", "[imap-proto][rfc5256:3]") {
    Mailbox chain;
    chain.add(1, {}, "X", 1).add(2, {1}, "X", 2, true).add(3, {1, 2}, "X", 3, true).add(4, {1}, "X", 4, true);
    CHECK(chain.by(Algorithm::references) == "(1 (2 3)(4))");
    Mailbox backwards;
    backwards.add(3, {1, 2}, "X", 3, true).add(2, {1}, "X", 2, true).add(1, {}, "X", 1);
    CHECK(backwards.by(Algorithm::references) == "(3 2 1)");
}

TEST_CASE("a parent that is not there holds its children together, and goes where one is left", "[imap-proto][rfc5256:3]") {
    Mailbox two;
    two.add(2, {1}, "X", 2, true).add(3, {1}, "Y", 1, true);
    CHECK(two.by(Algorithm::references) == "((2)(1))");
    Mailbox one;
    one.add(2, {1}, "X", 2, true);
    CHECK(one.by(Algorithm::references) == "(1)");
    Mailbox between;  // 1 is there, 2 is not, 3 and 4 name both
    between.add(1, {}, "X", 1).add(3, {1, 2}, "X", 3, true).add(4, {1, 2}, "X", 2, true);
    CHECK(between.by(Algorithm::references) == "(1 (3)(2))");
}

TEST_CASE("an existing parent stays, but a message's own references decide about itself", "[imap-proto][rfc5256:3]") {
    Mailbox box;  // 4 says that 2 hangs from 9; 2 itself says 1
    box.add(4, {9, 2}, "X", 4, true).add(1, {}, "X", 1).add(2, {1}, "X", 2, true).add(9, {}, "Z", 3);
    CHECK(box.by(Algorithm::references) == "(2 3 1)(4)");
    Mailbox none;  // a message without references has no parent, whatever an earlier one said
    none.add(3, {1, 2}, "X", 3, true).add(1, {}, "Q", 1).add(2, {}, "W", 2);
    CHECK(none.by(Algorithm::references) == "(2)(3 1)");
}

TEST_CASE("references in a circle do not make one", "[imap-proto][rfc5256:3]") {
    Mailbox box;
    box.add(1, {2}, "A", 1, true).add(2, {1}, "B", 2, true).add(3, {3}, "C", 3, true).add(4, {4, 4, 5}, "D", 4, true);
    const auto text = box.by(Algorithm::references);
    for (const char* number : {"1", "2", "3", "4"}) CHECK(std::ranges::count(text, number[0]) == 1);
}

TEST_CASE("of several messages with one id the first has it", "[imap-proto][rfc5256:3]") {
    Mailbox box;
    box.add(1, {}, "A", 1).add(1, {}, "B", 2).add(2, {1}, "C", 3, true);
    CHECK(box.by(Algorithm::references) == "(1 3)(2)");
}

TEST_CASE("threads of one subject are merged", "[imap-proto][rfc5256:3]") {
    Mailbox reply;  // a reply hangs from the original, before it or after it
    reply.add(1, {}, "X", 2).add(2, {}, "X", 1, true).add(3, {}, "X", 3, true);
    CHECK(reply.by(Algorithm::references) == "(1 (2)(3))");
    Mailbox equals;  // neither is a reply: a dummy takes all
    equals.add(1, {}, "X", 2).add(2, {}, "X", 1).add(3, {}, "X", 3).add(4, {}, "", 4).add(5, {}, "", 5);
    CHECK(equals.by(Algorithm::references) == "((2)(1)(3))(4)(5)");
    Mailbox dummies;  // of two dummies one stays; a single message joins the dummy
    dummies.add(2, {1}, "X", 1, true).add(3, {1}, "X", 2, true).add(5, {4}, "X", 3, true).add(6, {4}, "X", 4, true).add(7, {}, "X", 5);
    CHECK(dummies.by(Algorithm::references) == "((1)(2)(3)(4)(5))");
    CHECK(dummies.by(Algorithm::refs) == "((1)(2))((3)(4))(5)");
}

TEST_CASE("siblings are sorted by sent date, equal ones by their place", "[imap-proto][rfc5256:2.2]") {
    Mailbox box;
    box.add(1, {}, "A", 9)
        .add(2, {1}, "A", 3, true)
        .add(3, {1}, "A", 2, true)
        .add(4, {1}, "A", 3, true)
        .add(5, {}, "B", 9)
        .add(6, {}, "C", 1);
    CHECK(box.by(Algorithm::references) == "(6)(1 (3)(2)(4))(5)");
}

TEST_CASE("REFS puts the thread last in which a message arrived last", "[imap-proto][rfc5256:3]") {
    Mailbox box;
    box.add(1, {}, "A", 1).add(2, {}, "A", 2).add(3, {1}, "A", 3, true);
    CHECK(box.by(Algorithm::refs) == "(2)(1 3)");
}

TEST_CASE("hostile references cost neither stack nor the square", "[imap-proto][rfc5256:3]") {
    constexpr std::uint32_t count = 100'000;
    std::vector<std::uint32_t> order(count);
    for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
    std::mt19937 random(7);
    for (int round = 0; round < 3; ++round) {
        if (round == 1) std::ranges::reverse(order);
        if (round == 2) std::ranges::shuffle(order, random);
        std::vector<ThreadMessage> chain;
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto id = static_cast<std::int64_t>(order[i]) + 1;
            chain.push_back({i + 1, day(1), day(1), "X", order[i] > 0, id, {}});
            if (order[i] > 0) chain.back().parents = {id - 1};
        }
        const auto text = threads(Algorithm::references, chain);
        CHECK(std::ranges::count(text, '(') == 1);
        CHECK(std::ranges::count(text, ' ') == count - 1);
    }
    // Messages that cut themselves off and hang themselves to the end of a long chain, again and again.
    std::vector<ThreadMessage> cutting;
    for (std::uint32_t i = 0; i < count / 2; ++i) {
        cutting.push_back({i + 1, day(1), day(1), "", true, static_cast<std::int64_t>(i) + 1, {}});
        if (i > 0) cutting.back().parents = {static_cast<std::int64_t>(i)};
    }
    for (std::uint32_t i = 0; i < count / 2; ++i)
        cutting.push_back({count / 2 + i + 1, day(1), day(1), "", true, 1'000'000 + i, {1'000'000 + i + 1, count / 2}});
    CHECK_FALSE(threads(Algorithm::references, cutting).empty());
    CHECK_FALSE(threads(Algorithm::refs, cutting).empty());
}

TEST_CASE("every message is answered once, whatever the references say", "[imap-proto][rfc5256:3]") {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        Mailbox box;
        const int count = 1 + static_cast<int>(random() % 40);
        for (int i = 0; i < count; ++i) {
            std::vector<std::int64_t> parents;
            for (auto left = random() % 5; left > 0; --left) parents.push_back(static_cast<std::int64_t>(1 + random() % 50));
            box.add(static_cast<std::int64_t>(random() % 45), std::move(parents), std::string(1, static_cast<char>('A' + random() % 4)),
                    static_cast<int>(random() % 9), random() % 2 == 0);
        }
        for (const auto algorithm : {Algorithm::references, Algorithm::refs, Algorithm::ordered_subject}) {
            const auto text = box.by(algorithm);
            std::map<int, int> seen;
            int depth = 0;
            for (std::size_t i = 0; i < text.size(); ++i) {
                depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
                REQUIRE(depth >= 0);
                if (std::isdigit(static_cast<unsigned char>(text[i])) != 0 &&
                    (i == 0 || std::isdigit(static_cast<unsigned char>(text[i - 1])) == 0))
                    ++seen[std::stoi(text.substr(i))];
            }
            CHECK(depth == 0);
            REQUIRE(seen.size() == static_cast<std::size_t>(count));
            for (const auto& [number, times] : seen) CHECK(times == 1);
        }
    }
}
