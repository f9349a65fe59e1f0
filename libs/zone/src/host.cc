// The mail host itself, and who may issue certificates. The same for every domain of the installation.
#include <fmt/format.h>

#include "parts.h"

namespace sky::zone {

void add_host(Records& out, const Installation& installation, const Domain& domain) {
    const auto& host = installation.mail_host;
    if (!host.empty()) {
        for (const auto& address : installation.addresses) {
            const bool ipv6 = address.text.find(':') != std::string::npos;
            out.push_back(
                {host, ipv6 ? "AAAA" : "A", 3600, address.text, "The mail host can't be reached at this address.", Severity::must});
            if (!address.reverse_name
                     .empty())  // RFC 5321 §4.1.4 names only the greeting; receivers refuse hosts without a name all the same
                out.push_back({address.reverse_name, "PTR", 3600, host + ".", "Many receivers refuse mail from an address without a name.",
                               Severity::must});
        }
        for (const auto& digest : installation.tlsa_digests)  // RFC 7672 §3.1
            out.push_back({"_25._tcp." + host, "TLSA", 300, "3 1 1 " + digest,
                           "Senders that verify by DANE can't; during a rollover, one without the key in use sends nothing.",
                           Severity::should});
    }
    if (!installation.caa_issuer.empty()) {  // RFC 8659 §4.2, RFC 8657 §3
        const std::string account = installation.acme_account.empty() ? "" : "; accounturi=" + installation.acme_account;
        out.push_back({domain.name, "CAA", 3600, fmt::format("0 issue \"{}{}\"", installation.caa_issuer, account),
                       "Any authority may issue certificates for the domain to whoever convinces it.", Severity::may});
    }
}

}  // namespace sky::zone
