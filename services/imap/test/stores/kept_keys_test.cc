// What a view keeps of the keys that SORT and THREAD order by: read once, gone with the block, right for what comes later.
#include "imap/store/kept_keys.h"

#include <catch2/catch.hpp>

#include "imap/store/views.h"
#include "support/run.h"
#include "support/scratch_database.h"

using namespace sky;
using namespace sky::imapd;
using namespace std::chrono_literals;
using store::SortBy;

namespace {
constexpr TenantId tenant{7};
constexpr SortBy everything = SortBy::subject | SortBy::sent | SortBy::ancestry | SortBy::from;

// An INBOX with messages of UIDs 1 to 5,000: two blocks. Message n has subject "S<n>".
struct House {
    support::ScratchDatabase database{{"libs/mailstore"}};
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = database.dsn("sky_imap"), .connections = 2}};
    Group errands{context.get_executor()};
    Views views{pool, nullptr, nullptr, errands};
    std::shared_ptr<View> view;

    House() {
        database.sql(
            "select set_config('sky.tenant', '7', false); select mail.create_account(7, 1, 0::smallint, null);"
            "insert into mail.blob (tenant_id, blob_id, sha256, size) values (7, 1, decode(repeat('00', 32), 'hex'), 10)");
        add(1, 5000);
        const store::MailboxRef ref{tenant, AccountId{1},
                                    MailboxId{std::stoll(database.sql("select mailbox_id from mail.mailbox where name = 'INBOX'"))}};
        view = views.open(ref, run(store::Mailboxes(pool).find(ref, soon())).value());
        REQUIRE(run(view->load(soon())));
        touch();
    }
    void add(int first, int last) {
        const std::string range = "generate_series(" + std::to_string(first) + ", " + std::to_string(last) + ") n";
        database.sql(
            "select set_config('sky.tenant', '7', false);"
            "insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at, sort_from, sort_to, sort_cc, "
            "display_from, display_to, sort_subject, is_reply, sent_at, sent_offset, message_ref, parent_refs) "
            "select 7, n, 1, n, 1, now(), 'F' || n, '', '', '', '', 'S' || n, n % 2 = 0, case when n % 3 > 0 then timestamptz 'epoch' + n "
            "* "
            "interval '1 second' end, 60, n, case when n % 2 = 0 then decode('0100000000000000', 'hex') else '' end from " +
            range +
            ";insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, internal_date, size, system) "
            "select 7, b.mailbox_id, n, n, a.modseq + 1, now(), 10, 0 from " +
            range +
            ", mail.mailbox b, mail.account a where b.name = 'INBOX';"
            "update mail.mailbox set uid_next = " +
            std::to_string(last + 1) + ", messages = " + std::to_string(last) + ", modseq = modseq + 1 where name = 'INBOX';" +
            "insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids) select 7, 1, b.modseq, 0, "
            "b.mailbox_id, 1, array[" +
            std::to_string(first) + ", " + std::to_string(last) + "] from mail.mailbox b where b.name = 'INBOX';" +
            "update mail.account a set modseq = b.modseq from mail.mailbox b where b.name = 'INBOX'");
    }
    Deadline soon() const { return after(30s); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    void touch() { REQUIRE(run(view->touch({0, 1}, soon()))); }
    KeptKeys keys(std::vector<std::uint32_t> uids, SortBy wanted = everything) {
        return run(kept_keys(*view, std::move(uids), wanted, soon())).value();
    }
    // What was read once is seen by its old value.
    void alter() { database.sql("select set_config('sky.tenant', '7', false); update mail.email set sort_subject = 'ALTERED'"); }
};
}  // namespace

TEST_CASE("sort keys are read once for all, in any order", "[imap][rfc5256:3]") {
    House house;
    const auto keys = house.keys({4097, 2, 3, 1, 5000});
    CHECK(keys.text(SortBy::subject, 0) == "S4097");
    CHECK(keys.text(SortBy::subject, 1) == "S2");
    CHECK(keys.text(SortBy::from, 4) == "F5000");
    CHECK(keys.text(SortBy::cc, 4).empty());  // not asked for
    CHECK_FALSE(keys.is_reply(0));
    CHECK(keys.is_reply(1));
    CHECK(keys.sent(1).time == Time(2s));
    CHECK(keys.sent(1).offset == 60);
    CHECK_FALSE(keys.sent(2).time);
    CHECK(keys.ancestry(1).message == 2);
    CHECK(keys.ancestry(1).parents == std::vector<std::int64_t>{1});
    CHECK(keys.ancestry(3).parents.empty());

    house.alter();
    CHECK(house.keys({1, 2, 3}).text(SortBy::subject, 2) == "S3");
    CHECK(house.keys({3, 1}, SortBy::subject).text(SortBy::subject, 0) == "S3");
    // A message that was not among those that were read, and with it its whole block's question, is read now.
    const auto more = house.keys({1, 4, 5000}, SortBy::subject);
    CHECK(more.text(SortBy::subject, 1) == "ALTERED");
    CHECK(more.text(SortBy::subject, 2) == "S5000");
    CHECK(house.keys({3, 4}, SortBy::subject).text(SortBy::subject, 0) == "S3");
}

TEST_CASE("sort keys count in memory and go with their blocks, but not while somebody holds them", "[imap]") {
    House house;
    std::vector<std::uint32_t> all;
    for (std::uint32_t uid = 1; uid <= 5000; ++uid) all.push_back(uid);
    const auto keys = house.keys(all);
    CHECK(house.view->messages_held() > 5000 + 5000 * (4 * 8 + 5 + 5 + 10 + 8) / 64);
    CHECK(house.view->messages_held() < 5000 + 5000 * (4 * 8 + 5 + 6 + 10 + 16) / 64 + 100);
    house.views.release_blocks(0ms, 0);
    CHECK(house.view->messages_held() == 0);
    CHECK(keys.text(SortBy::subject, 4999) == "S5000");
    house.alter();
    house.touch();
    CHECK(house.keys({5000}).text(SortBy::subject, 0) == "ALTERED");
}

TEST_CASE("sort keys of messages that came later, of some that went, and of blocks that nobody touched", "[imap]") {
    House house;
    house.keys({4998, 5000}, SortBy::subject);
    house.add(5001, 5002);
    house.view->heard(ModSeq{1'000'000});
    REQUIRE(house.run(house.view->refresh(house.soon())));
    const auto more = house.keys({4998, 5000, 5001, 5002, 6000}, SortBy::subject);
    CHECK(more.text(SortBy::subject, 2) == "S5001");
    CHECK(more.text(SortBy::subject, 3) == "S5002");
    CHECK(more.text(SortBy::subject, 4).empty());  // no such message
    CHECK_FALSE(more.is_reply(4));
    house.alter();
    CHECK(house.keys({5000}, SortBy::subject).text(SortBy::subject, 0) == "S5000");
    house.views.release_blocks(0ms, 0);
    CHECK(house.keys({5000}, SortBy::subject).text(SortBy::subject, 0).empty());  // find() has to know a message
    house.touch();
    CHECK(house.keys({5000}, SortBy::subject).text(SortBy::subject, 0) == "ALTERED");
}
