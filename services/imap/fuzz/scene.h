#pragma once
// What a session needs around it: a House, and a PostgreSQL where there is one (SKYBRIDGE_TEST_PG, as tests/support/scratch makes it).
// Without one the store can't be reached. auth is away in both: own mailboxes ask nobody.
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certificates.h"
#include "imap/house.h"
#include "sky/mailstore/mailboxes.h"
#include "sky/mailstore/upkeep.h"
#include "sky/mailstore/write.h"
#include "support/run.h"
#include "support/scratch_database.h"

namespace sky::imapd::fuzz {

[[noreturn]] inline void fail(std::string_view what, std::string_view more = {}) {
    std::fprintf(stderr, "session fuzz: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(more.size()),
                 more.data());
    std::abort();
}

class Scene {
  public:
    Scene() {
        house.policy.message_size = 64 * 1024;
        house.policy.message_limit = house.policy.save_limit = 100;
        house.policy.store_limit = std::chrono::seconds(20);
        house.policy.poll = std::chrono::seconds(1);
        house.policy.bad_after = 100;
        using namespace std::string_literals;
        for (
            const auto& text : {
                "From: Ada <ada@a.test>\r\nTo: bob@b.test\r\nSubject: one\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <1@a.test>\r\n\r\nHello\r\n"s,
                "From: b@b.test\r\nSubject: Re: one\r\nMessage-ID: <2@a.test>\r\nReferences: <1@a.test>\r\n\r\nHello again\r\n"s,
                "From: c@b.test\r\nSubject: parts\r\nContent-Type: multipart/mixed; "
                "boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: application/octet-stream; "
                "name=\"x\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQ==\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nin\r\n--b--\r\n"s,
                "Subject: =?utf-8?q?=C3=A4?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E4=\r\n=00\r\n"s,
                "\r\nno header\r\n"s,
            })
            mail_.push_back(store::prepare(text));
    }
    ~Scene() { pool.close(); }

    bool has_store() const { return database_.has_value(); }

    // An account with a few messages in INBOX; empty boxes otherwise.
    AccountId new_account() {
        const AccountId account{++last_account_};
        if (!has_store()) return account;
        static constexpr pg::Statement create{"fuzz.create", "select mail.create_account(7, $1, 0::smallint, 1000000)"};
        // As seeds know it.
        static constexpr pg::Statement settle{"fuzz.settle",
                                              "update mail.mailbox set uid_validity = 7 where tenant_id = 7 and account_id = $1"};
        need(run(owner_->query(tenant, create, pg::Params{}.add(account.value), soon())), "create");
        need(run(owner_->query(tenant, settle, pg::Params{}.add(account.value), soon())), "settle");
        const auto inbox = run(store::Mailboxes(pool).inbox({tenant, account}, soon()));
        need(inbox, "inbox");
        std::vector<store::Append> some;
        for (const auto& message : mail_)
            some.push_back({&message, some.size() == 1 ? std::uint16_t{store::seen} : std::uint16_t{0}, {}, {}});
        need(run(store::Writer(pool, clock).append({tenant, account, inbox->id}, std::move(some), new_uuid(clock.now()), soon())),
             "append");
        return account;
    }

    // The store agrees with itself, and keeps nothing of the account that was there.
    void end(AccountId account) {
        if (!has_store()) return;
        const auto found = run(store::check_numbers(*owner_, 10, soon()));
        need(found, "check_numbers");
        for (const auto& finding : *found)
            fail("the store does not agree with itself", finding.check + " " + finding.object + " " + finding.text);
        static constexpr pg::Statement remove{"fuzz.remove", "select mail.delete_account(7, $1)"};
        need(run(owner_->query(tenant, remove, pg::Params{}.add(account.value), soon())), "remove");
    }

    boost::asio::io_context context;

  private:
    static std::optional<support::ScratchDatabase> database() {
        if (std::getenv("SKYBRIDGE_TEST_PG") == nullptr) return std::nullopt;
        return std::optional<support::ScratchDatabase>(std::in_place, std::vector<std::string>{"libs/mailstore"});
    }
    std::string dsn() const {
        if (!has_store()) return "host=/nonexistent";
        return database_->dsn("sky_imap") + "?options=-csynchronous_commit%3Doff";
    }
    static Deadline soon() { return after(std::chrono::minutes(2)); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    template <class T>
    static void need(const Result<T>& result, std::string_view what) {
        if (!result) fail(what, result.error().text + " | " + result.error().reason);
    }

    static constexpr TenantId tenant{7};
    std::optional<support::ScratchDatabase> database_ = database();
    std::unique_ptr<pg::Pool> owner_ =
        has_store() ? std::make_unique<pg::Pool>(
                          context.get_executor(),
                          pg::PoolOptions{.dsn = database_->owner_dsn(), .connections = 1, .durability = pg::Durability::waived})
                    : nullptr;
    std::vector<store::PreparedMessage> mail_;
    std::int64_t last_account_ = 0;

  public:
    SystemClock clock;
    OffloadPool offload{1, 100};
    pg::Pool pool{context.get_executor(), {.dsn = dsn(), .connections = 4, .durability = pg::Durability::waived}};
    Group errands{context.get_executor()};
    Views views{pool, nullptr, nullptr, errands};
    rpc::testing::Authority authority;
    identity::Identity identity{context.get_executor(), std::make_shared<rpc::Channel>(rpc::ChannelOptions{
                                                            .target = "127.0.0.1:1", .credentials = authority.issue("imap")})};
    House house{.policy = {.hostname = "fuzz.test"},
                .pool = pool,
                .views = views,
                .identity = identity,
                .clock = clock,
                .tls = {},
                .offload = offload,
                .uploads = UploadRoom(64 * 1024 * 1024)};
};

}  // namespace sky::imapd::fuzz
