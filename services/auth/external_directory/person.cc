#include "auth/external_directory/person.h"

#include <algorithm>

#include "auth/address.h"
#include "auth/external_directory/shape.h"
#include "auth/photo.h"
#include "sky/base/ascii.h"
#include "sky/ldap/text.h"

namespace sky::auth {
namespace {
constexpr std::uint64_t account_disable = 2;
constexpr std::size_t longest_id = 1024, longest_text = 256, longest_number = 64, most_addresses = 200;

std::string fitting(std::string text, std::size_t most) {
    if (!ascii::is_utf8(text)) return {};
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
    if (text.size() > most) {
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // no half characters
        text.resize(end);
    }
    return std::string(ascii::trim(text));
}

void add_address(std::vector<std::string>& out, std::string_view text) {
    const auto address = parse_plain_address(ascii::trim(text));
    if (address && out.size() < most_addresses && std::ranges::find(out, address->text()) == out.end()) out.push_back(address->text());
}

// Values as Active Directory writes them, "SMTP:" for the primary one and "smtp:" for others; "X500:" and the like are no mail addresses.
void add_prefixed(std::vector<std::string>& out, const std::vector<std::string>& values) {
    for (const auto& value : values) {
        const auto colon = value.find(':');
        if (colon == value.npos)
            add_address(out, value);
        else if (ascii::equals_ignoring_case(std::string_view(value).substr(0, colon), "smtp"))
            add_address(out, std::string_view(value).substr(colon + 1));
    }
}
}  // namespace

bool is_disabled(const ldap::Entry& entry) {
    const auto flags = ascii::number(entry.first("useraccountcontrol"));
    return flags && (*flags & account_disable) != 0;
}

std::optional<Person> person_of(const ldap::Entry& entry, const ExternalDirectoryRow& row) {
    const auto first = [&](std::string_view field) {
        const auto attribute = attribute_of(row, field);
        return attribute.empty() ? std::string() : entry.first(attribute);
    };
    const auto values = [&](std::string_view field) -> const std::vector<std::string>& { return entry.values(attribute_of(row, field)); };
    Person out{.id = ldap::filter_value(entry.first(ascii::to_lower(row.id_attribute))), .dn = entry.dn};
    if (out.id.empty() || out.id.size() > longest_id) return std::nullopt;
    for (const auto& value : values("addresses"))
        if (value.starts_with("SMTP:")) add_address(out.addresses, std::string_view(value).substr(5));
    // Where nothing says which one is the primary, it is the first of "mail".
    for (const auto& value : values("mail")) add_address(out.addresses, value);
    add_prefixed(out.addresses, values("addresses"));
    out.display_name = fitting(first("display_name"), longest_text);
    out.title = fitting(first("title"), longest_text);
    out.department = fitting(first("department"), longest_text);
    out.phone = fitting(first("phone"), longest_number);
    out.mobile = fitting(first("mobile"), longest_number);
    out.office = fitting(first("office"), longest_text);
    out.manager_dn = first("manager");
    out.photo = first("photo");
    if (out.photo.size() > largest_photo || photo_type(out.photo).empty()) out.photo.clear();
    out.disabled = is_disabled(entry);
    return out;
}

std::vector<std::string> attributes_of_person(const ExternalDirectoryRow& row) {
    std::vector<std::string> out{row.id_attribute, "userAccountControl"};
    for (const auto field : external_fields)
        if (auto attribute = attribute_of(row, field); field != "members" && !attribute.empty()) out.push_back(std::move(attribute));
    return out;
}

std::vector<std::string> lines_of(const Person& person) {
    std::vector<std::string> out{"id=" + person.id};
    for (const auto& address : person.addresses) out.push_back("address=" + address);
    for (const auto& [name, text] : {std::pair{"display_name", &person.display_name},
                                     {"title", &person.title},
                                     {"department", &person.department},
                                     {"phone", &person.phone},
                                     {"mobile", &person.mobile},
                                     {"office", &person.office},
                                     {"manager", &person.manager_dn}})
        if (!text->empty()) out.push_back(std::string(name) + "=" + ascii::printable(*text, 1024));
    if (!person.photo.empty()) out.push_back("photo=" + std::to_string(person.photo.size()) + " octets");
    return out;
}

}  // namespace sky::auth
