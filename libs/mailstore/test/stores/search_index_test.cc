#include "sky/mailstore/search_index.h"
#include "fixture.h"
#include "sky/mime/fold.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;
using trigrams::Field;

namespace {

using Emails = std::vector<EmailId>;

struct Indexed : Fixture {
    OffloadPool offload{1, 100};
    SearchIndex index{imap};

    IndexStep step(std::int64_t id = 1) { return get(index_account(delivery, offload, account(id), soon())); }
    Emails narrowed(const Emails& emails, Field field, std::string_view needle) {
        trigrams::Query query;
        query.require(field, mime::fold_case(needle));
        return get(index.narrow(account(1), emails, query, soon()));
    }
    EmailId deliver(const std::string& subject, const std::string& body) { return deliver_one(1, mail(subject, {}, body)).email; }
    int segments() const { return std::stoi(database.sql("select count(*) from mail.search_segment")); }
};

}  // namespace

TEST_CASE("the index narrows, and mail that is not in it stays in question", "[mailstore][rfc9051:6.4.4]") {
    Indexed f;
    f.make_account(1);
    const auto apples = f.deliver("fruit", "red \xC3\x84pfel\r\nin a row\r\n"), pears = f.deliver("more fruit", "green pears\r\n");
    CHECK(f.narrowed({apples, pears}, Field::text, "PEARS") == Emails{apples, pears});
    const auto step = f.step();
    CHECK(step.documents == 2);
    CHECK_FALSE(step.more);
    CHECK(f.narrowed({apples, pears}, Field::text, "pears") == Emails{pears});
    CHECK(f.narrowed({pears, apples}, Field::text, "\xC3\xA4PFEL\t in") == Emails{apples});
    CHECK(f.narrowed({apples, pears}, Field::text, "subject: more") == Emails{pears});
    CHECK(f.narrowed({apples, pears}, Field::subject, "more") == Emails{pears});
    CHECK(f.narrowed({apples, pears}, Field::subject, "pears").empty());
    CHECK(f.narrowed({apples, pears}, Field::from, "ADA@example") == Emails{apples, pears});
    CHECK(f.narrowed({apples, pears}, Field::from, "Ada <ada@") == Emails{apples, pears});  // as the column has it
    CHECK(f.narrowed({apples, pears}, Field::text, "x") == Emails{apples, pears});
    const auto late = f.deliver("late", "plums\r\n");
    CHECK(f.narrowed({apples, pears, late}, Field::text, "pears") == Emails{pears, late});
    CHECK(f.step().documents == 1);
    CHECK(f.step().documents == 0);
    CHECK(f.narrowed({apples, pears, late}, Field::text, "pears") == Emails{pears});
    trigrams::Query query;
    query.require(Field::text, mime::fold_case("green pears"));
    const auto shares = f.get(f.index.shares(account(1), {pears, apples, EmailId{99}}, query, f.soon()));
    CHECK(shares[0] == query.keys());
    CHECK(shares[1] < query.keys());
    CHECK_FALSE(shares[2]);
}

TEST_CASE("large messages are indexed whole", "[mailstore][rfc9051:6.4.4]") {
    Indexed f;
    f.make_account(1);
    const auto large = f.deliver("large", std::string(2'500'000, 'x') + "\r\nneedle\r\n"), small = f.deliver("small", "hay\r\n");
    CHECK(f.step().documents == 2);
    CHECK(f.narrowed({large, small}, Field::text, "needle") == Emails{large});
}

TEST_CASE("segments stay few, and forget mail that is gone", "[mailstore][rfc9051:6.4.4]") {
    Indexed f;
    f.make_account(1);
    Emails all;
    for (int i = 0; i < 40; ++i) {
        all.push_back(f.deliver("number " + std::to_string(i), "word" + std::to_string(i) + " common\r\n"));
        CHECK(f.step().documents == 1);
    }
    CHECK(f.segments() <= 9);
    CHECK(f.narrowed(all, Field::text, "word17 ") == Emails{all[17]});
    CHECK(f.narrowed(all, Field::text, "common") == all);
    CHECK(f.database.sql("select sum(document_count) from mail.search_segment") == "40");
    const auto inbox = f.inbox(1);
    f.get(f.writer.remove(Fixture::ref(inbox), {{1, 36}}, f.soon()));
    for (int i = 0; i < 40; ++i) {
        f.deliver("again", "word\r\n");
        f.step();
    }
    CHECK(std::stoi(f.database.sql("select sum(document_count) from mail.search_segment")) < 80);
    CHECK(f.database.sql("select count(*) from mail.search_page p where not exists (select from mail.search_segment s where s.segment_id = "
                         "p.segment_id)") == "0");
}

TEST_CASE("mail that waits to be restored is not indexed over and over", "[mailstore][deleted]") {
    Indexed f;
    f.make_account(1);
    for (int i = 0; i < 8; ++i) f.deliver("number " + std::to_string(i), "word\r\n");
    f.get(f.writer.remove(Fixture::ref(f.inbox(1)), {{1, 6}}, f.soon()));
    CHECK(f.step().documents == 2);
    CHECK(f.step().documents == 0);
    f.database.sql("delete from mail.search_segment; delete from mail.search_state");  // lost: made again
    CHECK(f.step().documents == 2);
    CHECK(f.step().documents == 0);
}

TEST_CASE("copies and moves bring nothing new, a lost index is made again", "[mailstore][rfc9051:6.4.4]") {
    Indexed f;
    f.make_account(1);
    const auto one = f.deliver("one", "first\r\n");
    f.step();
    const auto inbox = f.inbox(1), archive = f.box(1, "Archive");
    f.get(f.writer.copy(Fixture::ref(inbox), {{1, 1}}, archive.id, new_uuid(f.clock.now()), f.soon()));
    CHECK(f.step().documents == 0);
    f.database.sql("delete from mail.search_segment; delete from mail.search_state");
    CHECK(f.narrowed({one}, Field::text, "nowhere") == Emails{one});
    CHECK(f.step().documents == 1);
    CHECK(f.narrowed({one}, Field::text, "nowhere").empty());
    f.database.sql("update mail.search_page set data = 'broken'");
    CHECK(f.narrowed({one}, Field::text, "nowhere") == Emails{one});  // damaged: in question, as if it were not indexed
}

TEST_CASE("one indexer an account, and tenants see their own", "[mailstore][rfc9051:6.4.4]") {
    Indexed f;
    f.make_account(1);
    f.make_account(2, {}, TenantId{8});
    const auto one = f.deliver("one", "first\r\n");
    CHECK(f.get(unindexed_accounts(f.delivery, 10, f.soon())) == std::vector<AccountRef>{account(1)});
    f.database.sql(
        "insert into mail.search_state (tenant_id, account_id, lease, leased_until) values (7, 1, 5, now() + interval '1 minute')");
    CHECK(f.step().busy);
    CHECK(f.get(unindexed_accounts(f.delivery, 10, f.soon())).empty());
    f.database.sql("update mail.search_state set leased_until = now() - interval '1 second'");
    CHECK(f.step().documents == 1);
    CHECK(f.get(unindexed_accounts(f.delivery, 10, f.soon())).empty());
    CHECK(f.narrowed({one}, Field::text, "nowhere").empty());
    trigrams::Query query;
    query.require(Field::text, "NOWHERE");
    CHECK(f.get(f.index.narrow({TenantId{8}, AccountId{1}}, {one}, query, f.soon())) == Emails{one});
    CHECK(f.get(index_account(f.delivery, f.offload, {TenantId{8}, AccountId{1}}, f.soon())).busy);  // not an account of theirs
    f.get([](Fixture& g) -> Task<Result<void>> {
        auto tx = co_await g.auth.begin(tenant, g.soon());
        if (!tx) co_return forward(tx);
        if (auto gone = co_await delete_account(*tx, account(1)); !gone) co_return gone;
        co_return co_await tx->commit();
    }(f));
    CHECK(f.segments() == 0);
    CHECK(f.database.sql("select count(*) from mail.search_page") == "0");
}
