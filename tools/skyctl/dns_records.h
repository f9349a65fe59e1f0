#pragma once
// What dns show and dns check share: the facts from settings and arguments, and the answers from the DNS.
#include <string>
#include <vector>

#include "sky/zone/compare.h"
#include "skyctl/verb.h"

namespace sky::skyctl {

struct DomainRecords {
    std::string domain;  // A-labels
    std::vector<zone::Record> records;
};

// The records that DOMAIN needs. Fault::syntax for a domain that nobody can host, and for a setting that is wrong (the text names it).
Result<DomainRecords> domain_records(const Session& session, const Arguments& arguments);

// Asks all at once and waits for the last. A question that failed says so in its answer; the whole fails only when no resolver can be had.
Result<std::vector<zone::Live>> look_up(const Session& session, const std::vector<zone::Question>& questions);

}  // namespace sky::skyctl
