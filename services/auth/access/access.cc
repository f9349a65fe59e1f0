#include "auth/access/access.h"

#include <google/protobuf/message.h>

#include "auth/address.h"
#include "auth/shard.h"
#include "auth/sign_in/verdicts.h"
#include "sky/base/ascii.h"
#include "sky/failpoint/failpoint.h"
#include "sky/net/address.h"

namespace sky::auth {
namespace {
constexpr std::string_view token_key = "skybridge.directory.token";

// The words of a missing thing: what may not be seen is told in the same ones.
const char* missing(Place place) {
    switch (place) {
        case Place::domain:
            return "no such domain";
        case Place::address:
            return "no such mailbox";
        default:
            return "no such tenant";
    }
}

// PostgreSQL's text holds no NUL, so no word of ours does.
bool has_nul(const google::protobuf::Message& message) {
    using Field = google::protobuf::FieldDescriptor;
    const auto* reflection = message.GetReflection();
    std::vector<const Field*> fields;
    reflection->ListFields(message, &fields);
    std::string scratch;
    for (const auto* field : fields) {
        const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
        for (int i = 0; i < count; ++i) {
            if (field->type() == Field::TYPE_STRING) {
                const std::string& word = field->is_repeated() ? reflection->GetRepeatedStringReference(message, field, i, &scratch)
                                                               : reflection->GetStringReference(message, field, &scratch);
                if (word.contains('\0')) return true;
            } else if (field->type() == Field::TYPE_MESSAGE) {
                if (has_nul(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                                 : reflection->GetMessage(message, field)))
                    return true;
            }
        }
    }
    return false;
}

std::string text_of(const google::protobuf::Message& request, std::string_view field) {
    const auto* found = request.GetDescriptor()->FindFieldByName(std::string(field));
    return found ? request.GetReflection()->GetString(request, found) : std::string();
}

// gRPC's "ipv4:192.0.2.1:4711", "ipv6:%5B2001:db8::1%5D:4711".
std::string address_of_peer(std::string_view peer) {
    if (peer.starts_with("ipv4:")) return std::string(peer.substr(5, peer.rfind(':') - 5));
    const auto open = peer.find("%5B"), close = peer.find("%5D");
    return open == peer.npos || close == peer.npos ? std::string() : std::string(peer.substr(open + 3, close - open - 3));
}

Task<Result<std::optional<Whose>>> whose(pg::Pool& pool, Place place, const std::string& text, Deadline deadline) {
    switch (place) {
        case Place::tenant:
        case Place::filter:
            co_return co_await whose_tenant(pool, ascii::to_lower(text), deadline);
        case Place::domain:
            if (const auto name = normalise_domain(text)) co_return co_await whose_domain(pool, *name, deadline);
            co_return std::nullopt;
        case Place::address:
            if (const auto address = parse_address(text)) co_return co_await whose_address(pool, address->text(), deadline);
            co_return std::nullopt;
        case Place::nowhere:
            break;
    }
    co_return std::nullopt;
}
}  // namespace

bool is_within(std::string_view networks, std::string_view address) {
    if (networks.empty()) return true;
    const auto allowed = net::parse_networks(networks);
    return allowed && net::contains(*allowed, address);
}

std::string token_digest(std::string_view token) { return keyed_digest(token_key, {token}); }

std::optional<Holding> limited(const Holding& held, TenantId account_tenant, std::optional<Role> most, TenantId over, Under over_is_under) {
    const Role role = most ? std::min(*most, held.role) : held.role;
    if (role == Role::user) return Holding{Role::user, account_tenant};
    if (role == Role::platform) return over ? std::nullopt : std::optional(Holding{Role::platform, {}});  // over one tenant it is none
    if (!over || over == held.over) return held.over ? std::optional(Holding{role, held.over}) : std::nullopt;
    if (held.role == Role::platform) return Holding{role, over};
    if (held.role == Role::reseller && role < Role::reseller && over_is_under == Under::yes) return Holding{role, over};
    return std::nullopt;
}

Task<Result<Caller>> identify(AuthShard& shard, rpc::Context context) {
    Caller caller{std::move(context), {}};
    if (caller.bearer.empty()) {
        if (auto may = shard.permit(caller.caller, Right::administer); !may) co_return forward(may);
        caller.subject = {.name = caller.caller, .role = Role::platform};
        co_return caller;
    }
    const auto refused = unexpected(Fault::not_authenticated, "the token is not valid");
    auto token = co_await find_token(shard.pool(), token_digest(caller.bearer), caller.deadline);
    caller.bearer.clear();
    if (!token) co_return forward(token);
    if (!*token || !is_within((*token)->networks, address_of_peer(caller.peer))) co_return refused;
    const TokenRow& row = **token;
    caller.subject = {.name = row.account ? row.address : "token " + row.label,
                      .role = row.role.value_or(Role::user),
                      .over = row.over,
                      .account = row.account,
                      .tenant = row.tenant,
                      .address = row.address};
    if (!row.account) co_return caller;
    auto held = co_await find_role(shard.pool(), row.tenant, row.account, caller.deadline);
    if (!held) co_return forward(held);
    Under under = Under::no;
    if (row.over && held->role == Role::reseller) {
        auto is = co_await is_under(shard.pool(), row.over, held->over, caller.deadline);
        if (!is) co_return forward(is);
        under = *is ? Under::yes : Under::no;
    }
    const auto left = limited(*held, row.tenant, row.role, row.over, under);
    if (!left) co_return refused;
    caller.subject.role = left->role;
    caller.subject.over = left->over;
    co_return caller;
}

Task<Result<bool>> reaches(AuthShard& shard, const Caller& caller, TenantId tenant) {
    // The negative control of the isolation matrix: without this check row-level security has to do alone.
    if (SKY_MUTANT("S58")) co_return true;
    switch (caller.subject.role) {
        case Role::platform:
            co_return true;
        case Role::reseller:
            co_return co_await is_under(shard.pool(), tenant, caller.subject.over, caller.deadline);
        default:
            co_return tenant == caller.subject.over;
    }
}

Task<Result<void>> check_access(AuthShard& shard, const Caller& caller, const AccessRight& right,
                                const google::protobuf::Message& request) {
    const Subject& subject = caller.subject;
    if (has_nul(request)) co_return unexpected(Fault::syntax, "the request contains a NUL");
    if (subject.role < right.least) co_return unexpected(Fault::forbidden, "your role does not allow this", "role of " + subject.name);
    if (subject.role == Role::platform || right.place == Place::nowhere) co_return Result<void>{};
    const std::string text = text_of(request, right.field);
    if (right.place == Place::filter && text.empty()) co_return Result<void>{};  // what is listed is limited by the caller's view
    auto found = co_await whose(shard.pool(), right.place, text, caller.deadline);
    if (!found) co_return forward(found);
    if (!*found) co_return unexpected(Fault::not_found, missing(right.place));
    const Whose& target = **found;
    auto reached = co_await reaches(shard, caller, target.tenant);
    if (!reached) co_return forward(reached);
    if (!*reached) co_return unexpected(Fault::not_found, missing(right.place), "outside of the reach of " + subject.name);
    if (subject.role == Role::user && (!subject.account || target.account != subject.account))
        co_return unexpected(Fault::not_found, missing(right.place), "not the account of " + subject.name);
    if (right.rank == Rank::not_above && target.account) {
        auto held = co_await find_role(shard.pool(), target.tenant, target.account, caller.deadline);
        if (!held) co_return forward(held);
        if (held->role > subject.role) co_return unexpected(Fault::forbidden, "this account has a higher role than you");
    }
    co_return Result<void>{};
}

}  // namespace sky::auth
