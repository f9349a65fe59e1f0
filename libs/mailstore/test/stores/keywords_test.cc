// A mailbox names 64 keywords at a time: where there is no room, those that no message has any more make it.
#include <algorithm>

#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

using Words = std::vector<std::string>;

Uuid operation() { return new_uuid(SystemClock{}.now()); }
Words numbered(int first, int last) {
    Words out;
    for (int i = first; i <= last; ++i) out.push_back("k" + std::to_string(i));
    return out;
}

// Account 1 has two messages; the first had k1 … k64 and has k11 … k64 now.
struct Full : Fixture {
    PreparedMessage message = prepare(mail("one more"));
    PreparedMessage other = prepare(mail("yet another"));

    Full() {
        make_account(1);
        make_account(2);
        for (int i = 1; i <= 2; ++i) deliver_one(1, mail("message " + std::to_string(i)));
        store(1, {FlagMode::add, 0, numbered(1, 64)});
        store(1, {FlagMode::remove, 0, numbered(1, 10)});
        REQUIRE(inbox(1).keywords == numbered(1, 64));
    }
    MailboxRef here() { return ref(inbox(1)); }
    Stored store(std::uint32_t uid, FlagChange change) { return get(writer.store(here(), {{uid, uid}}, std::move(change), {}, soon())); }
    // The keywords of the message, by name and in order.
    Words of(const Mailbox& box, std::uint32_t uid) {
        Words out;
        for (const Placement& one : all(box))
            for (std::size_t bit = 0; one.uid.value == uid && bit < box.keywords.size(); ++bit)
                if ((one.flags.keywords >> bit & 1) != 0) out.push_back(box.keywords[bit]);
        std::ranges::sort(out);
        return out;
    }
};

}  // namespace

TEST_CASE("a new keyword takes the place of one that is in use no more", "[mailstore][keywords][rfc9051:2.3.2]") {
    Full f;
    const auto stored = f.store(2, {FlagMode::add, flagged, {"Fresh", "k20"}});
    CHECK(stored.keywords == f.inbox(1).keywords);
    CHECK(stored.keywords.size() == 64);
    CHECK(stored.keywords.front() == "Fresh");
    CHECK(stored.keywords[1].empty());
    CHECK(f.of(f.inbox(1), 2) == Words{"Fresh", "k20"});
    auto kept = numbered(11, 64);
    std::ranges::sort(kept);
    CHECK(f.of(f.inbox(1), 1) == kept);
    // There is room for nine more without another look; a forgotten name comes back as a new one.
    const auto again = f.store(2, {FlagMode::add, 0, {"K3", "fresh"}});
    CHECK(again.keywords[0] == "Fresh");
    CHECK(again.keywords[1] == "K3");
    f.check_consistent();
}

TEST_CASE("where all are in use there is no room, and nothing is done", "[mailstore][keywords]") {
    Full f;
    f.store(2, {FlagMode::add, 0, numbered(1, 10)});
    const auto before = f.inbox(1).keywords;
    const auto refused = f.run(f.writer.store(f.here(), {{1, 2}}, {FlagMode::add, flagged, {"Fresh"}}, {}, f.soon()));
    CHECK(refused.error().fault == Fault::limit);
    CHECK(f.inbox(1).keywords == before);
    CHECK(f.all(f.inbox(1)).at(0).flags.system == 0);
    const auto eleven = f.run(f.writer.append(f.here(), {{&f.message, 0, {"Fresh"}, {}}}, operation(), f.soon()));
    CHECK(eleven.error().fault == Fault::limit);
    CHECK(f.inbox(1).messages == 2);
    f.check_consistent();
}

TEST_CASE("a mailbox that is gone is not found, whatever the keyword", "[mailstore][keywords]") {
    Full f;
    const MailboxRef gone{tenant, AccountId{1}, MailboxId{987654321}};
    const auto refused = f.run(f.writer.store(gone, {{1, 1}}, {FlagMode::add, 0, {"Fresh"}}, {}, f.soon()));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::not_found);
}

TEST_CASE("more than are free find no room either", "[mailstore][keywords]") {
    Full f;
    const auto refused = f.run(f.writer.store(f.here(), {{2, 2}}, {FlagMode::add, 0, numbered(101, 111)}, {}, f.soon()));
    CHECK(refused.error().fault == Fault::limit);
    CHECK(f.of(f.inbox(1), 2).empty());
    const auto stored = f.store(2, {FlagMode::add, 0, numbered(101, 110)});
    CHECK(f.of(f.inbox(1), 2).size() == 10);
    CHECK(stored.keywords.size() == 64);
}

TEST_CASE("whatever brings a keyword makes room for it", "[mailstore][keywords]") {
    Full f;
    f.get(f.boxes.create(account(1), "Source", SpecialUse::none, f.soon()));
    const auto source = Fixture::ref(f.box(1, "Source"));
    f.get(f.writer.append(source, {{&f.message, 0, {"Moved"}, {}}, {&f.other, 0, {"Copied"}, {}}}, operation(), f.soon()));
    const auto to = f.here();
    const auto fresh = [&](std::uint32_t uid) { return f.of(f.inbox(1), uid); };
    const auto fill = [&] {  // until there is no free place
        auto names = f.inbox(1).keywords;
        const auto free = std::ranges::count(names, std::string());
        f.store(2, {FlagMode::add, 0, numbered(1000, 1000 + static_cast<int>(free) - 1)});
        f.store(2, {FlagMode::replace, 0, {}});
        REQUIRE(std::ranges::count(f.inbox(1).keywords, std::string()) == 0);
    };
    SECTION("APPEND of one") {
        f.get(f.writer.append(to, {{&f.message, 0, {"Fresh"}, {}}}, operation(), f.soon()));
        CHECK(fresh(3) == Words{"Fresh"});
    }
    SECTION("APPEND of several") {
        f.get(f.writer.append(to, {{&f.message, 0, {"Fresh"}, {}}, {&f.other, 0, {"Fresher"}, {}}}, operation(), f.soon()));
        CHECK(fresh(4) == Words{"Fresher"});
    }
    SECTION("COPY and MOVE") {
        f.get(f.writer.copy(source, {{2, 2}}, to.mailbox, operation(), f.soon()));
        CHECK(fresh(3) == Words{"Copied"});
        fill();
        f.get(f.writer.move(source, {{1, 1}}, to.mailbox, operation(), f.soon()));
        CHECK(fresh(4) == Words{"Moved"});
        CHECK(fresh(3) == Words{"Copied"});
    }
    SECTION("from another account") {
        f.get(f.writer.append(Fixture::ref(f.inbox(2)), {{&f.message, 0, {"Theirs"}, {}}}, operation(), f.soon()));
        f.get(f.writer.copy_across(Fixture::ref(f.inbox(2)), {{1, 1}}, to, operation(), f.soon()));
        CHECK(fresh(3) == Words{"Theirs"});
        fill();
        f.get(f.writer.move_across(Fixture::ref(f.inbox(2)), {{1, 1}}, to, operation(), f.soon()));
        CHECK(fresh(4) == Words{"Theirs"});
    }
    SECTION("REPLACE") {
        f.get(f.writer.replace(to, Uid{2}, to, {&f.message, 0, {"Fresh"}, {}}, operation(), f.soon()));
        CHECK(fresh(3) == Words{"Fresh"});
    }
    f.check_consistent();
}

TEST_CASE("COPY finds the bits that free places leave", "[mailstore][keywords]") {
    Full f;
    f.store(2, {FlagMode::add, 0, {"Fresh"}});  // place 0; 1 … 9 are free
    const auto archive = f.box(1, "Archive");
    f.get(f.writer.copy(f.here(), {{1, 2}}, archive.id, operation(), f.soon()));
    auto kept = numbered(11, 64);
    std::ranges::sort(kept);
    CHECK(f.of(f.box(1, "Archive"), 1) == kept);
    CHECK(f.of(f.box(1, "Archive"), 2) == Words{"Fresh"});
    CHECK(std::ranges::count(f.box(1, "Archive").keywords, std::string()) == 0);
}
