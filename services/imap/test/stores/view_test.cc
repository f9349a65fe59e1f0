// What a view keeps in memory: blocks that somebody touched, until they have rested or there are too many.
#include <unistd.h>

#include <catch2/catch.hpp>

#include "imap/store/views.h"
#include "support/run.h"
#include "support/scratch_database.h"

using namespace sky;
using namespace sky::imapd;
using namespace std::chrono_literals;

namespace {
constexpr TenantId tenant{7};

// An INBOX of 9,000 messages without a hole: three blocks.
struct House {
    support::ScratchDatabase database{{"libs/mailstore"}};
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = database.dsn("sky_imap"), .connections = 2}};
    Group errands{context.get_executor()};
    Views views{pool, nullptr, nullptr, errands};
    std::shared_ptr<View> view;

    House() {
        database.sql(R"(
            select set_config('sky.tenant', '7', false);
            select mail.create_account(7, 1, 0::smallint, null);
            insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, internal_date, size, system)
                select 7, b.mailbox_id, n, n, 2, now(), 10, 0 from generate_series(1, 9000) n, mail.mailbox b where b.name = 'INBOX';
            update mail.mailbox set uid_next = 9001, messages = 9000, unseen = 9000, octets = 90000, modseq = 2 where name = 'INBOX';
            update mail.account set modseq = 2, used_octets = 90000, used_messages = 9000)");
        const store::MailboxRef ref{tenant, AccountId{1},
                                    MailboxId{std::stoll(database.sql("select mailbox_id from mail.mailbox where name = 'INBOX'"))}};
        view = views.open(ref, run(store::Mailboxes(pool).find(ref, soon())).value());
        REQUIRE(run(view->load(soon())));
    }
    Deadline soon() const { return after(30s); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    void touch(std::vector<std::size_t> blocks) { REQUIRE(run(view->touch(std::move(blocks), soon()))); }
};
}  // namespace

TEST_CASE("blocks that rested are released, and read again when somebody touches them", "[imap]") {
    House house;
    CHECK(house.view->messages_held() == 0);
    house.touch({0, 1, 2});
    CHECK(house.view->messages_held() == 9000);
    house.views.release_blocks(1h, 1'000'000);
    CHECK(house.view->messages_held() == 9000);
    house.views.release_blocks(0ms, 1'000'000);
    CHECK(house.view->messages_held() == 0);
    CHECK(house.view->find(5000) == nullptr);
    CHECK(house.view->uids()->contains(5000));  // numbering goes on
    house.touch({1});
    REQUIRE(house.view->find(5000) != nullptr);
    CHECK(house.view->messages_held() == UidMap::span);
}

TEST_CASE("nothing is released under a command", "[imap]") {
    House house;
    house.touch({0});
    {
        const View::Use use(*house.view);
        house.views.release_blocks(0ms, 0);
        CHECK(house.view->find(1) != nullptr);
    }
    house.views.release_blocks(0ms, 0);
    CHECK(house.view->find(1) == nullptr);
}

TEST_CASE("what changes while a block is released is known when it is touched again", "[imap]") {
    House house;
    house.touch({0});
    const SystemClock clock;
    const auto stored = house.run(
        store::Writer(house.pool, clock).store(house.view->ref(), {{3, 3}}, {store::FlagMode::add, store::flagged, {}}, {}, house.soon()));
    REQUIRE(stored);
    house.views.release_blocks(0ms, 0);
    house.view->apply(*stored);
    REQUIRE(house.view->find(3) != nullptr);  // by itself, until its block comes
    CHECK(house.view->find(3)->flags.system == store::flagged);
    const auto expunged = house.run(store::Writer(house.pool, clock).remove(house.view->ref(), {{1, 2}}, house.soon()));
    REQUIRE(expunged);
    house.view->heard(expunged->changed.modseq);
    REQUIRE(house.run(house.view->refresh(house.soon())));
    house.touch({0});
    CHECK(house.view->find(1) == nullptr);
    CHECK(house.view->find(3)->flags.system == store::flagged);
    CHECK(house.view->messages_held() == UidMap::span - 2);
}

TEST_CASE("a keyword that took another's place has its own name in a view that was read before", "[imap][rfc9051:2.3.2]") {
    House house;
    const SystemClock clock;
    store::Writer writer(house.pool, clock);
    const auto store = [&](std::uint32_t uid, store::FlagMode mode, std::vector<std::string> names) {
        REQUIRE(house.run(writer.store(house.view->ref(), {{uid, uid}}, {mode, 0, std::move(names)}, {}, house.soon())));
    };
    std::vector<std::string> names;
    for (int i = 0; i < 64; ++i) names.push_back("k" + std::to_string(i));
    store(1, store::FlagMode::add, names);
    store(1, store::FlagMode::remove, {"k7"});
    house.view->distrust();
    REQUIRE(house.run(house.view->refresh(house.soon())));
    REQUIRE(house.view->row().keywords == names);
    // Somebody else, of whom this view has not heard.
    store(5000, store::FlagMode::add, {"fresh"});
    house.touch({1});
    CHECK(house.view->flags_text(house.view->find(5000)->flags) == "fresh");
    CHECK(house.view->row().keywords[7] == "fresh");
}

TEST_CASE("a keyword's free place has no name", "[imap][rfc9051:2.3.2]") {
    House house;
    const SystemClock clock;
    store::Writer writer(house.pool, clock);
    REQUIRE(house.run(writer.store(house.view->ref(), {{1, 1}}, {store::FlagMode::add, 0, {"a", "b"}}, {}, house.soon())));
    house.database.sql("update mail.mailbox set keywords = '{a,\"\"}' where name = 'INBOX'");
    house.view->distrust();
    REQUIRE(house.run(house.view->refresh(house.soon())));
    CHECK(house.view->flags_text({store::seen, 3}) == "\\Seen a");
}
