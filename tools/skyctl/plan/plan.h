#pragma once
// A directory as a document: what is there (export), and what would have to be done so that it is as a plan says (apply). A plan holds
// lists of objects under the names of their kinds:
//
//   {"tenants": [{"name": "example"}], "domains": [{"name": "example.test", "tenant": "example"}],
//    "mailboxes": [{"address": "ada@example.test", "display_name": "Ada Lovelace", "quota_bytes": 5368709120}]}
//
// Only fields that stand in it are looked at. A mailbox made by a plan has no password that anybody knows, unless password_hash gives one.
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "skyctl/session.h"

namespace sky::skyctl::plan {

// Everything that the caller sees, or of one tenant.
Result<boost::json::object> read_directory(Session& session, const std::string& tenant);

struct Step {
    std::string verb;  // add, change, remove
    std::string kind;
    std::string key;
    std::vector<std::string> fields;  // of a change
};

enum class Prune { no, yes };  // remove what is in the plan's tenants, but not in the plan
enum class Run { for_real, dry };
// Does, or says, what is to be done. In a dry run nothing is changed.
Result<std::vector<Step>> apply(Session& session, const boost::json::object& plan, Prune prune, Run run);

}  // namespace sky::skyctl::plan
