// A mailbox goes to another tenant with all that is in it.
#include <catch2/catch.hpp>

#include "auth/rpc/handlers.h"
#include "house.h"

using namespace house;

namespace {
struct Office {
    House house;
    admin_v1::Mailbox ada;
    Office() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        ada = house.mailbox("ada@one.test");
        house.mailbox("grace@one.test");
        house.mailbox("eve@two.test");
        // Two mails, one of which the other tenant holds already, in INBOX with a flag and a thread.
        house.database.sql(R"(
            do $$
            declare one bigint; two bigint; ada bigint; inbox bigint;
            begin
                select tenant_id, account_id into one, ada from directory.account where address = 'ada@one.test';
                select tenant_id into two from directory.account where address = 'eve@two.test';
                select mailbox_id into inbox from mail.mailbox where account_id = ada and name = 'INBOX';
                insert into mail.blob (tenant_id, blob_id, sha256, size) values (one, 1001, sha256('a'), 1), (one, 1002, sha256('b'), 1),
                    (two, 1003, sha256('b'), 1);
                insert into mail.blob_frame values (one, 1001, 0, 0, 1, 'a'), (one, 1002, 0, 0, 1, 'b'), (two, 1003, 0, 0, 1, 'b');
                insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at)
                    values (one, 2001, ada, 3001, 1001, now()), (one, 2002, ada, 3001, 1002, now());
                insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, internal_date, size, system)
                    values (one, inbox, 1, 2001, 2, now(), 1, 8), (one, inbox, 2, 2002, 3, now(), 1, 0);
                insert into mail.thread_ref values (one, ada, 77, 3001);
                insert into mail.metadata values (one, ada, inbox, ada, '/private/a', 'x'), (one, ada, inbox, 99, '/private/a', 'y');
                update mail.mailbox set uid_next = 3, messages = 2, modseq = 3 where mailbox_id = inbox;
                update mail.account set modseq = 3, used_octets = 2, used_messages = 2 where account_id = ada;
                insert into cal.account (tenant_id, account_id) values (one, ada);
                insert into cal.collection (tenant_id, collection_id, account_id, kind, slug, created_modseq, modseq)
                    values (one, 501, ada, 1, 'work', 1, 1);
                insert into cal.object (tenant_id, collection_id, name, uid, component, starts_at, ends_at, size, hash, operation_id,
                    created_modseq, modseq, data) values (one, 501, 'x.ics', 'x', 1, 0, 1, 1, sha256('x'), gen_random_uuid(), 1, 1, 'x');
            end $$)");
    }
    Result<admin_v1::Mailbox> move(const std::string& from, const std::string& tenant, const std::string& to) {
        admin_v1::MoveMailboxRequest request;
        request.set_address(from);
        request.set_tenant(tenant);
        request.set_new_address(to);
        request.set_idempotency_key(to);
        return house.operate<admin_v1::Mailbox>(request);
    }
    std::string sql(const std::string& text) { return house.database.sql(text); }
};
}  // namespace

TEST_CASE("a mailbox moves to another tenant with mail, calendars and password", "[auth]") {
    Office office;
    office.sql("update mail.mailbox set recent_uid = 2, marked = '{0}'");
    const auto moved = office.move("ada@one.test", "two", "ada@two.test").value();
    CHECK(moved.account_id() == office.ada.account_id());
    CHECK(moved.tenant() == "two");
    CHECK(moved.used_bytes() == 2);
    const std::string of_two = " where tenant_id = (select tenant_id from directory.tenant where name = 'two')";
    const std::string of_one = " where tenant_id = (select tenant_id from directory.tenant where name = 'one')";
    CHECK(
        office.sql("select string_agg(convert_from(f.data, 'UTF8') || p.uid || ':' || p.system, ' ' order by p.uid) from mail.placement p "
                   "join mail.email e using (tenant_id, email_id) join mail.blob_frame f using (tenant_id, blob_id)" +
                   of_two) == "a1:8 b2:0");
    CHECK(office.sql("select count(*) from mail.blob" + of_two) == "2");
    CHECK(office.sql("select recent_uid || ' ' || marked::text from mail.mailbox" + of_two + " and uid_next > 2") == "2 {0}");
    CHECK(office.sql("select string_agg(convert_from(value, 'UTF8'), ' ') from mail.metadata" + of_two) == "x");
    for (const char* table : {"mail.email", "mail.placement", "mail.thread_ref", "mail.metadata", "cal.collection", "cal.object"})
        CHECK(office.sql(std::string("select count(*) from ") + table + of_one) == "0");
    CHECK(office.sql("select count(*) from cal.object" + of_two) == "1");
    CHECK(office.house.sign_in("ada@two.test", "correct horse").proved->tenant.value ==
          std::stoll(office.sql("select tenant_id from directory.tenant where name = 'two'")));
    CHECK_FALSE(office.house.sign_in("ada@one.test", "correct horse", "198.51.100.3").proved);
    CHECK(office.sql("select string_agg(t.name || ' ' || action, ', ' order by audit_id desc) from (select * from directory.audit where "
                     "action like 'mailbox.%' order by audit_id desc limit 2) a join directory.tenant t using (tenant_id)") ==
          "two mailbox.arrive, one mailbox.leave");
    CHECK(office.move("ada@one.test", "two", "ada@two.test").error().fault == Fault::not_found);  // no longer anybody's
    // And back, where the blobs still are.
    CHECK(office.move("ada@two.test", "one", "lovelace@one.test"));
    CHECK(office.sql("select count(*) from mail.placement" + of_one) == "2");
    CHECK(office.house.sign_in("lovelace@one.test", "correct horse").proved);
}

TEST_CASE("a move that can't be leaves everything as it was", "[auth]") {
    Office office;
    CHECK(office.move("ada@one.test", "two", "eve@two.test").error().fault == Fault::already_exists);
    CHECK(office.move("ada@one.test", "two", "ada@one.test").error().fault == Fault::not_found);
    CHECK(office.move("ada@one.test", "one", "ada2@one.test").error().fault == Fault::conflict);
    CHECK(office.move("ada@one.test", "three", "ada@two.test").error().fault == Fault::not_found);
    office.sql(
        "insert into directory.second_factor (tenant_id, account_id, secret) select tenant_id, account_id, 'x' from directory.account "
        "where address = 'ada@one.test'");
    CHECK(office.move("ada@one.test", "two", "ada@two.test").error().fault == Fault::conflict);
    CHECK(office.sql("select count(*) from mail.placement p join directory.tenant t using (tenant_id) where t.name = 'one'") == "2");
    CHECK(office.house.sign_in("ada@one.test", "correct horse").proved);
}
