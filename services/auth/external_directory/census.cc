#include "auth/external_directory/census.h"

#include "auth/external_directory/shape.h"
#include "sky/base/ascii.h"
#include "sky/ldap/text.h"

namespace sky::auth {
namespace {
constexpr std::size_t page = 500, most_ranges = 100;

// Active Directory gives the members of a large group in ranges (MS-ADTS 3.1.1.3.1.3.3).
Task<Result<std::optional<std::vector<std::string>>>> members_of(Directories::Known& directory, const std::string& dn, Deadline deadline) {
    const std::string attribute = attribute_of(directory.row, "members");
    std::vector<std::string> out;
    std::string wanted = attribute;
    for (std::size_t i = 0; i < most_ranges && !wanted.empty(); ++i) {
        ldap::Search search{.base = dn, .scope = ldap::Scope::base, .filter = "(objectClass=*)", .attributes = {wanted}};
        auto entries = co_await directory.client.search(std::move(search), deadline);
        if (!entries && entries.error().fault == Fault::not_found) co_return std::nullopt;
        if (!entries) co_return forward(entries);
        if (entries->empty()) co_return std::nullopt;
        wanted.clear();
        for (const auto& [name, values] : entries->front().attributes) {
            if (name != attribute && !name.starts_with(attribute + ";range=")) continue;
            for (const auto& value : values) out.push_back(ldap::normal_dn(value));
            if (const auto next = next_range(name); next && name != attribute)
                wanted = attribute + ";range=" + std::to_string(*next) + "-*";
        }
    }
    if (!wanted.empty()) co_return unexpected(Fault::too_large, "a group of the directory has more members than we read", dn);
    co_return out;
}
}  // namespace

std::optional<std::uint64_t> next_range(std::string_view name) {
    const auto dash = name.rfind('-');
    const auto last = dash == name.npos ? std::nullopt : ascii::number(name.substr(dash + 1));
    return last ? std::optional(*last + 1) : std::nullopt;
}

Task<Result<void>> read_sides_there(Directories::Known& directory, Sides& sides, Deadline deadline) {
    const ExternalDirectoryRow& row = directory.row;
    auto filter = filter_of_everybody(row);
    if (!filter) co_return forward(filter);
    ldap::Search everybody{
        .base = row.base_dn, .filter = std::move(*filter), .attributes = attributes_of_person(row), .most = most_persons, .page = page};
    auto entries = co_await directory.client.search(std::move(everybody), deadline);
    if (!entries) co_return forward(entries);
    for (const auto field : external_fields)
        if (!attribute_of(row, field).empty()) sides.fields.emplace(field);
    for (const auto& entry : *entries) {
        auto person = person_of(entry, row);
        if (!person) continue;
        person->dn = ldap::normal_dn(person->dn);
        person->manager_dn = ldap::normal_dn(person->manager_dn);
        sides.persons.push_back(std::move(*person));
    }
    for (const auto& meaning : row.groups) {
        auto members = co_await members_of(directory, meaning.dn, deadline);
        if (!members) co_return forward(members);
        sides.groups.push_back({meaning, std::move(*members)});
    }
    co_return Result<void>{};
}

}  // namespace sky::auth
