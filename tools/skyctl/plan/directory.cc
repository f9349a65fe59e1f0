#include "skyctl/plan/directory.h"

#include "sky/base/ascii.h"
#include "skyctl/plan/plan.h"

namespace sky::skyctl::plan {
namespace pb = google::protobuf;

Result<Present> list_all(Session& session, const Kind& kind, const std::string& tenant) {
    Present out;
    auto request = message_named(kind.list);
    if (!tenant.empty() && has_field(kind.list, "tenant"))
        if (auto set = set_field(*request, "tenant", boost::json::value(tenant)); !set) return forward(set);
    for (;;) {
        auto reply = session.call_any(*request);
        if (!reply) return forward(reply);
        const auto& message = **reply;
        const auto& reflection = *message.GetReflection();
        const auto& descriptor = *message.GetDescriptor();
        for (int f = 0; f < descriptor.field_count(); ++f) {
            const auto* field = descriptor.field(f);
            if (!field->is_repeated() || field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
            for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
                const auto& one = reflection.GetRepeatedMessage(message, field, i);
                std::unique_ptr<pb::Message> copy(one.New());
                copy->CopyFrom(one);
                const std::string key = ascii::to_lower(std::string_view(field_of(one, kind.key).get_string()));
                if (kind.name == "tenants" && !tenant.empty() && key != tenant) continue;
                out.emplace(key, std::move(copy));
            }
        }
        const std::string next(field_of(message, "next").get_string());
        if (next.empty()) return out;
        if (auto set = set_field(*request, "page", boost::json::object{{"size", 500}, {"after", next}}); !set) return forward(set);
    }
}

Result<boost::json::object> read_directory(Session& session, const std::string& tenant) {
    boost::json::object out;
    for (const auto& kind : kinds()) {
        auto present = list_all(session, kind, tenant);
        if (!present) return forward(present);
        boost::json::array list;
        for (const auto& [key, message] : *present) list.emplace_back(to_json(*message));
        out.emplace(kind.name, std::move(list));
    }
    return out;
}

}  // namespace sky::skyctl::plan
