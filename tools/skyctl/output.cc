#include "skyctl/output.h"

#include <fmt/format.h>

#include <ctime>

#include "sky/base/ascii.h"

namespace sky::skyctl {
namespace {
// Control characters of what others wrote must not reach a terminal; UTF-8 names may.
std::string shown(std::string_view text) {
    if (!ascii::is_utf8(text)) return ascii::printable(text, text.size() * 4);
    std::string out;
    for (char c : text) out += static_cast<unsigned char>(c) < 32 || c == 127 ? '?' : c;
    return out;
}

std::string plain(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return shown(*text);
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
    if (const auto* truth = std::get_if<Truth>(&cell)) return *truth == Truth::yes ? "yes" : "no";
    if (const auto* object = std::get_if<Object>(&cell)) return shown(object->json);
    std::string out;
    for (const auto& text : std::get<std::vector<std::string>>(cell)) out += (out.empty() ? "" : ", ") + shown(text);
    return out;
}

std::string json(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return json_string(*text);
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
    if (const auto* truth = std::get_if<Truth>(&cell)) return *truth == Truth::yes ? "true" : "false";
    if (const auto* object = std::get_if<Object>(&cell)) return object->json;
    std::string out;
    for (const auto& text : std::get<std::vector<std::string>>(cell)) out += (out.empty() ? "" : ", ") + json_string(text);
    return "[" + out + "]";
}

std::size_t width(std::string_view text) {  // of UTF-8, in characters
    std::size_t count = 0;
    for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}
}  // namespace

std::string json_string(std::string_view text) {
    if (!ascii::is_utf8(text)) {
        std::string fixed;
        for (char c : text) fixed += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : "\xEF\xBF\xBD";
        return json_string(fixed);
    }
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (static_cast<unsigned char>(c) < 32)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
    return out + '"';
}

std::string Table::object(const std::vector<Cell>& row) const {
    std::string out;
    for (std::size_t i = 0; i < columns_.size(); ++i) out += (i ? ", " : "") + json_string(columns_[i]) + ": " + json(row[i]);
    return "{" + out + "}";
}

std::string Table::render(Format format) const {
    std::string out;
    if (format == Format::json) {
        for (const auto& row : rows_) out += (out.empty() ? "" : ",\n ") + object(row);
        return "[" + out + "]\n";
    }
    std::vector<std::size_t> widths;
    for (const auto& column : columns_) widths.push_back(column.size());
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(plain(row[i])));
    const auto line = [&](const auto& text_at) {
        std::string cells;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string text = text_at(i);
            cells += text;
            if (i + 1 < columns_.size()) cells += std::string(widths[i] - width(text) + 2, ' ');
        }
        out += cells + "\n";
    };
    line([&](std::size_t i) { return ascii::to_upper(columns_[i]); });
    for (const auto& row : rows_) line([&](std::size_t i) { return plain(row[i]); });
    return out;
}

std::string Table::render_one(Format format) const {
    if (format == Format::json) return object(rows_.at(0)) + "\n";
    std::size_t widest = 0;
    for (const auto& column : columns_) widest = std::max(widest, column.size());
    std::string out;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        out += columns_[i] + std::string(widest - columns_[i].size() + 2, ' ') + plain(rows_.at(0)[i]) + "\n";
    return out;
}

std::string moment_text(std::int64_t unix_seconds) {
    if (unix_seconds == 0) return {};
    const std::time_t seconds = unix_seconds;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                       parts.tm_min, parts.tm_sec);
}

std::string octets_text(std::int64_t octets) {
    constexpr std::string_view units = "BKMGTPE";
    double value = static_cast<double>(octets);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < units.size()) value /= 1024, ++unit;
    return unit == 0 ? fmt::format("{}B", octets) : fmt::format("{:.1f}{}", value, units[unit]);
}

}  // namespace sky::skyctl
