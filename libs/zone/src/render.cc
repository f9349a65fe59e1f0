#include "sky/zone/render.h"

#include <fmt/format.h>

namespace sky::zone {
namespace {
constexpr std::size_t longest_string = 255;

bool is_below(std::string_view owner, std::string_view domain) {
    return owner == domain || (owner.ends_with(domain) && owner.substr(0, owner.size() - domain.size()).ends_with('.'));
}

std::string relative(std::string_view owner, std::string_view domain) {
    return owner == domain ? "@" : std::string(owner.substr(0, owner.size() - domain.size() - 1));
}
}  // namespace

std::string quoted_text(std::string_view text) {
    std::string out = "\"";
    std::size_t size = 0;
    for (char c : text) {
        if (size == longest_string) {
            out += "\" \"";
            size = 0;
        }
        ++size;
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (c >= ' ' && c < 127)
            out += c;
        else
            out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
    }
    return out + '"';
}

std::string zone_text(const std::vector<Record>& records, std::string_view domain) {
    std::string own = fmt::format("$ORIGIN {}.\n", domain), others;
    for (const auto& record : records) {
        const std::string value = record.type == "TXT" ? quoted_text(record.value) : record.value;
        if (is_below(record.owner, domain))
            own += fmt::format("; {}: {}\n{} {} IN {} {}\n", severity_name(record.severity), record.why, relative(record.owner, domain),
                               record.ttl, record.type, value);
        else
            others += fmt::format("; {}: {}\n; {}. {} IN {} {}\n", severity_name(record.severity), record.why, record.owner, record.ttl,
                                  record.type, value);
    }
    return others.empty() ? own : own + "; These belong to other zones:\n" + others;
}

}  // namespace sky::zone
