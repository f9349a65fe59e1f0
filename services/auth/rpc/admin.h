#pragma once
// The administration's rpcs: each file of one noun registers its handlers here, and every call passes identify() and check_access() before
// it reaches one.
#include "auth/access/access.h"
#include "auth/shard.h"
#include "sky/base/ascii.h"
#include "sky/rpc/methods.h"
#include "skybridge/admin/v1/page.pb.h"

namespace sky::auth {

namespace admin_v1 = skybridge::admin::v1;

// Runs on one shard; the request lives until the handler returns.
template <class Reply, class Request>
using Handler = Task<Result<Reply>>(AuthShard& shard, Caller caller, const Request& request);

class AdminMethods {
  public:
    explicit AdminMethods(rpc::Shards<AuthShard>& shards) : methods_(shards) {}

    template <class Reply, class Request>
    void add(Handler<Reply, Request>* handler) {
        const AccessRight& right = right_of_request(*Request::descriptor());
        methods_.add<Request>([&right, handler](AuthShard& shard, rpc::Context context, const Request& request) {
            return permitted<Reply, Request>(shard, std::move(context), request, right, handler);
        });
    }
    // For whoever has no token yet: anyone on the services' network may call it, and the request holds its own proof.
    template <class Reply, class Request>
    void add_open(Handler<Reply, Request>* handler) {
        methods_.add<Request>([handler](AuthShard& shard, rpc::Context context, const Request& request) {
            return handler(shard, Caller{std::move(context), {}}, request);
        });
    }
    grpc::CallbackGenericService* service() const { return methods_.service(); }

  private:
    static const AccessRight& right_of_request(const google::protobuf::Descriptor& request);

    template <class Reply, class Request>
    static Task<Result<Reply>> permitted(AuthShard& shard, rpc::Context context, const Request& request, const AccessRight& right,
                                         Handler<Reply, Request>* handler) {
        auto caller = co_await identify(shard, std::move(context));
        if (!caller) co_return forward(caller);
        if (auto may = co_await check_access(shard, *caller, right, request); !may) co_return forward(may);
        co_return co_await handler(shard, std::move(*caller), request);
    }
    rpc::Methods<AuthShard> methods_;
};

// One a file.
void serve_tenants(AdminMethods& methods);
void serve_domains(AdminMethods& methods);
void serve_mailboxes(AdminMethods& methods);
void serve_mailbox_changes(AdminMethods& methods);
void serve_mailbox_move(AdminMethods& methods);
void serve_deleted(AdminMethods& methods);
void serve_preferences(AdminMethods& methods);
void serve_aliases(AdminMethods& methods);
void serve_groups(AdminMethods& methods);
void serve_delegates(AdminMethods& methods);
void serve_contacts(AdminMethods& methods);
void serve_address_list(AdminMethods& methods);
void serve_app_passwords(AdminMethods& methods);
void serve_second_factors(AdminMethods& methods);
void serve_tokens(AdminMethods& methods);
void serve_oauth_clients(AdminMethods& methods);
void serve_oauth_grants(AdminMethods& methods);
void serve_oidc_providers(AdminMethods& methods);
void serve_roles(AdminMethods& methods);
void serve_audit(AdminMethods& methods);
void serve_plans(AdminMethods& methods);
void serve_billing(AdminMethods& methods);
void serve_external_directories(AdminMethods& methods);
void serve_external_sync(AdminMethods& methods);
void serve_sessions(AdminMethods& methods);

}  // namespace sky::auth
