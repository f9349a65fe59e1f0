#include "auth/external_directory/shape.h"

#include <algorithm>

#include "auth/rpc/texts.h"
#include "sky/base/ascii.h"
#include "sky/ldap/server.h"
#include "sky/ldap/text.h"

namespace sky::auth {
namespace {
constexpr std::size_t most_servers = 8, longest_dn = 1024, longest_authorities = 65536, longest_attribute = 64;

// An attribute's name or its OID, without options (RFC 4512 §2.5).
bool is_attribute(std::string_view name) {
    return !name.empty() && name.size() <= longest_attribute && ascii::is_alnum(name[0]) &&
           std::ranges::all_of(name, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.'; });
}

struct Named {
    std::string_view field, attribute;
};
Named parts_of(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == text.npos) return {};
    return {ascii::trim(text.substr(0, equals)), ascii::trim(text.substr(equals + 1))};
}
}  // namespace

Result<ExternalDirectoryRow> usual_directory(std::string_view kind) {
    ExternalDirectoryRow out;
    if (kind.empty() || kind == "ldap") {
        out.user_filter = "(&(objectClass=inetOrgPerson)(mail={address}))";
        out.id_attribute = "entryUUID";
        out.attributes = {"mail=mail",     "display_name=cn", "title=title",     "department=ou",   "phone=telephoneNumber",
                          "mobile=mobile", "office=l",        "manager=manager", "photo=jpegPhoto", "members=member"};
    } else if (kind == "active-directory") {
        out.user_filter = "(&(objectCategory=person)(objectClass=user)(|(mail={address})(proxyAddresses=smtp:{address})))";
        out.id_attribute = "objectGUID";
        out.attributes = {"mail=mail",
                          "addresses=proxyAddresses",
                          "display_name=displayName",
                          "title=title",
                          "department=department",
                          "phone=telephoneNumber",
                          "mobile=mobile",
                          "office=physicalDeliveryOfficeName",
                          "manager=manager",
                          "photo=thumbnailPhoto",
                          "members=member"};
    } else {
        return unexpected(Fault::syntax, "the kind of a directory is ldap or active-directory");
    }
    return out;
}

Result<void> check_directory(const ExternalDirectoryRow& row) {
    if (row.urls.empty()) return unexpected(Fault::syntax, "a directory needs a URL: ldaps://dc1.example.com");
    if (row.urls.size() > most_servers) return unexpected(Fault::syntax, "a directory has at most 8 URLs");
    for (const auto& url : row.urls)
        if (auto server = ldap::parse_server(url); !server) return forward(server);
    if (row.authorities.size() > longest_authorities) return unexpected(Fault::too_large, "the authorities have at most 64 KiB");
    if (!row.authorities.empty() && !row.authorities.contains("-----BEGIN CERTIFICATE-----"))
        return unexpected(Fault::syntax, "the authorities are certificates in PEM");
    if (row.base_dn.empty()) return unexpected(Fault::syntax, "a directory needs a base DN: dc=example,dc=com");
    for (const auto& [text, what] : {std::tuple{&row.base_dn, "base DN"}, {&row.bind_dn, "bind DN"}})
        if (auto good = check_text(*text, longest_dn, what); !good) return good;
    if (!row.bind_dn.empty() && row.bind_password.empty()) return unexpected(Fault::syntax, "the bind DN needs a password");
    if (auto good = filter_of_everybody(row); !good) return forward(good);
    if (auto good = check_text(row.user_filter, 4096, "filter"); !good) return good;
    if (!row.user_filter.contains('{'))
        return unexpected(Fault::syntax, "the filter finds one person: it needs {address}, {local} or {uid}");
    if (!is_attribute(row.id_attribute)) return unexpected(Fault::syntax, "the id is the name of an attribute: entryUUID, objectGUID");
    if (row.sign_in != "all" && row.sign_in != "chosen" && row.sign_in != "none")
        return unexpected(Fault::syntax, "it proves the passwords of all, chosen or none");
    if (row.sync_minutes < 5 || row.sync_minutes > 10080) return unexpected(Fault::syntax, "it is read every 5 to 10080 minutes");
    return {};
}

std::string attribute_of(const ExternalDirectoryRow& row, std::string_view field) {
    for (const auto& text : row.attributes)
        if (const auto named = parts_of(text); named.field == field) return ascii::to_lower(named.attribute);
    return {};
}

Result<void> set_attribute(ExternalDirectoryRow& row, std::string_view text) {
    const auto named = parts_of(text);
    if (std::ranges::find(external_fields, named.field) == std::end(external_fields))
        return unexpected(
            Fault::syntax,
            "an attribute is given as field=attribute; the fields are mail, addresses, display_name, title, department, phone, mobile, "
            "office, manager, photo, members");
    if (!named.attribute.empty() && !is_attribute(named.attribute))
        return unexpected(Fault::syntax, "this is not the name of an attribute");
    std::erase_if(row.attributes, [&](const std::string& one) { return parts_of(one).field == named.field; });
    if (!named.attribute.empty()) row.attributes.push_back(std::string(named.field) + "=" + std::string(named.attribute));
    return {};
}

Result<std::string> filter_of_person(const ExternalDirectoryRow& row, const std::string& address, const std::string& external_id) {
    const ldap::Placeholder values[] = {{"address", ldap::filter_value(address)},
                                        {"local", ldap::filter_value(address.substr(0, address.rfind('@')))},
                                        {"uid", external_id}};
    auto filter = ldap::expand_filter(row.user_filter, values);
    if (!filter || external_id.empty()) return filter;
    return "(&(" + row.id_attribute + "=" + external_id + ")" + *filter + ")";
}

Result<std::string> filter_of_everybody(const ExternalDirectoryRow& row) {
    const ldap::Placeholder stars[] = {{"address", "*"}, {"local", "*"}, {"uid", "*"}};
    return ldap::expand_filter(row.user_filter, stars);
}

}  // namespace sky::auth
