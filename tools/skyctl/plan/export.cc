#include <set>

#include "skyctl/plan/directory.h"
#include "skyctl/plan/plan.h"

namespace sky::skyctl::plan {
namespace pb = google::protobuf;
namespace json = boost::json;
namespace {
// What says how it should be, in the order of the contract. Nothing is left out because it is empty: that is wanted too.
json::object object_of(const Kind& kind, const pb::Message& message) {
    json::object out;
    const auto& descriptor = *message.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
        const std::string& field = descriptor.field(i)->name();
        if (is_told(field) || !(is_settable(kind, field) || field == "tenant")) continue;
        auto value = field_of(message, field);
        if (!value.is_null()) out.emplace(field, std::move(value));
    }
    return out;
}

std::string text(const pb::Message& message, std::string_view field) {
    const auto value = field_of(message, field);
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

// Of a tenant's export: its own plans, and those that it or a mailbox of it is on. A reseller's plan hides the provider's of the same name.
void keep_plans_of(const std::string& tenant, Directory& directory) {
    std::set<std::string> names, kept;
    std::string seller;
    for (const char* kind : {"tenants", "mailboxes"})
        for (const auto& [key, one] : directory[kind]) {
            names.insert(text(*one, "plan"));
            if (std::string_view(kind) == "tenants") seller = text(*one, "kind") == "reseller" ? text(*one, "name") : text(*one, "parent");
        }
    auto& plans = directory["plans"];
    for (const auto& name : names)
        if (!seller.empty() && plans.contains(seller + " " + name))
            kept.insert(seller + " " + name);
        else
            kept.insert(name);
    std::erase_if(plans, [&](const auto& one) { return !kept.contains(one.first) && text(*one.second, "owner") != tenant; });
}
}  // namespace

Result<json::object> read_directory(Session& session, const std::string& tenant) {
    std::set<std::string> tenants;
    if (!tenant.empty()) tenants.insert(tenant);
    Directory directory;
    std::set<std::string_view> unseen;
    // Prices come last: they are those of the plans that were kept.
    for (const bool prices : {false, true}) {
        for (const auto& kind : kinds()) {
            if ((kind.name == "prices") != prices) continue;
            if (!kind.of.empty() && unseen.contains(kind.of)) {
                unseen.insert(kind.name);
                continue;
            }
            auto read = read_kind(session, kind, tenants, directory);
            if (read) continue;
            if (read.error().fault != Fault::forbidden) return forward(read);
            unseen.insert(kind.name);
        }
        if (!prices && !tenant.empty()) keep_plans_of(tenant, directory);
    }
    if (!tenant.empty() && directory["tenants"].empty() && !unseen.contains("tenants"))
        return unexpected(Fault::not_found, "no such tenant");
    json::object out;
    for (const auto& kind : kinds()) {
        if (unseen.contains(kind.name)) continue;
        json::array list;
        for (const auto& [key, message] : directory[kind.name]) list.emplace_back(object_of(kind, *message));
        out.emplace(kind.name, std::move(list));
    }
    return out;
}

}  // namespace sky::skyctl::plan
