#include "delivery/queue/verdict.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::delivery;
using namespace std::chrono_literals;

namespace {
store::Claimed claimed(std::size_t recipients, std::string sender = "ada@one.test") {
    store::Claimed out;
    out.sender = std::move(sender);
    for (std::size_t i = 0; i < recipients; ++i) {
        store::ClaimedRecipient one;
        one.position = static_cast<std::int32_t>(i);
        one.epoch = 4;
        one.attempts = 1;
        one.recipient = "r" + std::to_string(i) + "@far.example";
        out.recipients.push_back(std::move(one));
    }
    return out;
}
const auto middle = [] { return 0.5; };
}  // namespace

TEST_CASE("each verdict has its consequence", "[delivery]") {
    auto message = claimed(4);
    const Verdict relayed{Verdict::Kind::done, "relayed", "250 2.0.0 ok", "mx", {}};
    const auto decision =
        decide(message, {relayed, failed("550 5.1.1 no"), later("450 4.2.0 wait"), later_for_us("451 4.3.0 wait")}, Schedule{}, middle);
    REQUIRE(decision.ended.size() == 2);
    CHECK(decision.ended[0].outcome == "relayed");
    CHECK_FALSE(decision.ended[0].reported);
    CHECK(decision.ended[1].outcome == "bounced");
    CHECK(decision.ended[1].reported);
    CHECK(decision.ended[1].failure.address == "r1@far.example");
    CHECK(decision.ended[1].fence.epoch == 4);
    REQUIRE(decision.later.size() == 2);
    CHECK(decision.later[0].due_in == 5min);
    CHECK(decision.later[0].last_reply == "450 4.2.0 wait");
    CHECK(decision.later[1].due_in == 5s);
}

TEST_CASE("mail from <> is never answered", "[delivery][rfc5321:6.1]") {
    const auto decision = decide(claimed(1, ""), {failed("550 5.1.1 no")}, Schedule{}, middle);
    REQUIRE(decision.ended.size() == 1);
    CHECK(decision.ended[0].outcome == "discarded");
    CHECK_FALSE(decision.ended[0].reported);
}

TEST_CASE("whose time is over is given back, with the last answer", "[delivery][rfc3463:3.5][rfc5321:4.5.4.1]") {
    auto message = claimed(3);
    for (auto& recipient : message.recipients) recipient.expired = true;
    const Verdict theirs{Verdict::Kind::later, {}, "450 4.7.1 greylisted", "mx", {}};
    const auto decision = decide(message, {theirs, later("452 4.2.2 the mailbox is full"), delivered()}, Schedule{}, middle);
    CHECK(decision.later.empty());
    REQUIRE(decision.ended.size() == 3);
    CHECK(status_of(decision.ended[0].failure.reply) == "5.4.7");
    CHECK(decision.ended[0].failure.reply.ends_with("450 4.7.1 greylisted"));
    CHECK(decision.ended[0].failure.remote_mta.empty());
    CHECK(status_of(decision.ended[1].failure.reply) == "5.2.2");
    CHECK(decision.ended[2].outcome == "delivered");
}

TEST_CASE("of several places the one that waits decides, then the one that failed", "[delivery]") {
    CHECK(merge(delivered(), failed("550 no")).kind == Verdict::Kind::failed);
    CHECK(merge(failed("550 no"), delivered()).kind == Verdict::Kind::failed);
    CHECK(merge(failed("550 no"), later("450 wait")).kind == Verdict::Kind::later);
    CHECK(merge(later("450 wait"), delivered()).kind == Verdict::Kind::later);
}

TEST_CASE("quarantine sets all aside", "[delivery]") {
    const auto decision = quarantine(claimed(2));
    CHECK(decision.ended.empty());
    REQUIRE(decision.later.size() == 2);
    CHECK(decision.later[1].into == store::Later::Into::quarantined);
}
