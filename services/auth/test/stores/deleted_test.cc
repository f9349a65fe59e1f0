// Deleted mail, listed and restored through the administration.
#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/deleted.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;

namespace {
struct Office {
    House house;
    Office() {
        house.tenant("one", "one.test");
        house.mailbox("ada@one.test");
        house.mailbox("bob@one.test");
        // Three mails of ada's INBOX that were expunged, the last one an hour ago.
        house.database.sql(R"(
            do $$
            declare one bigint; ada bigint; inbox bigint;
            begin
                select tenant_id, account_id into one, ada from directory.account where address = 'ada@one.test';
                select mailbox_id into inbox from mail.mailbox where account_id = ada and name = 'INBOX';
                insert into mail.blob (tenant_id, blob_id, sha256, size) values (one, 1001, sha256('a'), 1);
                insert into mail.summary (tenant_id, blob_id, size, header_size, tree, envelope, bodystructure, preview, message_id, from_text,
                    to_text, cc_text, bcc_text, subject, base_subject, has_attachment)
                    values (one, 1001, 1, 1, '', '', '', '', '', 'Grace <grace@one.test>', '', '', '', 'Plans', 'plans', false);
                for n in 1..3 loop
                    insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at)
                        values (one, 2000 + n, ada, 3001, 1001, now());
                    insert into mail.deleted (tenant_id, account_id, deleted_at, mailbox_id, uid, email_id, mailbox, system, keywords,
                        internal_date, size) values (one, ada, now() - make_interval(hours => 4 - n), inbox, n, 2000 + n, 'INBOX', 12, '{}',
                        now(), 1);
                end loop;
                update mail.mailbox set uid_next = 4 where mailbox_id = inbox;
            end $$)");
    }
    Result<admin_v1::ListDeletedReply> list(const std::string& address, const std::string& token = {}, std::uint32_t size = 0,
                                            const std::string& after_it = {}) {
        admin_v1::ListDeletedRequest request;
        request.set_address(address);
        request.mutable_page()->set_size(size);
        request.mutable_page()->set_after(after_it);
        return house.operate<admin_v1::ListDeletedReply>(request, token);
    }
    Result<admin_v1::RestoreDeletedReply> restore(const std::string& address,
                                                  const std::function<void(admin_v1::RestoreDeletedRequest&)>& what,
                                                  const std::string& token = {}) {
        admin_v1::RestoreDeletedRequest request;
        request.set_address(address);
        what(request);
        return house.operate<admin_v1::RestoreDeletedReply>(request, token);
    }
    std::string token(const std::string& address) {
        admin_v1::AddTokenRequest request;
        request.set_address(address);
        request.set_label("a phone");
        return house.operate<admin_v1::NewToken>(request).value().secret();
    }
    std::string sql(const std::string& text) { return house.database.sql(text); }
};
}  // namespace

TEST_CASE("deleted mail is listed page by page, and restored once by its key", "[auth][deleted]") {
    Office office;
    const auto first = office.list("ada@one.test", {}, 2).value();
    REQUIRE(first.messages_size() == 2);
    CHECK((first.messages(0).id().ends_with(".3") && first.messages(1).id().ends_with(".2")));
    CHECK((first.messages(0).subject() == "Plans" && first.messages(0).folder() == "INBOX" && first.messages(0).from().contains("grace")));
    const auto second = office.list("ada@one.test", {}, 2, first.next()).value();
    REQUIRE(second.messages_size() == 1);
    CHECK(second.next().empty());
    CHECK(office.list("ada@one.test", {}, 2, "nonsense").error().fault == Fault::syntax);

    const auto by_id = [&](auto& request) {
        request.add_ids(first.messages(1).id());
        request.set_idempotency_key("once");
    };
    CHECK(office.restore("ada@one.test", by_id)->restored() == 1);
    CHECK(office.restore("ada@one.test", by_id)->restored() == 1);  // the first outcome
    CHECK(office.sql("select string_agg(uid || ':' || system, ' ') from mail.placement") == "4:8");
    CHECK(office.sql("select object from directory.audit where action = 'mailbox.restore_deleted'") == "ada@one.test");
    CHECK(office.restore("ada@one.test", [&](auto& request) { request.set_since(second.messages(0).deleted() + 1); })->restored() == 1);
    CHECK(office.restore("ada@one.test", [](auto& request) { request.set_all(true); })->restored() == 1);
    CHECK(office.list("ada@one.test")->messages_size() == 0);
    CHECK(office.sql("select used_messages || ' ' || used_octets from mail.account order by account_id limit 1") == "3 3");
}

TEST_CASE("what is to be restored has to be said, and only one's own is", "[auth][deleted]") {
    Office office;
    CHECK(office.restore("ada@one.test", [](auto&) {}).error().fault == Fault::syntax);
    CHECK(office.restore("ada@one.test", [](auto& request) { request.add_ids("12.3"); }).error().fault == Fault::syntax);
    CHECK(office.restore("ada@one.test", [](auto& request) { request.set_since(-1); }).error().fault == Fault::syntax);
    CHECK(office.restore("nobody@one.test", [](auto& request) { request.set_all(true); }).error().fault == Fault::not_found);
    const auto ada = office.token("ada@one.test"), bob = office.token("bob@one.test");
    CHECK(office.list("ada@one.test", bob).error().fault == Fault::not_found);
    CHECK(office.restore("ada@one.test", [](auto& request) { request.set_all(true); }, bob).error().fault == Fault::not_found);
    CHECK(office.list("ada@one.test", ada)->messages_size() == 3);
    CHECK(office.restore("ada@one.test", [](auto& request) { request.set_folder("Elsewhere"); }, ada)->restored() == 0);
    CHECK(office.restore("ada@one.test", [](auto& request) { request.set_folder("INBOX"); }, ada)->restored() == 3);
}
