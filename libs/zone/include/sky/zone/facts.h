#pragma once
// What the records are made of. Names are lower-case A-labels without a trailing dot. Empty means unknown: its records are left out.
#include <string>
#include <vector>

namespace sky::zone {

struct PublicAddress {
    std::string text;          // "192.0.2.1", "2001:db8::1"
    std::string reverse_name;  // "1.2.0.192.in-addr.arpa"
};

// What clients may use here. The SRV records of the rest say that it is not offered (RFC 6186 §3.4).
struct Protocols {
    bool submissions = false, submission = false, imaps = false, imap = false, pop3s = false, pop3 = false;
    bool sieve = false, caldav = false, carddav = false, jmap = false;
};

struct Installation {
    std::string mail_host;                 // takes mail on 25, and clients' SMTP, IMAP, POP3, ManageSieve
    std::string web_host;                  // serves autoconfig, autodiscover, mta-sts, CalDAV, CardDAV, JMAP
    std::vector<PublicAddress> addresses;  // of mail_host
    Protocols protocols;
    std::string caa_issuer;                 // "ca.example"
    std::string acme_account;               // URI (RFC 8657 §3); only with caa_issuer
    std::vector<std::string> tlsa_digests;  // SHA-256 of mail_host's public keys in hex: the present one, and the next during a rollover
    std::string configuration_digest;       // SHA-256 of the client configuration in base64
};

struct DkimKey {
    enum class Kind { rsa, ed25519 };
    std::string selector;
    Kind kind = Kind::rsa;
    std::string public_key;  // base64: SubjectPublicKeyInfo for RSA (RFC 6376 §3.6.1), the 32 octets for Ed25519 (RFC 8463 §4.2)
};

struct Domain {
    std::string name;
    std::vector<DkimKey> dkim;
    std::string reports;     // address for DMARC and TLS reports; empty: postmaster of the domain, who always exists
    std::string mta_sts_id;  // of the policy that is served; empty: none is
    std::string challenge;   // token that proves who owns the domain
};

}  // namespace sky::zone
