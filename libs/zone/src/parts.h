#pragma once
// The record set in three parts, one file each.
#include "sky/zone/expected.h"

namespace sky::zone {

using Records = std::vector<Record>;

void add_mail(Records& out, const Installation& installation, const Domain& domain);       // mail.cc: MX, SPF, DKIM, DMARC, MTA-STS, TLSRPT
void add_discovery(Records& out, const Installation& installation, const Domain& domain);  // discovery.cc: how clients find us
void add_host(Records& out, const Installation& installation, const Domain& domain);       // host.cc: the mail host itself, certificates

}  // namespace sky::zone
