#pragma once
// Batcher and queue in the test's process, with two tenants, a database of their own and a next hop on loopback.
#include <catch2/catch.hpp>
#include <map>

#include "../sink.h"
#include "delivery/batcher.h"
#include "delivery/fingerprint.h"
#include "delivery/queue/runner.h"
#include "sky/mailstore/accounts.h"
#include "sky/mailstore/read.h"
#include "sky/redis/url.h"
#include "support/run.h"
#include "support/scratch_database.h"

namespace queue_house {

using namespace sky;
using namespace sky::delivery;
using namespace std::chrono_literals;
using Kind = identity::Recipient::Kind;

inline constexpr TenantId one{1}, two{2};
inline constexpr AccountId ada{11}, eve{12}, bob{21};

enum class Redis { present, none };

struct House {
    support::ScratchDatabase database{{"libs/mailstore", "services/delivery"}};
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = database.dsn("sky_delivery"), .connections = 8}};
    std::unique_ptr<redis::Client> redis;
    testing::Sink sink{context.get_executor()};
    mailstore::ObjectIds ids;
    Schedule schedule{.first = 100ms, .most = 200ms, .life = 60s, .bounce_life = 60s};
    std::map<std::string, Result<identity::Recipient>> directory;
    std::vector<mailstore::Changed> announced;
    std::unique_ptr<QueueRunner> runner;
    Writer writer{pool, ids, schedule};
    Batcher batcher{context.get_executor(), writer, {}, [this](TenantId, const BatchOutcome& outcome) {
                        if (runner) runner->due_now(outcome.queued);
                    }};

    explicit House(Redis with = Redis::none) {
        if (with == Redis::present) {
            redis = std::make_unique<redis::Client>(context.get_executor(), redis::parse_url(std::getenv("SKYBRIDGE_TEST_REDIS")).value());
            forget_index();
        }
        account(one, ada, "ada@one.test");
        account(one, eve, "eve@one.test");
        account(two, bob, "bob@two.test");
    }
    ~House() {
        if (runner) run(runner->drain(after(4s)));
        run(batcher.drain(after(2s)));
        run(sink.stop());
        if (redis) run(redis->stop());
    }

    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    std::string sql(const std::string& text) const { return database.sql(text); }
    int count(const std::string& from) const { return std::stoi(sql("select count(*) from " + from)); }
    bool until(const std::function<bool()>& reached, std::chrono::milliseconds patience = 10s) {
        const auto end = after(patience);
        while (!reached()) {
            if (passed(end)) return false;
            run(sleep_for(20ms));
        }
        return true;
    }

    void account(TenantId tenant, AccountId id, const std::string& address, std::optional<std::int64_t> quota = {}) {
        pg::Pool auth{context.get_executor(), {.dsn = database.dsn("sky_auth"), .connections = 1}};
        run(make_account(auth, {tenant, id}, quota)).value();
        directory.insert_or_assign(address, identity::Recipient{Kind::local, tenant, address, {{tenant, id, address}}, 1});
    }
    static Task<Result<void>> make_account(pg::Pool& auth, mailstore::AccountRef account, std::optional<std::int64_t> quota) {
        auto tx = co_await auth.begin(account.tenant, after(10s));
        if (!tx) co_return forward(tx);
        if (auto made = co_await mailstore::create_account(*tx, account, mailstore::AccountKind::user, quota); !made) co_return made;
        co_return co_await tx->commit();
    }
    // Unknown addresses are elsewhere.
    // What a group's rule says where it is asked: the moderators.
    std::map<std::string, identity::Recipient> moderated;
    static Task<Result<identity::Recipient>> resolve(House& house, std::string address, std::optional<identity::Sender> sender) {
        if (const auto group = house.moderated.find(address); sender && group != house.moderated.end()) co_return group->second;
        const auto found = house.directory.find(address);
        if (found != house.directory.end()) co_return found->second;
        co_return identity::Recipient{Kind::remote, {}, address, {}, 1};
    }

    RunnerOptions options() {
        return {.schedule = schedule,
                .smarthost = {.host = "127.0.0.1",
                              .port = sink.port(),
                              .tls = RelayTls::none,
                              .user = {},
                              .password = {},
                              .helo = "mx.one.test",
                              .tls_client = {}},
                .hostname = "mx.one.test",
                .lease = 2s,
                .poll = 50ms};
    }
    RunnerRooms rooms() {
        return {.pool = pool,
                .redis = redis.get(),
                .ids = ids,
                .identity = Directory([this](std::string address, std::optional<identity::Sender> sender, Deadline) {
                    return resolve(*this, std::move(address), std::move(sender));
                }),
                .announce = [this](const mailstore::Changed& changed) { announced.push_back(changed); }};
    }
    void start(RunnerOptions how) {
        runner = std::make_unique<QueueRunner>(context.get_executor(), rooms(), std::move(how));
        runner->start();
    }
    void start() { start(options()); }

    static Recipient local(const std::string& address, TenantId tenant, AccountId account) { return {address, {}, tenant, account}; }
    static Recipient remote(const std::string& address) { return {address, {}, {}, {}}; }

    static std::string mail(const std::string& subject, const std::string& body = "Hello\r\n") {
        return "From: ada@one.test\r\nSubject: " + subject + "\r\nMessage-ID: <" + subject + "@one.test>\r\n\r\n" + body;
    }
    Submission submission(std::vector<Recipient> recipients, const std::string& octets, const std::string& sender = "ada@one.test") {
        Submission out;
        out.envelope.ingest = new_uuid(SystemClock().now());
        out.envelope.tenant = one;
        out.envelope.sender = sender;
        out.envelope.recipients = std::move(recipients);
        out.envelope.received_at = SystemClock().now();
        out.message = mailstore::prepare(octets);
        out.message_id = out.message.summary.message_id;
        out.fingerprint = fingerprint(out.envelope, out.message_id, out.message.sha256);
        return out;
    }
    Uuid submit(Submission submission) { return run(batcher.submit(std::move(submission), after(10s))).value(); }
    Uuid send(std::vector<Recipient> recipients, const std::string& subject = "one", const std::string& sender = "ada@one.test") {
        return submit(submission(std::move(recipients), mail(subject), sender));
    }

    std::string outcome(Uuid ingest, int position = 0) const {
        return sql("select coalesce((select outcome from queue.ingest_recipient where ingest_id = '" + ingest.text() +
                   "' and position = " + std::to_string(position) + "), '')");
    }
    std::string detail(Uuid ingest, int position = 0) const {
        return sql("select detail from queue.ingest_recipient where ingest_id = '" + ingest.text() +
                   "' and position = " + std::to_string(position));
    }
    bool becomes(Uuid ingest, const std::string& wanted, int position = 0) {
        return until([&] { return outcome(ingest, position) == wanted; });
    }
    int messages_in(AccountId account) const {
        return count("mail.placement p join mail.mailbox b using (tenant_id, mailbox_id) where b.account_id = " +
                     std::to_string(account.value));
    }
    // The octets of the newest message of an account, its own header lines included.
    std::string newest(TenantId tenant, AccountId account) {
        const auto email = std::stoll(sql("select max(email_id) from mail.email where account_id = " + std::to_string(account.value)));
        auto octets = run(mailstore::Reader(pool).octets(tenant, {EmailId{email}}, mailstore::Reader::Extent::whole, after(5s)));
        return octets.value().front();
    }
    bool queue_empty() const { return count("queue.message") == 0 && count("queue.recipient") == 0; }
    // The conservation law: 'queued' in the ledger exactly where the queue has a row.
    void check_ledger() const {
        CHECK(
            count(
                "queue.ingest_recipient i where (outcome in ('queued', 'held', 'quarantined')) <> exists (select from queue.message m join "
                "queue.recipient r using (tenant_id, queue_id) where m.tenant_id = i.tenant_id and m.ingest_id = i.ingest_id and "
                "r.position = i.position and (r.route = 'moderation' and r.state <> 'quarantined') = (i.outcome = 'held'))") == 0);
    }

    void forget_index() { run(redis->command({"DEL", "queue:due"}, after(2s))).value(); }
    bool index_has(const std::string& member) {
        auto score = run(redis->command({"ZSCORE", "queue:due", member}, after(2s)));
        return score && !score->is_nil();
    }
};

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace queue_house
