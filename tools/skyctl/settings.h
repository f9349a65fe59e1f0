#pragma once
// Settings of the command line: SKYBRIDGE_SKYCTL_<KEY>, or KEY=VALUE lines of the file that --config names (the environment wins).
#include "sky/settings/shared_rows.h"

namespace sky::skyctl {

inline constexpr settings::Row setting_rows[] = {
    settings::shared::auth_address,
    settings::shared::delivery_address,
    {"RPC_CERT", settings::Kind::file, "", "PEM certificate of the operator; its common name must be one of auth's OPERATORS."},
    {"RPC_KEY", settings::Kind::file, "", "PEM key of RPC_CERT."},
    {"RPC_CA", settings::Kind::file, "", "PEM authority that signs every service's RPC_CERT."},
    {"TOKEN", settings::Kind::secret, "", "Access token to speak for; without it the certificate's own rights count."},
    {"PG_DSN", settings::Kind::secret, "", "PostgreSQL as the owner of the schemas; only migrate and fsck need it."},
    // What dns show and dns check know of the installation. Unset: the records that need it are left out.
    {"MAIL_HOST", settings::Kind::text, "", "Host name of the mail servers: in MX, and for clients' SMTP, IMAP, POP3."},
    {"WEB_HOST", settings::Kind::text, "", "Host name of configuration, policies, calendars and the web."},
    {"PUBLIC_ADDRESSES", settings::Kind::list, "", "Addresses of MAIL_HOST as the world sees them.", 0, 64},
    {"PROTOCOLS", settings::Kind::list, "submissions,submission,imaps,imap,pop3s,pop3,caldav",
     "Protocols that clients may use: submissions, submission, imaps, imap, pop3s, pop3, sieve, caldav, carddav, jmap.", 0, 16},
    {"TLSA_DIGESTS", settings::Kind::list, "",
     "SHA-256 of MAIL_HOST's public keys in hex: the present one, and the next during a rollover.", 0, 4},
    {"CAA_ISSUER", settings::Kind::text, "", "Name of the authority that issues our certificates, as in CAA records."},
    {"ACME_ACCOUNT_URI", settings::Kind::text, "", "URI of our account with CAA_ISSUER: nobody else's is served."},
    {"DNS_RESOLVER", settings::Kind::text, "", "address:port of the resolver to ask; unset: those of /etc/resolv.conf."},
};

}  // namespace sky::skyctl
