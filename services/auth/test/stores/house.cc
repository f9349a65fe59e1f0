#include "house.h"

#include <sodium.h>

#include <filesystem>

#include "sky/base/encode.h"
#include "sky/redis/url.h"
#include "support/project_root.h"

namespace house {
namespace {
settings::Settings load(const std::string& dsn, const std::map<std::string, std::string>& more) {
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
}  // namespace

const auth::Passwords& passwords() {
    static OffloadPool pool(1, 16);
    static const bool ready = sodium_init() >= 0;
    static const auth::Passwords made(pool, {.operations = ready ? 1u : 0u, .memory = 8192});
    return made;
}

House::House(Redis redis, const std::map<std::string, std::string>& more)
    : settings(load(database.dsn("sky_auth"), more)),
      seal(auth::Seal::load(settings.text("SEAL_KEY"), settings.text("SEAL_KEY_PREVIOUS")).value()),
      breached(settings.is_set("BREACHED_PASSWORDS") ? auth::BreachedPasswords::load(settings.text("BREACHED_PASSWORDS")).value()
                                                     : auth::BreachedPasswords()),
      external(auth::external_reach(settings, directory_pool).value()),
      process{.settings = settings,
              .passwords = passwords(),
              .redis = {},
              .secret = random_bytes(32),
              .seal = seal,
              .breached = breached,
              .external = external,
              .shards = shards} {
    if (redis != Redis::none)
        process.redis = redis::parse_url(redis == Redis::away ? "127.0.0.1:1" : std::getenv("SKYBRIDGE_TEST_REDIS")).value();
    process.operators = {"skyctl"};
    process.gateways = {"imap"};
    process.quota_gateways = {"imap"};
    process.oauth_gateways = {"web"};
    database.sql("create table public.skybridge_migration as select room, number from (values ('auth', " +
                 std::to_string(migrations("services/auth")) + "), ('mailstore', " + std::to_string(mail_migrations()) +
                 "), ('delivery', " + std::to_string(migrations("services/delivery")) + "), ('calstore', " +
                 std::to_string(migrations("libs/calstore")) +
                 ")) as v (room, number); grant select on public.skybridge_migration to public");
    server =
        rpc::Server::start({.address = "127.0.0.1:0", .credentials = authority.issue("auth")}, services.all(), services.administration())
            .value();
    shard = run(auth::AuthShard::start(process, {.executor = context.get_executor()})).value();
    server->set_serving(rpc::Serving::yes);
}

House::~House() {
    for (auto& client : clients) run(client->stop());
    run(shard->drain(after(10s)));
    run(server->stop(after(10s)));
}

void House::tenant(const std::string& name, const std::string& domain) {
    admin_v1::AddTenantRequest tenant;
    tenant.set_name(name);
    operate<admin_v1::Tenant>(tenant).value();
    admin_v1::AddDomainRequest request;
    request.set_tenant(name);
    request.set_name(domain);
    operate<admin_v1::Domain>(request).value();
}

admin_v1::Mailbox House::mailbox(const std::string& address, const std::string& password) {
    admin_v1::AddMailboxRequest request;
    request.set_address(address);
    request.set_password(password);
    return operate<admin_v1::Mailbox>(request).value();
}

admin_v1::Alias House::alias(const std::string& address, const std::vector<std::string>& targets) {
    admin_v1::AddAliasRequest request;
    request.set_address(address);
    for (const auto& target : targets) request.add_targets(target);
    return operate<admin_v1::Alias>(request).value();
}

admin_v1::Group House::group(const std::string& address, const std::vector<std::string>& members, const std::string& senders) {
    admin_v1::AddGroupRequest request;
    request.set_address(address);
    request.set_senders(senders);
    for (const auto& member : members) request.add_members(member);
    return operate<admin_v1::Group>(request).value();
}

void House::remove_mailbox(const std::string& address) {
    admin_v1::RemoveMailboxRequest request;
    request.set_address(address);
    operate<admin_v1::RemoveReply>(request).value();
}

void House::password(const std::string& address, const std::string& password) {
    admin_v1::SetPasswordRequest request;
    request.set_address(address);
    request.set_password(password);
    operate<admin_v1::Mailbox>(request).value();
}

auth::Answer House::sign_in(const std::string& address, const std::string& password, const std::string& from) {
    return run(here().sign_in().ask({.username = address, .password = password, .protocol = "imap", .remote_address = from, .tls = true},
                                    after(10s)));
}

std::shared_ptr<rpc::Channel> House::channel(const std::string& name) {
    return std::make_shared<rpc::Channel>(
        rpc::ChannelOptions{.target = "127.0.0.1:" + std::to_string(server->port()), .credentials = authority.issue(name)});
}

identity::Identity& House::gateway(const std::string& name) {
    clients.push_back(std::make_unique<identity::Identity>(context.get_executor(), channel(name)));
    return *clients.back();
}

int House::migrations(const std::string& room) {
    int largest = 0;
    for (const auto& file : std::filesystem::directory_iterator(support::project_root() / room / "migrations"))
        if (file.path().extension() == ".sql") largest = std::max(largest, std::stoi(file.path().stem().string()));
    return largest;
}

}  // namespace house
