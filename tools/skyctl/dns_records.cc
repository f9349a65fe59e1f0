#include "skyctl/dns_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sky/base/ascii.h"
#include "sky/dns/record.h"
#include "sky/idn/domain.h"
#include "sky/idn/suffix.h"
#include "sky/net/address.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
std::unexpected<Error> wrong(std::string_view key, std::string_view why) {
    return unexpected(Fault::syntax, fmt::format("{}: {}", settings::environment_name("skyctl", key), why));
}

Result<std::string> host(const settings::Settings& settings, std::string_view key) {
    if (!settings.is_set(key)) return std::string();
    auto name = idn::to_ascii(settings.text(key));
    if (!name) return wrong(key, name.error().text);
    return name;
}

constexpr std::array<std::pair<std::string_view, bool zone::Protocols::*>, 10> protocols{{{"submissions", &zone::Protocols::submissions},
                                                                                          {"submission", &zone::Protocols::submission},
                                                                                          {"imaps", &zone::Protocols::imaps},
                                                                                          {"imap", &zone::Protocols::imap},
                                                                                          {"pop3s", &zone::Protocols::pop3s},
                                                                                          {"pop3", &zone::Protocols::pop3},
                                                                                          {"sieve", &zone::Protocols::sieve},
                                                                                          {"caldav", &zone::Protocols::caldav},
                                                                                          {"carddav", &zone::Protocols::carddav},
                                                                                          {"jmap", &zone::Protocols::jmap}}};

Result<zone::Installation> installation(const settings::Settings& settings) {
    zone::Installation out;
    if (!settings.is_set("MAIL_HOST")) return wrong("MAIL_HOST", "is not set; no record can be told without it");
    auto mail = host(settings, "MAIL_HOST"), web = host(settings, "WEB_HOST");
    if (!mail) return forward(mail);
    if (!web) return forward(web);
    out.mail_host = std::move(*mail);
    out.web_host = std::move(*web);
    for (const auto& text : settings.list("PUBLIC_ADDRESSES")) {
        const auto bytes = net::parse_address(text);
        if (!bytes) return wrong("PUBLIC_ADDRESSES", text + " is not an address");
        out.addresses.push_back({net::address_text(*bytes), dns::reverse_name(text).value_or("")});
    }
    for (const auto& name : settings.list("PROTOCOLS")) {
        const auto known = std::ranges::find_if(protocols, [&](const auto& row) { return row.first == name; });
        if (known == protocols.end()) return wrong("PROTOCOLS", name + " is not a protocol of ours");
        out.protocols.*known->second = true;
    }
    for (const auto& digest : settings.list("TLSA_DIGESTS")) {
        if (digest.size() != 64 ||
            !std::ranges::all_of(digest, [](char c) { return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'f'); }))
            return wrong("TLSA_DIGESTS", digest + " is not a SHA-256 in hex");
        out.tlsa_digests.push_back(ascii::to_lower(digest));
    }
    out.caa_issuer = settings.text("CAA_ISSUER");
    out.acme_account = settings.text("ACME_ACCOUNT_URI");
    for (const std::string_view key : {"CAA_ISSUER", "ACME_ACCOUNT_URI"})
        if (settings.text(key).find_first_of("\"\\; \t") != std::string::npos)
            return wrong(key, "has a character that a CAA record can't carry");
    return out;
}
}  // namespace

Result<DomainRecords> domain_records(const Session& session, const Arguments& arguments) {
    auto name = idn::to_ascii(arguments.text("DOMAIN"));
    if (!name) return unexpected(Fault::syntax, "this is not a domain name: " + name.error().text);
    if (auto owned = idn::check_registrable(*name); !owned) return forward(owned);
    auto known = installation(session.settings());
    if (!known) return forward(known);
    zone::Domain domain{.name = *name};
    domain.challenge = arguments.text("--challenge");
    return DomainRecords{std::move(*name), zone::expected_records(*known, domain)};
}

}  // namespace sky::skyctl
