#pragma once
// The whole service in the test's process, with a database of its own, spoken to as gateways do.
#include <sodium.h>

#include "auth/rpc/handlers.h"
#include "auth/rpc/services.h"
#include "auth/settings.h"
#include "auth/shard.h"
#include "certificates.h"
#include "sky/base/encode.h"
#include "sky/identity/identity.h"
#include "sky/redis/url.h"
#include "sky/rpc/methods.h"
#include "skybridge/admin/v1/aliases.pb.h"
#include "skybridge/admin/v1/domains.pb.h"
#include "skybridge/admin/v1/groups.pb.h"
#include "skybridge/admin/v1/mailboxes.pb.h"
#include "skybridge/admin/v1/sessions.pb.h"
#include "skybridge/admin/v1/tenants.pb.h"
#include "support/run.h"
#include "support/scratch_database.h"

namespace house {

using namespace sky;
using namespace std::chrono_literals;
namespace admin_v1 = skybridge::admin::v1;

inline const auth::Passwords& passwords() {
    static OffloadPool pool(1, 16);
    static const bool ready = sodium_init() >= 0;
    static const auth::Passwords made(pool, {.operations = ready ? 1u : 0u, .memory = 8192});
    return made;
}

enum class Redis { present, away, none };

struct House {
    support::ScratchDatabase database{{"services/auth", "libs/mailstore", "services/delivery", "libs/calstore"}};
    rpc::testing::Authority authority;
    boost::asio::io_context context;
    settings::Settings settings;
    auth::Seal seal;
    auth::BreachedPasswords breached;
    rpc::Shards<auth::AuthShard> shards;
    auth::Process process;
    auth::Services services{shards};
    std::unique_ptr<Shard> shard;
    std::unique_ptr<rpc::Server> server;
    std::vector<std::unique_ptr<identity::Identity>> clients;

    explicit House(Redis redis = Redis::present, const std::map<std::string, std::string>& more = {})
        : settings(load(database.dsn("sky_auth"), more)),
          seal(auth::Seal::load(settings.text("SEAL_KEY"), settings.text("SEAL_KEY_PREVIOUS")).value()),
          breached(settings.is_set("BREACHED_PASSWORDS") ? auth::BreachedPasswords::load(settings.text("BREACHED_PASSWORDS")).value()
                                                         : auth::BreachedPasswords()),
          process{.settings = settings,
                  .passwords = passwords(),
                  .redis = {},
                  .secret = random_bytes(32),
                  .seal = seal,
                  .breached = breached,
                  .shards = shards} {
        if (redis != Redis::none)
            process.redis = redis::parse_url(redis == Redis::away ? "127.0.0.1:1" : std::getenv("SKYBRIDGE_TEST_REDIS")).value();
        process.operators = {"skyctl"};
        process.gateways = {"imap"};
        database.sql("create table public.skybridge_migration as select room, number from (values ('auth', " +
                     std::to_string(migrations("services/auth")) + "), ('mailstore', " + std::to_string(mail_migrations()) +
                     "), ('delivery', 2), ('calstore', " + std::to_string(migrations("libs/calstore")) +
                     ")) as v (room, number); grant select on public.skybridge_migration to public");
        server = rpc::Server::start({.address = "127.0.0.1:0", .credentials = authority.issue("auth")}, services.all(),
                                    services.administration())
                     .value();
        shard = run(auth::AuthShard::start(process, {.executor = context.get_executor()})).value();
        server->set_serving(rpc::Serving::yes);
    }
    ~House() {
        for (auto& client : clients) run(client->stop());
        run(shard->drain(after(10s)));
        run(server->stop(after(10s)));
    }

    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    // As the operator, or as the bearer of a token.
    template <class Reply, class Request>
    Result<Reply> operate(const Request& request, const std::string& token = {}) {
        if (!operator_) operator_ = channel("skyctl");
        return run(rpc::call_method<Reply>(*operator_, request, {.deadline = after(10s), .bearer = token}));
    }
    void tenant(const std::string& name, const std::string& domain) {
        admin_v1::AddTenantRequest tenant;
        tenant.set_name(name);
        operate<admin_v1::Tenant>(tenant).value();
        admin_v1::AddDomainRequest request;
        request.set_tenant(name);
        request.set_name(domain);
        operate<admin_v1::Domain>(request).value();
    }
    admin_v1::Mailbox mailbox(const std::string& address, const std::string& password = "correct horse") {
        admin_v1::AddMailboxRequest request;
        request.set_address(address);
        request.set_password(password);
        return operate<admin_v1::Mailbox>(request).value();
    }
    admin_v1::Alias alias(const std::string& address, const std::vector<std::string>& targets) {
        admin_v1::AddAliasRequest request;
        request.set_address(address);
        for (const auto& target : targets) request.add_targets(target);
        return operate<admin_v1::Alias>(request).value();
    }
    admin_v1::Group group(const std::string& address, const std::vector<std::string>& members, const std::string& senders = "anyone") {
        admin_v1::AddGroupRequest request;
        request.set_address(address);
        request.set_senders(senders);
        for (const auto& member : members) request.add_members(member);
        return operate<admin_v1::Group>(request).value();
    }
    void remove_mailbox(const std::string& address) {
        admin_v1::RemoveMailboxRequest request;
        request.set_address(address);
        operate<admin_v1::RemoveReply>(request).value();
    }
    void password(const std::string& address, const std::string& password) {
        admin_v1::SetPasswordRequest request;
        request.set_address(address);
        request.set_password(password);
        operate<admin_v1::Mailbox>(request).value();
    }
    // As a gateway would, past gRPC and without waiting for delays.
    auth::Answer sign_in(const std::string& address, const std::string& password, const std::string& from = "192.0.2.1") {
        return run(here().sign_in().ask(
            {.username = address, .password = password, .protocol = "imap", .remote_address = from, .tls = true}, after(10s)));
    }
    auth::AuthShard& here() { return static_cast<auth::AuthShard&>(*shard); }
    std::shared_ptr<rpc::Channel> channel(const std::string& name) {
        return std::make_shared<rpc::Channel>(
            rpc::ChannelOptions{.target = "127.0.0.1:" + std::to_string(server->port()), .credentials = authority.issue(name)});
    }
    identity::Identity& gateway(const std::string& name = "imap") {
        clients.push_back(std::make_unique<identity::Identity>(context.get_executor(), channel(name)));
        return *clients.back();
    }

    // The largest number of a room's migrations.
    static int migrations(const std::string& room) {
        int largest = 0;
        for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(SKYBRIDGE_SOURCE_DIR) / room / "migrations"))
            if (file.path().extension() == ".sql") largest = std::max(largest, std::stoi(file.path().stem().string()));
        return largest;
    }
    static int mail_migrations() { return migrations("libs/mailstore"); }

  private:
    std::shared_ptr<rpc::Channel> operator_;
    static settings::Settings load(const std::string& dsn, const std::map<std::string, std::string>& more) {
        const char* dev_null = "/dev/null";
        std::map<std::string, std::string> all{{"SKYBRIDGE_AUTH_PG_DSN", dsn},
                                               {"SKYBRIDGE_AUTH_HEALTH_PORT", "0"},
                                               {"SKYBRIDGE_AUTH_SEAL_KEY", std::string(62, 'a') + "01"},
                                               {"SKYBRIDGE_AUTH_RPC_CERT", dev_null},
                                               {"SKYBRIDGE_AUTH_RPC_KEY", dev_null},
                                               {"SKYBRIDGE_AUTH_RPC_CA", dev_null}};
        for (const auto& [name, value] : more) all["SKYBRIDGE_AUTH_" + name] = value;
        return settings::Settings::load("auth", auth::setting_rows, {all.begin(), all.end()}).value();
    }
};

}  // namespace house
