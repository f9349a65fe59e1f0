// What a stranger could tell accounts by (contract S14): the work that a sign-in makes, counted, and the octets of its answer. How long
// it takes is measured by tests/bench/directory, and decides no test.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "auth/metrics.h"
#include "house.h"
#include "sky/rpc/stream_client.h"
#include "skybridge/auth/v1/auth.grpc.pb.h"

using namespace house;
namespace auth_v1 = skybridge::auth::v1;

namespace {
// What auth asks every few seconds, whoever signs in.
const std::set<std::string> by_themselves{"directory.version", "directory.changes", "directory.log_sign_ins", "directory.next_due",
                                          "directory.due_syncs"};

// The statements that this house's auth sends, by name, as PostgreSQL logs them.
class Statements {
  public:
    explicit Statements(House& house)
        : house_(house), log_(std::string(std::getenv("SKYBRIDGE_TEST_DIR")) + "/pg/log"), from_(std::filesystem::file_size(log_)) {
        const auto database = house.database.sql("select current_database()");
        house.database.sql("alter role sky_auth in database " + database + " set log_statement = 'all'");
        // Those that are open go on without.
        house.database.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'sky_auth'");
    }
    // Since the last call; without what runs by itself beside all sign-ins.
    std::vector<std::string> since() {
        std::set<std::string> ours;
        std::istringstream pids(house_.database.sql(
            "select string_agg(pid::text, ' ') from pg_stat_activity where datname = current_database() and usename = 'sky_auth'"));
        for (std::string pid; pids >> pid;) ours.insert("[" + pid + "]");
        std::ifstream file(log_);
        file.seekg(static_cast<std::streamoff>(from_));
        std::vector<std::string> out;
        for (std::string line; std::getline(file, line); from_ += line.size() + 1) {
            const auto at = line.find("execute directory.");
            if (at == line.npos || std::ranges::none_of(ours, [&](const auto& pid) { return line.contains(pid); })) continue;
            const auto name = line.substr(at + 8, line.find(':', at) - at - 8);
            if (!by_themselves.contains(name)) out.push_back(name);
        }
        return out;
    }

  private:
    House& house_;
    std::filesystem::path log_;
    std::uintmax_t from_;
};

// auth as the wire shows it.
class Wire {
  public:
    explicit Wire(House& house)
        : house_(house),
          channel_(house.channel("imap")),
          stub_(auth_v1::Auth::NewStub(channel_->grpc())),
          stream_(house.context.get_executor(), "auth.authenticate",
                  [stub = stub_](auto* context, auto* reactor) { stub->async()->Authenticate(context, reactor); }) {}
    ~Wire() { house_.run(stream_.stop()); }
    // The reply's octets, without what matches it to its request.
    std::string ask(const std::string& address, const std::string& from, const std::string& mechanism = {}) {
        auth_v1::AuthenticateRequest request;
        request.set_protocol("imap");
        request.set_tls(true);
        request.set_remote_address(from);
        if (mechanism.empty()) {
            request.set_username(address);
            request.set_password("an other password");
        } else {
            request.set_mechanism(mechanism);
            for (const char* name : {"PLAIN", "OAUTHBEARER"}) request.add_enabled(name);
            request.set_initial(mechanism == "PLAIN" ? std::string(1, '\0') + address + std::string(1, '\0') + "an other password"
                                                     : "n,a=" + address + ",\1auth=Bearer no-such-token\1\1");
        }
        auto reply = house_.run(stream_.call(std::move(request), after(10s))).value();
        reply.clear_sequence();
        if (reply.has_challenge()) reply.mutable_challenge()->clear_exchange();  // a random name
        return reply.SerializeAsString();
    }

  private:
    House& house_;
    std::shared_ptr<rpc::Channel> channel_;
    std::shared_ptr<auth_v1::Auth::Stub> stub_;
    rpc::StreamClient<auth_v1::AuthenticateRequest, auth_v1::AuthenticateReply> stream_;
};

struct Town : House {
    Town() {
        tenant("one", "one.test");
        for (const char* address : {"known@one.test", "suspended@one.test", "second@one.test", "app@one.test"}) mailbox(address);
        admin_v1::AddMailboxRequest shared;
        shared.set_address("shared@one.test");
        shared.set_kind("shared");
        operate<admin_v1::Mailbox>(shared).value();
        alias("alias@one.test", {"known@one.test"});
        group("group@one.test", {"known@one.test"});
        tenant("two", "two.test");
        mailbox("closed@two.test");
        database.sql(
            "update directory.account set state = 'suspended' where address = 'suspended@one.test';"
            "update directory.tenant set state = 'closing', closes_at = now() + interval '1 day' where name = 'two';"
            "insert into directory.second_factor (tenant_id, account_id, secret, confirmed_at) select tenant_id, account_id, '\\x00', "
            "now() "
            "from directory.account where address = 'second@one.test';"
            "insert into directory.credential (tenant_id, account_id, kind, verifier, label) select tenant_id, account_id, 'app', "
            "'$keyed$00', 'x' "
            "from directory.account where address = 'app@one.test'");
    }
    // Everyone that a stranger may ask about.
    static std::vector<std::string> everyone() {
        return {"known@one.test",  "nobody@one.test", "nobody@nowhere.test", "suspended@one.test", "second@one.test",    "app@one.test",
                "shared@one.test", "alias@one.test",  "group@one.test",      "closed@two.test",    "postmaster@one.test"};
    }
};

// A network where nobody has failed yet.
std::string fresh_network() {
    static int count = 0;
    ++count;
    return "10." + std::to_string(count >> 8) + "." + std::to_string(count & 255) + ".1";
}
}  // namespace

TEST_CASE("a wrong password makes the same work for each address that there is or is not", "[auth]") {
    Town town;
    Wire wire(town);
    Statements statements(town);
    while (wire.ask("warm-up@one.test", fresh_network()).find("bad_credentials") == std::string::npos) {
    }
    for (const auto& address : Town::everyone()) {
        INFO(address);
        statements.since();
        const auto hashes = auth::metrics::password_hashes.value();
        wire.ask(address, fresh_network());
        CHECK(auth::metrics::password_hashes.value() - hashes == 1);
        CHECK(statements.since() == std::vector<std::string>{"directory.find_credentials"});
    }
    // It can tell: who is let in by a verdict is not hashed again, who is sent limits asks for them.
    town.sign_in("known@one.test", "correct horse");
    statements.since();
    const auto hashes = auth::metrics::password_hashes.value();
    CHECK(town.sign_in("known@one.test", "correct horse").proved);
    CHECK(auth::metrics::password_hashes.value() == hashes);
    const auto principal = town.run(town.gateway().authenticate({.username = "known@one.test",
                                                                 .password = "correct horse",
                                                                 .protocol = "submission",
                                                                 .transport = identity::Attempt::Transport::tls},
                                                                after(5s)));
    REQUIRE(principal);
    CHECK(statements.since().size() == 3);
}

TEST_CASE("a wrong password is answered by the same octets for each address that there is or is not", "[auth]") {
    Town town;
    Wire wire(town);
    for (const char* mechanism : {"", "PLAIN", "OAUTHBEARER"}) {
        INFO(mechanism);
        std::set<std::string> answers;
        for (const auto& address : Town::everyone()) answers.insert(wire.ask(address, fresh_network(), mechanism));
        CHECK(answers.size() == 1);
        CHECK(answers.begin()->size() > 10);
    }
}
