#include "sky/mailstore/sort.h"
#include "fixture.h"
#include "sky/mime/message_id.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
constexpr SortBy everything =
    SortBy::from | SortBy::to | SortBy::cc | SortBy::display_from | SortBy::display_to | SortBy::subject | SortBy::sent | SortBy::ancestry;
const std::string full =
    "Date: Mon, 23 Nov 2026 23:48:00 -0500\r\nCc: C Q <cq@example.test>\r\nMessage-ID: <2@x>\r\nReferences: <0@x> <1@x>\r\n";

void check_full(const SortRow& row) {
    CHECK(row.from == "ADA");
    CHECK(row.to == "BOB");
    CHECK(row.cc == "CQ");
    CHECK(row.display_from == "ADA");
    CHECK(row.display_to == "BOB@EXAMPLE.TEST");
    CHECK(row.subject == "PLAN");
    CHECK(row.is_reply);
    CHECK(row.sent == from_unix_micros(1795495680000000));
    CHECK(row.sent_offset == -300);
    CHECK(row.message == mime::message_ref("2@x"));
    CHECK(row.parents == std::vector<std::int64_t>{mime::message_ref("0@x"), mime::message_ref("1@x")});
}
}  // namespace

TEST_CASE("sort keys are columns from delivery on", "[mailstore][rfc5256:3][rfc5957:3]") {
    Fixture f;
    f.make_account(1);
    const auto first = f.deliver_one(1, mail("Re: [list] plan", full));
    const auto second = f.deliver_one(1, "Subject: bare\r\n\r\n");
    const auto rows = f.get(sort_rows(f.imap, tenant, {second.email, EmailId{12345}, first.email}, everything, f.soon()));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].subject == "BARE");
    CHECK(rows[0].from.empty());
    CHECK_FALSE(rows[0].sent);
    CHECK(rows[0].message == 0);
    CHECK(rows[1].subject.empty());
    check_full(rows[2]);
    const auto some = f.get(sort_rows(f.imap, tenant, {first.email}, SortBy::subject, f.soon()));
    CHECK(some[0].subject == "PLAN");
    CHECK(some[0].from.empty());
    CHECK(f.get(sort_rows(f.imap, TenantId{8}, {first.email}, everything, f.soon()))[0].subject.empty());
    f.check_consistent();
}

TEST_CASE("mail from before the columns sorts the same, and gets them in time", "[mailstore][rfc5256:3]") {
    Fixture f;
    f.make_account(1);
    const auto old = f.deliver_one(1, mail("Re: [list] plan", full), "Delivered-To: one@example.test\r\n");
    const auto young = f.deliver_one(1, mail("other"));
    f.database.sql(
        "update mail.email set sort_from = null, sort_to = null, sort_cc = null, display_from = null, display_to = null, "
        "sort_subject = null, is_reply = null, sent_at = null, sent_offset = null, message_ref = null, parent_refs = null "
        "where email_id = " +
        std::to_string(old.email.value));
    check_full(f.get(sort_rows(f.imap, tenant, {old.email}, everything, f.soon())).front());

    EmailCursor cursor;
    std::size_t filled = 0;
    for (int round = 0; round < 10 && !cursor.at_end; ++round) filled += f.get(fill_sort_keys(f.delivery, cursor, 1, f.soon()));
    CHECK(cursor.at_end);
    CHECK(filled == 1);
    CHECK(f.database.sql("select count(*) from mail.email where sort_subject is null") == "0");
    const auto rows = f.get(sort_rows(f.imap, tenant, {old.email, young.email}, everything, f.soon()));
    check_full(rows[0]);
    CHECK(rows[1].subject == "OTHER");
}
