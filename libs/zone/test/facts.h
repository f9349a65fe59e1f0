#pragma once
// An installation that knows everything about itself.
#include "sky/zone/facts.h"

namespace sky::zone::testing {

inline Installation installation() {
    return {.mail_host = "mx.provider.test",
            .web_host = "web.provider.test",
            .addresses = {{"192.0.2.1", "1.2.0.192.in-addr.arpa"}, {"2001:db8::1", "1.8.b.d.ip6.arpa"}},
            .protocols = {.submissions = true,
                          .submission = true,
                          .imaps = true,
                          .pop3s = true,
                          .sieve = true,
                          .caldav = true,
                          .carddav = true,
                          .jmap = true},
            .caa_issuer = "ca.example",
            .acme_account = "https://ca.example/1",
            .tlsa_digests = {"aa", "bb"},
            .configuration_digest = "ZGlnZXN0"};
}

inline Domain domain() {
    return {.name = "example.test",
            .dkim = {{"s1", DkimKey::Kind::rsa, std::string(392, 'A')}, {"s2", DkimKey::Kind::ed25519, "BBBB"}},
            .reports = {},
            .mta_sts_id = "20261124",
            .challenge = "token"};
}

}  // namespace sky::zone::testing
