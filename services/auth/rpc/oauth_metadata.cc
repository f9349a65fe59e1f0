// Metadata, ProtectedResource, Jwks.
#include "auth/oauth/metadata.h"

#include "auth/rpc/oauth.h"
#include "auth/store/oauth_keys.h"

namespace sky::auth::oauth {

Task<Result<oauth_v1::HttpReply>> metadata(AuthShard& shard, rpc::Context context, const oauth_v1::MetadataRequest&) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    co_return message(json_reply(200, server_metadata(shard.oauth()), Cache::shortly));
}

Task<Result<oauth_v1::HttpReply>> protected_resource(AuthShard& shard, rpc::Context context,
                                                     const oauth_v1::ProtectedResourceRequest& request) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    const auto found = resource_metadata(shard.oauth(), request.path());
    co_return message(found ? json_reply(200, *found, Cache::shortly) : empty_reply(404));
}

// All keys that a token may be signed with, and the next ones. What stands in the rows was written by jwt::write_key.
Task<Result<oauth_v1::HttpReply>> jwks(AuthShard& shard, rpc::Context context, const oauth_v1::JwksRequest&) {
    if (auto may = permit_gateway(shard, context); !may) co_return forward(may);
    auto rows = co_await list_keys(shard.pool(), patience_of(context));
    if (!rows) co_return message(refusal_reply(refusal_of(rows.error())));
    boost::json::array keys;
    for (const auto& row : *rows) keys.push_back(boost::json::parse(row.public_key));
    co_return message(json_reply(200, {{"keys", std::move(keys)}}, Cache::shortly));
}

}  // namespace sky::auth::oauth
