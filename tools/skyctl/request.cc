#include "skyctl/request.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "skyctl/plan/fields.h"

namespace sky::skyctl {
namespace pb = google::protobuf;
namespace json = boost::json;
namespace {
// One text for a list: separated by commas.
Result<json::value> parts_of(std::string_view text) {
    json::array out;
    for (const auto part : ascii::split(text, ','))
        if (const auto trimmed = ascii::trim(part); !trimmed.empty()) out.emplace_back(trimmed);
    return json::value(std::move(out));
}

Result<json::value> value_of(const Arguments& arguments, const Option& option) {
    switch (option.takes) {
        case Takes::nothing:
            return json::value(true);
        case Takes::number:
        case Takes::octets:
            return json::value(arguments.number(option.name));
        case Takes::texts: {
            json::array out;
            for (const auto& text : arguments.texts(option.name)) out.emplace_back(text);
            return json::value(std::move(out));
        }
        case Takes::on_off: {
            const std::string text = arguments.text(option.name);
            if (text != "on" && text != "off") return unexpected(Fault::syntax, std::string(option.name) + " is on or off");
            return json::value(text == "on");
        }
        case Takes::text:
            break;
    }
    return json::value(arguments.text(option.name));
}

Cell cell(const json::value& value, Column::Form form, Format format) {
    if (value.is_array()) {
        const auto is_object = [](const json::value& item) { return item.is_object(); };
        if (format == Format::json && std::ranges::any_of(value.get_array(), is_object)) return Object{json::serialize(value)};
        std::vector<std::string> out;
        for (const auto& item : value.get_array())
            out.emplace_back(item.is_string() ? std::string(item.get_string()) : json::serialize(item));
        return out;
    }
    if (value.is_bool()) return Truth(value.get_bool());
    if (value.is_int64() || value.is_uint64()) {
        const auto number = value.to_number<std::int64_t>();
        if (format == Format::json || form == Column::Form::plain) return number;
        return form == Column::Form::moment ? moment_text(number) : octets_text(number);
    }
    if (value.is_object()) return Object{json::serialize(value)};
    if (value.is_null() && format == Format::json) return Object{"null"};
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

Table table_of(const std::vector<Column>& columns) {
    std::vector<std::string> titles;
    for (const auto& column : columns) titles.emplace_back(column.title);
    return Table(std::move(titles));
}

void add_row(Table& table, const pb::Message& message, const std::vector<Column>& columns, Format format) {
    std::vector<Cell> row;
    for (const auto& column : columns) row.push_back(cell(plan::field_of(message, column.field), column.form, format));
    table.add(std::move(row));
}

// A table of many leaves out what does not fit on a line; JSON has everything.
std::vector<Column> columns_of_list(std::span<const Column> columns, Format format) {
    std::vector<Column> out(columns.begin(), columns.end());
    if (format == Format::table) std::erase_if(out, [](const Column& one) { return one.where == Column::Where::not_in_tables; });
    return out;
}
}  // namespace

Result<void> fill(pb::Message& request, const Arguments& arguments, std::span<const Option> options) {
    for (const auto& option : options) {
        if (option.field.empty() || !arguments.given(option.name)) continue;
        const auto* field = request.GetDescriptor()->FindFieldByName(std::string(option.field));
        auto value = option.takes == Takes::text && field && field->is_repeated() ? parts_of(arguments.text(option.name))
                                                                                  : value_of(arguments, option);
        if (!value) return forward(value);
        if (auto set = plan::set_field(request, option.field, *value); !set)
            return unexpected(Fault::syntax, std::string(option.name) + ": " + set.error().text);
    }
    if (request.GetDescriptor()->FindFieldByName("idempotency_key"))
        return plan::set_field(request, "idempotency_key", json::value(new_idempotency_key()));
    return {};
}

Result<void> show_one(Session& session, const pb::Message& request, std::span<const Column> columns) {
    auto reply = session.call_any(request);
    if (!reply) return forward(reply);
    const std::vector<Column> shown(columns.begin(), columns.end());
    Table table = table_of(shown);
    add_row(table, **reply, shown, session.format());
    session.one(table);
    return {};
}

Result<void> show_list(Session& session, pb::Message& request, std::span<const Column> columns) {
    const auto shown = columns_of_list(columns, session.format());
    Table table = table_of(shown);
    std::string next;
    do {
        if (request.GetDescriptor()->FindFieldByName("page"))
            if (auto set = plan::set_field(request, "page", json::object{{"size", 1000}, {"after", next}}); !set) return set;
        auto reply = session.call_any(request);
        if (!reply) return forward(reply);
        const auto& message = **reply;
        for (int f = 0; f < message.GetDescriptor()->field_count(); ++f) {
            const auto* field = message.GetDescriptor()->field(f);
            if (!field->is_repeated() || field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
            const auto& reflection = *message.GetReflection();
            for (int i = 0; i < reflection.FieldSize(message, field); ++i)
                add_row(table, reflection.GetRepeatedMessage(message, field, i), shown, session.format());
        }
        const auto after = plan::field_of(message, "next");
        next = after.is_string() ? std::string(after.get_string()) : std::string();
    } while (!next.empty());
    session.list(table);
    return {};
}

}  // namespace sky::skyctl
