#pragma once
// The whole service in the test's process, with a database of its own, spoken to as gateways do.
#include "auth/rpc/handlers.h"
#include "auth/rpc/services.h"
#include "auth/settings.h"
#include "auth/shard.h"
#include "certificates.h"
#include "sky/identity/identity.h"
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

const auth::Passwords& passwords();

enum class Redis { present, away, none };

struct House {
    support::ScratchDatabase database{{"services/auth", "libs/mailstore", "services/delivery", "libs/calstore"}};
    rpc::testing::Authority authority;
    boost::asio::io_context context;
    settings::Settings settings;
    auth::Seal seal;
    auth::BreachedPasswords breached;
    OffloadPool directory_pool{2, 64};
    auth::ExternalReach external;
    rpc::Shards<auth::AuthShard> shards;
    auth::Process process;
    auth::Services services{shards};
    std::unique_ptr<Shard> shard;
    std::unique_ptr<rpc::Server> server;
    std::vector<std::unique_ptr<identity::Identity>> clients;

    explicit House(Redis redis = Redis::present, const std::map<std::string, std::string>& more = {});
    ~House();

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
    void tenant(const std::string& name, const std::string& domain);
    admin_v1::Mailbox mailbox(const std::string& address, const std::string& password = "correct horse");
    admin_v1::Alias alias(const std::string& address, const std::vector<std::string>& targets);
    admin_v1::Group group(const std::string& address, const std::vector<std::string>& members, const std::string& senders = "anyone");
    void remove_mailbox(const std::string& address);
    void password(const std::string& address, const std::string& password);
    // As a gateway would, past gRPC and without waiting for delays.
    auth::Answer sign_in(const std::string& address, const std::string& password, const std::string& from = "192.0.2.1");
    auth::AuthShard& here() { return static_cast<auth::AuthShard&>(*shard); }
    std::shared_ptr<rpc::Channel> channel(const std::string& name);
    identity::Identity& gateway(const std::string& name = "imap");

    // The largest number of a room's migrations.
    static int migrations(const std::string& room);
    static int mail_migrations() { return migrations("libs/mailstore"); }

  private:
    std::shared_ptr<rpc::Channel> operator_;
};

}  // namespace house
