#include "auth/billing/export.h"

#include <fmt/format.h>

namespace sky::auth {
namespace {
std::string_view name(Unit unit) { return unit == Unit::month ? "month" : "average_octets"; }

// RFC 4180 §2
void field(std::string& out, std::string_view text) {
    const bool formula = !text.empty() && std::string_view("=+-@\t").contains(text.front());
    const bool quoted = text.find_first_of(",\"\r\n") != text.npos;
    if (quoted) out += '"';
    if (formula) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    if (quoted) out += '"';
}

// RFC 8259 §7
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
    return out + '"';
}

std::string percent(std::int32_t basis_points) { return fmt::format("{}.{:02}", basis_points / 100, basis_points % 100); }
}  // namespace

std::string csv_head() {
    return "month,tenant,plan,mailbox,unit,days,quantity,unit_price,ex_tax,tax_name,tax_percent,tax,total,currency\r\n";
}

std::string csv_lines(Month month, std::span<const Line> lines) {
    std::string out;
    for (const auto& line : lines) {
        const auto& currency = line.price.currency;
        const auto money = [&](std::int64_t minor_units) { return currency.empty() ? std::string() : decimal(minor_units, currency); };
        const std::string fields[] = {text_of(month),
                                      line.tenant,
                                      line.plan,
                                      line.mailbox,
                                      std::string(name(line.unit)),
                                      std::to_string(line.days),
                                      line.quantity,
                                      money(line.price.minor_units),
                                      money(line.amount.ex_tax),
                                      line.price.tax_name,
                                      currency.empty() ? "" : percent(line.price.tax_basis_points),
                                      money(line.amount.tax),
                                      money(line.amount.total),
                                      currency};
        for (const auto& text : fields) {
            field(out, text);
            out += ',';
        }
        out.back() = '\r';
        out += '\n';
    }
    return out;
}

std::string json_head(Month month) { return "{\"month\": " + quoted(text_of(month)) + ", \"lines\": ["; }

std::string json_lines(std::span<const Line> lines, Position where) {
    std::string out;
    for (const auto& line : lines) {
        out += out.empty() && where == Position::first ? "\n" : ",\n";
        out += fmt::format(
            "{{\"tenant\": {}, \"plan\": {}, \"mailbox\": {}, \"unit\": \"{}\", \"days\": {}, \"quantity\": {}, \"unit_price\": {}, "
            "\"ex_tax\": {}, \"tax_name\": {}, \"tax_basis_points\": {}, \"tax\": {}, \"total\": {}, \"currency\": {}}}",
            quoted(line.tenant), quoted(line.plan), quoted(line.mailbox), name(line.unit), line.days, line.quantity, line.price.minor_units,
            line.amount.ex_tax, quoted(line.price.tax_name), line.price.tax_basis_points, line.amount.tax, line.amount.total,
            quoted(line.price.currency));
    }
    return out;
}

std::string json_tail() { return "\n]}\n"; }

}  // namespace sky::auth
