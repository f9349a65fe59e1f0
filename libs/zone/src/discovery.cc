// How clients find their servers from an address alone.
#include <fmt/format.h>

#include <array>

#include "parts.h"

namespace sky::zone {
namespace {
struct Service {
    std::string_view label;
    bool Protocols::* offered;
    std::uint16_t port;
    std::string Installation::* host;
    std::string_view path;  // of the TXT beside it (RFC 6764 §4)
    std::string_view who;
};
// RFC 6186 §3, RFC 8314 §5.1, RFC 5804 §1.8, RFC 6764 §3, RFC 8620 §2.2.
constexpr std::array services{
    Service{"_submissions", &Protocols::submissions, 465, &Installation::mail_host, "", "send mail"},
    Service{"_submission", &Protocols::submission, 587, &Installation::mail_host, "", "send mail"},
    Service{"_imaps", &Protocols::imaps, 993, &Installation::mail_host, "", "read mail"},
    Service{"_imap", &Protocols::imap, 143, &Installation::mail_host, "", "read mail"},
    Service{"_pop3s", &Protocols::pop3s, 995, &Installation::mail_host, "", "fetch mail"},
    Service{"_pop3", &Protocols::pop3, 110, &Installation::mail_host, "", "fetch mail"},
    Service{"_sieve", &Protocols::sieve, 4190, &Installation::mail_host, "", "edit filters"},
    Service{"_caldavs", &Protocols::caldav, 443, &Installation::web_host, "/dav/", "read calendars"},
    Service{"_carddavs", &Protocols::carddav, 443, &Installation::web_host, "/dav/", "read address books"},
    Service{"_jmap", &Protocols::jmap, 443, &Installation::web_host, "", "use JMAP"},
};
}  // namespace

void add_discovery(Records& out, const Installation& installation, const Domain& domain) {
    const auto& name = domain.name;
    const auto& web = installation.web_host;
    if (!web.empty()) {
        out.push_back(
            {"autoconfig." + name, "CNAME", 3600, web + ".", "Thunderbird and others must be configured by hand.", Severity::should});
        out.push_back(
            {"autodiscover." + name, "CNAME", 3600, web + ".", "Outlook and phones must be configured by hand.", Severity::should});
        out.push_back({"_autodiscover._tcp." + name, "SRV", 3600, fmt::format("0 0 443 {}.", web),
                       "Outlook can't find its configuration where the web host's certificate lacks the domain.", Severity::may});
        out.push_back({"ua-auto-config." + name, "CNAME", 3600, web + ".",
                       "Clients of the newer configuration protocol must be configured by hand.", Severity::may});
        if (!installation.configuration_digest.empty())
            out.push_back({"_ua-auto-config." + name, "TXT", 300, "v=UAAC1; a=sha256; d=" + installation.configuration_digest,
                           "Clients of the newer configuration protocol can't trust what they fetch.", Severity::may});
    }
    for (const auto& service : services) {
        const auto& host = installation.*service.host;
        const bool offered = installation.protocols.*service.offered;
        if (offered && host.empty()) continue;
        const std::string owner = fmt::format("{}._tcp.{}", service.label, name);
        if (!offered) {
            out.push_back({owner, "SRV", 3600, "0 0 0 .",
                           fmt::format("Clients try in vain to {} by a protocol that is not offered.", service.who), Severity::may});
            continue;
        }
        out.push_back({owner, "SRV", 3600, fmt::format("0 1 {} {}.", service.port, host),
                       fmt::format("Clients that look in the DNS don't find where to {}.", service.who), Severity::should});
        if (!service.path.empty())
            out.push_back(
                {owner, "TXT", 3600, fmt::format("path={}", service.path), "Clients guess the path and may guess wrong.", Severity::may});
    }
}

}  // namespace sky::zone
