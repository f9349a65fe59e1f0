#include "skyctl/plan/fields.h"

#include <fmt/format.h>

#include "skyctl/plan/nearest.h"

namespace sky::skyctl::plan {
namespace pb = google::protobuf;
namespace json = boost::json;
namespace {

json::value one_value(const pb::Message& message, const pb::FieldDescriptor& field) {
    const auto& reflection = *message.GetReflection();
    if (field.is_repeated()) {
        json::array out;
        for (int i = 0; i < reflection.FieldSize(message, &field); ++i)
            if (field.cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING)
                out.emplace_back(reflection.GetRepeatedString(message, &field, i));
            else if (field.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE)
                out.emplace_back(to_json(reflection.GetRepeatedMessage(message, &field, i)));
        return out;
    }
    switch (field.cpp_type()) {
        case pb::FieldDescriptor::CPPTYPE_STRING:
            return json::value(reflection.GetString(message, &field));
        case pb::FieldDescriptor::CPPTYPE_BOOL:
            return reflection.GetBool(message, &field);
        case pb::FieldDescriptor::CPPTYPE_INT64:
            return reflection.GetInt64(message, &field);
        case pb::FieldDescriptor::CPPTYPE_INT32:
            return std::int64_t{reflection.GetInt32(message, &field)};
        case pb::FieldDescriptor::CPPTYPE_UINT32:
            return std::int64_t{reflection.GetUInt32(message, &field)};
        case pb::FieldDescriptor::CPPTYPE_MESSAGE:
            return reflection.HasField(message, &field) ? json::value(to_json(reflection.GetMessage(message, &field))) : json::value();
        default:
            return nullptr;
    }
}

bool is_nothing(const json::value& value) {
    return value.is_null() || (value.is_string() && value.get_string().empty()) || (value.is_array() && value.get_array().empty()) ||
           (value.is_object() && value.get_object().empty()) || (value.is_int64() && value.get_int64() == 0);
}

Error wrong(std::string_view field, const char* expected) { return {Fault::syntax, fmt::format("{} must be {}", field, expected)}; }

Result<void> set_list(pb::Message& message, const pb::FieldDescriptor& field, const json::value& value) {
    if (!value.is_array() || field.cpp_type() != pb::FieldDescriptor::CPPTYPE_STRING)
        return std::unexpected(wrong(field.name(), "a list of texts"));
    message.GetReflection()->ClearField(&message, &field);
    for (const auto& item : value.get_array()) {
        if (!item.is_string()) return std::unexpected(wrong(field.name(), "a list of texts"));
        message.GetReflection()->AddString(&message, &field, std::string(item.get_string()));
    }
    return {};
}

Result<std::string> text_of(const pb::FieldDescriptor& field, const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (!value.is_array()) return std::unexpected(wrong(field.name(), "a text"));
    std::string out;
    for (const auto& item : value.get_array()) {
        if (!item.is_string()) return std::unexpected(wrong(field.name(), "a list of texts"));
        out.append(out.empty() ? "" : ",").append(item.get_string());
    }
    return out;
}
}  // namespace

std::unique_ptr<pb::Message> message_named(std::string_view name) {
    const auto* descriptor = pb::DescriptorPool::generated_pool()->FindMessageTypeByName("skybridge.admin.v1." + std::string(name));
    if (!descriptor) return nullptr;
    return std::unique_ptr<pb::Message>(pb::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
}

bool has_field(std::string_view message, std::string_view field) {
    const auto* descriptor = pb::DescriptorPool::generated_pool()->FindMessageTypeByName("skybridge.admin.v1." + std::string(message));
    return descriptor && descriptor->FindFieldByName(std::string(field));
}

std::vector<std::string> field_names(std::string_view message) {
    std::vector<std::string> out;
    const auto* descriptor = pb::DescriptorPool::generated_pool()->FindMessageTypeByName("skybridge.admin.v1." + std::string(message));
    for (int i = 0; descriptor && i < descriptor->field_count(); ++i) out.push_back(descriptor->field(i)->name());
    return out;
}

json::object to_json(const pb::Message& message) {
    json::object out;
    const auto& descriptor = *message.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
        const auto& field = *descriptor.field(i);
        auto value = one_value(message, field);
        if (!is_nothing(value)) out.emplace(field.name(), std::move(value));
    }
    return out;
}

json::value field_of(const pb::Message& message, std::string_view name) {
    const auto* field = message.GetDescriptor()->FindFieldByName(std::string(name));
    return field ? one_value(message, *field) : json::value();
}

Result<void> set_field(pb::Message& message, std::string_view name, const json::value& value) {
    const auto* field = message.GetDescriptor()->FindFieldByName(std::string(name));
    if (!field)
        return unexpected(Fault::syntax,
                          fmt::format("{} can't be set{}", name, did_you_mean(name, field_names(message.GetDescriptor()->name()))));
    if (field->is_repeated()) return set_list(message, *field, value);
    const auto& reflection = *message.GetReflection();
    switch (field->cpp_type()) {
        case pb::FieldDescriptor::CPPTYPE_STRING: {
            auto text = text_of(*field, value);
            if (!text) return forward(text);
            reflection.SetString(&message, field, std::move(*text));
            return {};
        }
        case pb::FieldDescriptor::CPPTYPE_BOOL:
            if (!value.is_bool()) return std::unexpected(wrong(name, "true or false"));
            reflection.SetBool(&message, field, value.get_bool());
            return {};
        case pb::FieldDescriptor::CPPTYPE_INT64:
            if (!value.is_int64()) return std::unexpected(wrong(name, "a whole number"));
            reflection.SetInt64(&message, field, value.get_int64());
            return {};
        case pb::FieldDescriptor::CPPTYPE_UINT32:
            if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > UINT32_MAX)
                return std::unexpected(wrong(name, "a whole number"));
            reflection.SetUInt32(&message, field, static_cast<std::uint32_t>(value.get_int64()));
            return {};
        case pb::FieldDescriptor::CPPTYPE_MESSAGE: {
            if (!value.is_object()) return std::unexpected(wrong(name, "an object"));
            auto& inner = *reflection.MutableMessage(&message, field);
            for (const auto& [key, item] : value.get_object())
                if (auto set = set_field(inner, key, item); !set) return set;
            return {};
        }
        default:
            return unexpected(Fault::syntax, fmt::format("{} can't be set", name));
    }
}

}  // namespace sky::skyctl::plan
