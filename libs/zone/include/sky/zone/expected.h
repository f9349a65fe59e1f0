#pragma once
// The records that a domain needs.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sky/zone/facts.h"

namespace sky::zone {

enum class Severity {
    must,    // mail is lost, refused or sent by anyone
    should,  // clients must be configured by hand, or protection is missing
    may      // good to have
};
std::string_view severity_name(Severity severity);

struct Record {
    std::string owner;  // lower case, no trailing dot
    std::string type;   // "MX", "TXT", …
    std::uint32_t ttl = 3600;
    std::string value;  // as zone files write it, names absolute; but a TXT's is the bare text
    std::string why;    // what breaks without it: one sentence
    Severity severity = Severity::must;
};

// In the order in which one would enter them: what mail needs first.
std::vector<Record> expected_records(const Installation& installation, const Domain& domain);

}  // namespace sky::zone
