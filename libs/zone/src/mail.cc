// What mail to and from the domain needs.
#include <fmt/format.h>

#include "parts.h"

namespace sky::zone {
namespace {
constexpr std::uint32_t slow = 3600, quick = 300;

std::string key_text(const DkimKey& key) {
    return fmt::format("v=DKIM1; k={}; p={}", key.kind == DkimKey::Kind::rsa ? "rsa" : "ed25519", key.public_key);
}
}  // namespace

void add_mail(Records& out, const Installation& installation, const Domain& domain) {
    const auto& name = domain.name;
    const std::string reports = domain.reports.empty() ? "postmaster@" + name : domain.reports;
    if (!domain.challenge.empty())
        out.push_back({"_skybridge-challenge." + name, "TXT", quick, domain.challenge,
                       "The domain stays unverified: anybody could have entered it, so no mail is taken for it.", Severity::must});
    if (!installation.mail_host.empty()) {
        // RFC 5321 §5.1.
        out.push_back(
            {name, "MX", slow, fmt::format("10 {}.", installation.mail_host), "No mail for the domain arrives here.", Severity::must});
        // RFC 7208 §5.4: who takes mail for the domain may send it. A failure is firm, since nothing else sends for it.
        out.push_back(
            {name, "TXT", slow, "v=spf1 mx -all", "Receivers can't tell our mail from forged mail and refuse both.", Severity::must});
    }
    for (const auto& key : domain.dkim)  // RFC 6376 §3.6.2.1
        out.push_back({key.selector + "._domainkey." + name, "TXT", slow, key_text(key),
                       "Signatures of our mail can't be verified; forwarded mail fails DMARC.", Severity::must});
    // RFC 7489 §6.1. No policy of refusal is proposed: the owner tightens it when the reports are clean.
    out.push_back({"_dmarc." + name, "TXT", slow, fmt::format("v=DMARC1; p=none; rua=mailto:{}", reports),
                   "Large providers refuse or rate-limit mail, and nobody reports forgeries.", Severity::should});
    // RFC 8460 §3.
    out.push_back({"_smtp._tls." + name, "TXT", slow, fmt::format("v=TLSRPTv1; rua=mailto:{}", reports),
                   "Nobody reports that mail to the domain fails for its certificates.", Severity::may});
    if (!domain.mta_sts_id.empty() && !installation.web_host.empty()) {
        // RFC 8461 §3.1, §3.3.
        out.push_back({"_mta-sts." + name, "TXT", quick, "v=STSv1; id=" + domain.mta_sts_id,
                       "Mail to the domain can be read on its way by whoever strips TLS.", Severity::should});
        out.push_back({"mta-sts." + name, "CNAME", slow, installation.web_host + ".",
                       "The policy that requires TLS for mail to the domain can't be fetched.", Severity::should});
    }
}

}  // namespace sky::zone
