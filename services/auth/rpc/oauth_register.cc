// Register: programs that nobody has told us of (RFC 7591), where the operator lets them.
#include "auth/access/access.h"
#include "auth/oauth/registration.h"
#include "auth/oauth/secrets.h"
#include "auth/rpc/oauth.h"
#include "auth/store/changes.h"
#include "auth/store/oauth_clients.h"
#include "sky/base/ascii.h"

namespace sky::auth::oauth {
namespace {
// One that nobody lets in within a day is forgotten.
constexpr std::int64_t most_of_all = 10'000, most_of_one_network = 20;

Task<Outcome<Reply>> take(AuthShard& shard, const oauth_v1::HttpForm& http, Deadline deadline) {
    const auto type = ascii::trim(std::string_view(http.content_type()).substr(0, http.content_type().find(';')));
    if (!ascii::equals_ignoring_case(type, "application/json")) co_return refuse("invalid_client_metadata", "want application/json");
    auto client = registered_client(http.body());
    if (!client) co_return pass_on(client);
    client->created_by = network_of(http.remote_address());
    auto count = co_await count_registered(shard.pool(), client->created_by, deadline);
    if (!count) co_return failed(count);
    if (count->all >= most_of_all || count->of_network >= most_of_one_network)
        co_return refuse("temporarily_unavailable", "too many programs have registered, try again later", 429);
    const std::string secret = client->is_confidential() ? new_secret(client_secret_prefix) : std::string();
    if (!secret.empty()) client->secret_digest = token_digest(secret);
    auto transaction = co_await shard.pool().begin(TenantId{}, deadline);
    if (!transaction) co_return failed(transaction);
    auto row = co_await insert_client(*transaction, *client);
    if (!row) co_return failed(row);
    auto recorded = co_await record(*transaction, {"registration", http.remote_address()},
                                    {.tenant = {}, .action = "oauth_client.register", .object = row->id});
    if (!recorded) co_return failed(recorded);
    if (auto done = co_await transaction->commit(); !done) co_return failed(done);
    shard.changed();
    co_return json_reply(201, registration_of(*row, secret));
}
}  // namespace

Task<Result<oauth_v1::HttpReply>> register_client(AuthShard& shard, rpc::Context context, const oauth_v1::RegisterRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    if (!shard.oauth().registration) co_return message(empty_reply(404));
    auto reply = co_await take(shard, request.http(), patience_of(context));
    co_return message(reply ? *reply : refusal_reply(reply.error()));
}

}  // namespace sky::auth::oauth
