#pragma once
// The fields that say who wrote a message (RFC 5322 §3.6.2), as a submitted message may have them. Pure: which addresses stand there; whose
// they are is asked afterwards.
#include <optional>
#include <string>
#include <vector>

#include "sky/base/result.h"
#include "sky/smtp-proto/header_scanner.h"

namespace sky::smtpd {

struct Originators {
    std::vector<std::string> from;  // addresses, as smtp::print gives them; empty: there is no From field
    std::optional<std::string> sender;
    std::vector<std::string> claims;  // addresses that display names and comments show beside others
};

// Fault::forbidden for what can't be checked, or could be read in two ways: several fields, none of the addresses readable, encoded
// addresses, routes, groups without members, a header section that ends in the middle.
Result<Originators> originators_of(const smtp::HeaderScanner& header);

}  // namespace sky::smtpd
