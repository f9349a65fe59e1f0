#include <libpq-fe.h>

#include <catch2/catch.hpp>

#include "house.h"
#include "sky/base/encode.h"
#include "sky/redis/url.h"

using namespace house;

namespace {
// PostgreSQL refuses this database until the guard's end.
class Shut {
  public:
    explicit Shut(House& of) : name_(of.database.sql("select current_database()")) {
        run("alter database " + name_ + " allow_connections false");
        run("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name_ + "'");
    }
    ~Shut() { run("alter database " + name_ + " allow_connections true"); }

  private:
    static void run(const std::string& sql) {
        PGconn* connection = PQconnectdb(std::getenv("SKYBRIDGE_TEST_PG"));
        PQclear(PQexec(connection, sql.c_str()));
        PQfinish(connection);
    }
    std::string name_;
};

void flush_redis() {
    const auto place = redis::parse_url(std::getenv("SKYBRIDGE_TEST_REDIS")).value();
    boost::asio::io_context context;
    redis::Client client(context.get_executor(), place);
    support::run(context, client.command({"FLUSHALL"}, after(5s))).value();
    support::run(context, client.stop());
}
}  // namespace

TEST_CASE("a mailbox signs in with its password, whatever the case of its address", "[auth][rfc4616:2]") {
    House house;
    house.tenant("one", "one.test");
    const auto made = house.mailbox("ada@one.test");
    const auto answer = house.sign_in("Ada@ONE.test", "correct horse");
    REQUIRE(answer.proved);
    CHECK(answer.proved->account.value == made.account_id());
    CHECK(answer.proved->address == "ada@one.test");
    CHECK(answer.proved->version > 1);
    const auto principal = house.run(house.gateway().authenticate(
        {.username = "ada@one.test", .password = "correct horse", .protocol = "imap", .transport = identity::Attempt::Transport::tls},
        after(5s)));
    REQUIRE(principal);
    CHECK(principal->account.value == made.account_id());
}

TEST_CASE("a wrong password and an unknown address are told the same", "[auth]") {
    House house;
    flush_redis();
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    const auto wrong = house.sign_in("ada@one.test", "wrong password", "192.0.2.1");
    const auto nobody = house.sign_in("nobody@one.test", "wrong password", "198.51.100.1");
    const auto nonsense = house.sign_in("no address", "wrong password", "203.0.113.1");
    for (const auto* answer : {&wrong, &nobody, &nonsense}) {
        CHECK_FALSE(answer->proved);
        CHECK(answer->refusal.fault == Fault::bad_credentials);
        CHECK(answer->refusal.text == wrong.refusal.text);
        CHECK(answer->delay == 2s);
    }
}

TEST_CASE("passwords are refused without TLS", "[auth][rfc4954:4]") {
    House house;
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    const auto answer = house.run(
        house.here().sign_in().ask({.username = "ada@one.test", .password = "correct horse", .protocol = "imap", .tls = false}, after(5s)));
    CHECK(answer.refusal.fault == Fault::privacy_required);
}

TEST_CASE("a changed password is the only one that counts, at once", "[auth]") {
    House house;
    flush_redis();
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    CHECK(house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(house.sign_in("ada@one.test", "correct horse").proved);  // by a verdict in memory
    house.password("ada@one.test", "another phrase");
    CHECK_FALSE(house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(house.sign_in("ada@one.test", "another phrase").proved);
}

TEST_CASE("another authorization identity and suspended accounts are forbidden", "[auth][rfc4616:2]") {
    House house;
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    const auto as = [&](const std::string& authorization, const std::string& protocol) {
        return house.run(house.here().sign_in().ask({.username = "ada@one.test",
                                                     .password = "correct horse",
                                                     .authorization_id = authorization,
                                                     .protocol = protocol,
                                                     .remote_address = "192.0.2.1",
                                                     .tls = true},
                                                    after(5s)));
    };
    CHECK(as("Ada@one.test", "imap").proved);
    CHECK(as("grace@one.test", "imap").refusal.fault == Fault::forbidden);
    house.database.sql("update directory.tenant set state = 'suspended'");
    CHECK(as("", "imap").proved);
    CHECK(as("", "submission").refusal.fault == Fault::forbidden);
    house.database.sql("update directory.account set state = 'suspended'");
    CHECK(as("", "imap").refusal.fault == Fault::forbidden);
}

TEST_CASE("guesses slow down, then are not looked at; other networks are not locked out", "[auth]") {
    const auto redis = GENERATE(Redis::present, Redis::away, Redis::none);
    CAPTURE(static_cast<int>(redis));
    flush_redis();
    House house(redis);
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    std::vector<std::int64_t> delays;
    for (int i = 0; i < 5; ++i) {
        const auto answer = house.sign_in("ada@one.test", "guess " + std::to_string(i));
        CHECK(answer.refusal.fault == Fault::bad_credentials);
        delays.push_back(std::chrono::duration_cast<std::chrono::seconds>(answer.delay).count());
        const auto again = house.sign_in("ada@one.test", "guess " + std::to_string(i), "192.0.2.99");
        CHECK(again.delay == answer.delay);  // the same wrong password, the same /24: not counted twice
    }
    CHECK(delays == std::vector<std::int64_t>{2, 4, 8, 15, 15});
    for (int i = 5; i < 10; ++i) house.sign_in("ada@one.test", "guess " + std::to_string(i));
    const auto limited = house.sign_in("ada@one.test", "correct horse");
    CHECK(limited.refusal.fault == Fault::limit);
    CHECK(limited.delay == 15s);
    CHECK(house.sign_in("ada@one.test", "correct horse", "198.51.100.7").proved);
    CHECK(house.sign_in("ada@one.test", "correct horse", "2001:db8::1").proved);
}

TEST_CASE("counts are shared through Redis and survive this process", "[auth]") {
    flush_redis();
    {
        House house;
        house.tenant("one", "one.test");
        for (int i = 0; i < 4; ++i) house.sign_in("ada@one.test", "guess " + std::to_string(i));
    }
    House other;
    CHECK(other.sign_in("ada@one.test", "one more guess").delay == 15s);
}

TEST_CASE("the right password clears the way", "[auth]") {
    flush_redis();
    House house;
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    for (int i = 0; i < 6; ++i) house.sign_in("ada@one.test", "guess " + std::to_string(i));
    CHECK(house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(house.sign_in("ada@one.test", "yet another guess").delay == 2s);
}

TEST_CASE("a database that is away is a temporary failure, never a wrong password", "[auth]") {
    House house;
    house.tenant("one", "one.test");
    house.mailbox("ada@one.test");
    CHECK(house.sign_in("ada@one.test", "correct horse").proved);
    auto& gateway = house.gateway();
    {
        Shut shut(house);
        CHECK(house.sign_in("ada@one.test", "correct horse").refusal.fault == Fault::unavailable);
        CHECK(house.sign_in("nobody@one.test", "correct horse").refusal.fault == Fault::unavailable);
        const auto resolved = house.run(gateway.resolve("ada@one.test", after(5s)));
        REQUIRE_FALSE(resolved);
        CHECK(codes(resolved.error().fault).temporary);
        CHECK_FALSE(house.run(house.here().ready(after(5s))));
    }
    CHECK(house.sign_in("ada@one.test", "correct horse").proved);
}

TEST_CASE("what every sign-in and every write runs is planned once a connection, not at each call", "[auth]") {
    House house(Redis::none);
    CHECK(house.database.sql("select string_agg(p.proname || ' ' || l.lanname, ', ' order by p.proname) from pg_proc p "
                             "join pg_language l on l.oid = p.prolang join pg_namespace n on n.oid = p.pronamespace "
                             "where n.nspname = 'directory' and p.proname in ('find_credentials', 'record')") ==
          "find_credentials plpgsql, record plpgsql");
}
