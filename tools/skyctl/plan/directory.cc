#include "skyctl/plan/directory.h"

#include "skyctl/plan/compare.h"

namespace sky::skyctl::plan {
namespace pb = google::protobuf;
namespace {
std::string text_of(const boost::json::value& value) { return value.is_string() ? std::string(value.get_string()) : std::string(); }

template <class Lookup>
std::string key_by(const Kind& kind, Lookup lookup) {
    std::string out;
    for (const auto& key : kind.keys) {
        if (key.field.empty()) continue;
        const std::string part = folded(text_of(lookup(key.field)));
        if (!part.empty()) out += (out.empty() ? "" : " ") + part;
    }
    return out;
}

// One of a list as the kind's entity: the fields that both have, and those of the object that was asked for it.
std::unique_ptr<pb::Message> entity_of(const Kind& kind, const pb::Message& item, const pb::Message* of) {
    auto out = message_named(kind.entity);
    for (const auto* from : {&item, of})
        for (int f = 0; from && f < from->GetDescriptor()->field_count(); ++f) {
            const auto& field = *from->GetDescriptor()->field(f);
            const bool wanted = has_field(kind.entity, field.name()) && (from == &item || is_key(*kind_named(kind.of), field.name()));
            if (!wanted) continue;
            const auto value = field_of(*from, field.name());
            if (!value.is_null()) static_cast<void>(set_field(*out, field.name(), value));
        }
    return out;
}

// All pages of one question.
Result<void> ask(Session& session, const Kind& kind, pb::Message& request, const pb::Message* of, Present& out) {
    for (std::string next;;) {
        if (has_field(kind.list, "page"))
            if (auto set = set_field(request, "page", boost::json::object{{"size", 500}, {"after", next}}); !set) return set;
        auto reply = session.call_any(request);
        if (!reply) return forward(reply);
        const auto& message = **reply;
        const auto& reflection = *message.GetReflection();
        for (int f = 0; f < message.GetDescriptor()->field_count(); ++f) {
            const auto* field = message.GetDescriptor()->field(f);
            if (!field->is_repeated() || field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
            for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
                auto one = entity_of(kind, reflection.GetRepeatedMessage(message, field, i), of);
                const std::string key = key_of(kind, *one);
                out.insert_or_assign(key, std::move(one));
            }
        }
        next = text_of(field_of(message, "next"));
        if (next.empty()) return {};
    }
}

Result<void> ask_of_each(Session& session, const Kind& kind, const Directory& directory, Present& out) {
    for (const auto& [key, owner] : directory.at(kind.of)) {
        auto request = message_named(kind.list);
        if (auto set = set_keys(*request, *kind_named(kind.of), *owner); !set) return set;
        auto asked = ask(session, kind, *request, owner.get(), out);
        if (!asked && asked.error().fault != Fault::not_found) return asked;  // it went meanwhile
    }
    return {};
}
}  // namespace

std::string key_of(const Kind& kind, const pb::Message& message) {
    return key_by(kind, [&](std::string_view field) { return field_of(message, field); });
}

std::string key_of(const Kind& kind, const boost::json::object& object) {
    return key_by(kind, [&](std::string_view field) {
        const auto* value = object.if_contains(field);
        return value ? *value : boost::json::value();
    });
}

Result<void> set_keys(pb::Message& request, const Kind& kind, const pb::Message& from) {
    for (const auto& key : kind.keys)
        if (!key.field.empty())
            if (auto set = set_field(request, key.field, field_of(from, key.field)); !set) return set;
    return {};
}

Result<void> read_kind(Session& session, const Kind& kind, const std::set<std::string>& tenants, Directory& directory) {
    if (directory.contains(kind.name)) return {};
    Present out;
    if (!kind.of.empty()) {
        if (auto read = read_kind(session, *kind_named(kind.of), tenants, directory); !read) return read;
        if (auto asked = ask_of_each(session, kind, directory, out); !asked) return asked;
    } else if (tenants.empty() || !has_field(kind.list, "tenant")) {
        auto request = message_named(kind.list);
        if (auto asked = ask(session, kind, *request, nullptr, out); !asked) return asked;
    } else {
        for (const auto& tenant : tenants) {
            auto request = message_named(kind.list);
            if (auto set = set_field(*request, "tenant", boost::json::value(tenant)); !set) return set;
            auto asked = ask(session, kind, *request, nullptr, out);
            if (!asked && asked.error().fault != Fault::not_found) return asked;
        }
    }
    if (kind.name == "tenants" && !tenants.empty()) std::erase_if(out, [&](const auto& one) { return !tenants.contains(one.first); });
    directory.emplace(kind.name, std::move(out));
    return {};
}

}  // namespace sky::skyctl::plan
