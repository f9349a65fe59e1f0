#include "encode.h"

#include <fmt/format.h>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::calstore {
namespace {
constexpr std::string_view token_prefix = "urn:skybridge:sync:";
}  // namespace

Components component_bit(ical::Kind kind) {
    switch (kind) {
        case ical::Kind::event:
            return events;
        case ical::Kind::todo:
            return todos;
        case ical::Kind::journal:
            return journals;
    }
    return events;
}

std::string Collection::sync_token() const { return write_token({epoch, id, modseq}); }

std::string etag_of(std::string_view hash, std::int32_t epoch) { return fmt::format("\"{}-{}\"", epoch, hex_encode(hash.substr(0, 16))); }

std::string write_token(const Token& token) {
    return fmt::format("{}{}:{}:{}", token_prefix, token.epoch, token.collection.value, token.modseq.value);
}

std::optional<Token> read_token(std::string_view text) {
    if (!text.starts_with(token_prefix)) return std::nullopt;
    const auto parts = ascii::split(text.substr(token_prefix.size()), ':');
    if (parts.size() != 3) return std::nullopt;
    const auto epoch = ascii::number(parts[0], INT32_MAX), collection = ascii::number(parts[1], INT64_MAX),
               modseq = ascii::number(parts[2], INT64_MAX);
    if (!epoch || !collection || !modseq) return std::nullopt;
    return Token{static_cast<std::int32_t>(*epoch), CalendarId(static_cast<std::int64_t>(*collection)),
                 ModSeq(static_cast<std::int64_t>(*modseq))};
}

std::string write_properties(const Properties& properties) {
    const auto quoted = [](std::string_view text) {
        std::string out = "\"";
        for (char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            if (static_cast<unsigned char>(c) < 0x20)
                out += fmt::format("\\u{:04x}", static_cast<int>(c));
            else
                out += c;
        }
        return out + '"';
    };
    std::string out = "{";
    for (const auto& [name, value] : properties) out += (out.size() > 1 ? "," : "") + quoted(name) + ":" + quoted(value);
    return out + "}";
}

Properties read_properties(const pg::Row& row, int names, int values) {
    Properties out;
    if (row.is_null(names)) return out;
    auto keys = row.get<std::vector<std::string>>(names);
    auto texts = row.get<std::vector<std::string>>(values);
    for (std::size_t i = 0; i < keys.size() && i < texts.size(); ++i) out.emplace(std::move(keys[i]), std::move(texts[i]));
    return out;
}

Collection read_collection(const pg::Row& row) {
    Collection out;
    out.id = row.get<CalendarId>(0);
    out.slug = row.get<std::string>(1);
    out.kind = static_cast<CollectionKind>(row.get<std::int16_t>(2));
    out.components = row.get<std::int16_t>(3);
    out.face.display_name = row.get<std::string>(4);
    out.face.description = row.get<std::string>(5);
    out.face.color = row.get<std::string>(6);
    out.face.order = row.get<std::int32_t>(7);
    out.face.timezone = row.get<std::string>(8);
    out.face.transparent = row.get<bool>(9);
    out.modseq = row.get<ModSeq>(10);
    out.epoch = row.get<std::int32_t>(11);
    out.created = row.get<Time>(12);
    out.face.properties = read_properties(row, 13, 14);
    return out;
}

Object read_object(const pg::Row& row) {
    Object out;
    out.name = row.get<std::string>(0);
    out.etag = etag_of(row.raw(1), row.get<std::int32_t>(2));
    out.size = row.get<std::int32_t>(3);
    out.component = row.get<std::int16_t>(4);
    out.modified = row.get<Time>(5);
    out.modseq = row.get<ModSeq>(6);
    out.data = row.get<std::string>(7);
    return out;
}

}  // namespace sky::calstore
