// Two real servers: the DSN names both, the primary dies, the standby is promoted.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <stdexcept>

#include "sky/pg/pool.h"
#include "support/free_port.h"
#include "support/project_root.h"
#include "support/run.h"
#include "support/scratch_database.h"

using namespace sky;
using namespace std::chrono_literals;

namespace {
constexpr pg::Statement make{"failover.make", "create table t (id bigint primary key)"};
constexpr pg::Statement add{"failover.add", "insert into t values ($1)"};
constexpr pg::Statement count{"failover.count", "select count(*) from t"};
constexpr pg::Statement port{"failover.port", "select inet_server_port()::bigint"};
constexpr pg::Statement read_only{"failover.read_only", "set default_transaction_read_only = on"};

struct Pair {
    std::string folder = "/tmp/sky-pair." + std::to_string(::getpid());
    int first = support::free_port(), second = support::free_port();

    Pair() { script("start", std::to_string(first) + " " + std::to_string(second)); }
    ~Pair() { script("stop"); }
    void script(const std::string& verb, const std::string& more = {}) const {
        const std::string command = (support::project_root() / "tests/support/pair").string() + " " + verb + " " + folder + " " + more;
        if (std::system(command.c_str()) != 0 && verb != "stop") throw std::runtime_error(command + " failed, see " + folder + ".log");
    }
    // The standby stands first: a server that takes no writes is passed over.
    std::string dsn() const {
        return "postgresql://postgres@127.0.0.1:" + std::to_string(second) + ",127.0.0.1:" + std::to_string(first) + "/postgres";
    }
};

struct Client {
    boost::asio::io_context context;
    pg::Pool pool;
    explicit Client(const std::string& dsn) : pool(context.get_executor(), {.dsn = dsn, .connections = 2}) {}
    Result<pg::Rows> query(const pg::Statement& statement, pg::Params params = {}) {
        return support::run(context, pool.query(TenantId{}, statement, params, after(10s)));
    }
    std::int64_t number(const pg::Statement& statement) { return query(statement).value()[0].get<std::int64_t>(0); }
};
}  // namespace

TEST_CASE("a pool finds the primary among several hosts, and the new one after a failover", "[pg]") {
    const Pair pair;
    Client client(pair.dsn());
    REQUIRE(client.query(make));
    CHECK(client.number(port) == pair.first);
    for (std::int64_t id = 1; id <= 100; ++id) REQUIRE(client.query(add, pg::params(id)));

    pair.script("fail");
    // What was open to the dead server is a temporary error, once; nobody restarts anything.
    int failures = 0;
    while (!client.query(count) && ++failures < 10) {
    }
    CHECK(failures <= 2);
    CHECK(client.number(port) == pair.second);
    CHECK(client.number(count) == 100);  // committed under a synchronous standby
    CHECK(client.query(add, pg::params(std::int64_t{101})));
}

TEST_CASE("a session that takes no writes any more is left for a new one", "[pg]") {
    const support::ScratchDatabase database{{}};
    Client client(database.owner_dsn());
    REQUIRE(client.query(make));
    REQUIRE(client.query(read_only));
    const auto refused = client.query(add, pg::params(std::int64_t{1}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::unavailable);
    CHECK(client.query(add, pg::params(std::int64_t{1})));
}
