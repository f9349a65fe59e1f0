#include "skyctl/plan/compare.h"

#include <algorithm>
#include <vector>

#include "sky/base/ascii.h"
#include "sky/idn/domain.h"
#include "sky/idn/local.h"
#include "skyctl/plan/fields.h"

namespace sky::skyctl::plan {
namespace json = boost::json;
namespace {
// Fields that name something. What people read (names, titles) is compared as it is.
constexpr std::string_view references[] = {"name",      "address", "tenant", "parent",  "plan",     "owner",     "alias_of",
                                           "catch_all", "manager", "state",  "storage", "delegate", "sent_copy", "senders"};

json::value comparable(std::string_view field, const json::value& value) {
    if (value.is_array()) {
        std::vector<std::string> texts;
        for (const auto& item : value.get_array()) texts.push_back(folded(item.is_string() ? std::string_view(item.get_string()) : ""));
        std::ranges::sort(texts);
        texts.erase(std::ranges::unique(texts).begin(), texts.end());
        return json::value(json::array(texts.begin(), texts.end()));
    }
    if (value.is_object()) {
        json::object out;
        for (const auto& [key, inner] : value.get_object()) out.emplace(key, comparable(key, inner));
        return out;
    }
    if (value.is_string() && std::ranges::find(references, field) != std::end(references)) return json::value(folded(value.get_string()));
    return value;
}

bool is_nothing(const json::value& value) {
    return value.is_null() || (value.is_object() && value.get_object().empty()) || (value.is_array() && value.get_array().empty());
}
}  // namespace

std::string folded(std::string_view text) {
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return ascii::to_lower(text);
    const auto at = text.rfind('@');
    const auto domain = idn::to_ascii(at == std::string_view::npos ? text : text.substr(at + 1));
    const auto local = idn::normalise_local(at == std::string_view::npos ? "" : text.substr(0, at));
    if (!domain || !local) return ascii::to_lower(text);
    return at == std::string_view::npos ? *domain : *local + "@" + *domain;
}

Result<bool> is_same(const Kind& kind, const google::protobuf::Message& present, std::string_view field, const json::value& wanted) {
    auto scratch = message_named(kind.entity);
    if (auto set = set_field(*scratch, field, wanted); !set) return forward(set);
    const auto is = comparable(field, field_of(present, field)), should_be = comparable(field, field_of(*scratch, field));
    if (is == should_be || (is_nothing(is) && is_nothing(should_be))) return true;
    // A domain becomes active when the DNS proves it, not because a plan says so; a quota of nothing is the service's default.
    if (field == "state") return kind.name == "domains" && is == "pending" && should_be == "active";
    return field == "quota_bytes" && should_be == 0;
}

}  // namespace sky::skyctl::plan
