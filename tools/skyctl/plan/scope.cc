#include "skyctl/plan/scope.h"

#include <map>

#include "skyctl/plan/compare.h"
#include "skyctl/plan/fields.h"

namespace sky::skyctl::plan {
namespace {
std::string text(const Wanted& one, std::string_view field) {
    const auto* value = one.fields->if_contains(field);
    return value && value->is_string() ? folded(value->get_string()) : std::string();
}
}  // namespace

Result<std::set<std::string>> tenants_of(Session& session, const std::vector<Wanted>& wanted) {
    std::set<std::string> out;
    std::map<std::string, std::string> domains;  // and whose they are; empty: to be asked for
    bool only_plans = !wanted.empty();
    for (const auto& one : wanted) {
        const std::string tenant = one.kind->name == "tenants" ? one.key : text(one, "tenant"), address = text(one, "address");
        only_plans &= one.kind->name == "plans" || one.kind->name == "prices";
        if (!tenant.empty()) out.insert(tenant);
        if (one.kind->name == "domains" && !tenant.empty()) domains[one.key] = tenant;
        const auto at = address.rfind('@');
        if (tenant.empty() && at != std::string::npos) domains.try_emplace(address.substr(at + 1));
    }
    for (const auto& [domain, tenant] : domains) {
        if (!tenant.empty()) continue;
        admin::GetDomainRequest request;
        request.set_name(domain);
        auto reply = session.call<admin::Domain>(request);
        if (!reply && reply.error().fault != Fault::not_found) return forward(reply);
        if (reply) out.insert(reply->tenant());
    }
    if (out.empty() && !only_plans) return unexpected(Fault::syntax, "a plan names at least one tenant, in tenants or in its objects");
    return out;
}

bool covers(const std::set<std::string>& tenants, const Kind& kind, const google::protobuf::Message& message) {
    if (kind.name != "plans") return true;
    const auto owner = field_of(message, "owner");
    return owner.is_string() && tenants.contains(std::string(owner.get_string()));
}

}  // namespace sky::skyctl::plan
