#pragma once
// A directory as a document: what is there (export), and what would have to be done so that it is as a plan says (apply). A plan holds
// lists of objects under the names of their kinds:
//
//   {"tenants": [{"name": "example"}], "domains": [{"name": "example.test", "tenant": "example"}],
//    "mailboxes": [{"address": "ada@example.test", "display_name": "Ada Lovelace", "quota_bytes": 5368709120}]}
//
// Only fields that stand in it are looked at. No secret does: a mailbox made by a plan has a password that nobody knows, unless
// password_hash gives one.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "skyctl/plan/kinds.h"
#include "skyctl/session.h"

namespace sky::skyctl::plan {

// Everything that the caller sees; or of one tenant, with the plans that it is on. A kind that the caller may not see is left out.
Result<boost::json::object> read_directory(Session& session, const std::string& tenant);

struct Wanted {
    const Kind* kind;
    std::string key;
    const boost::json::object* fields;
};
// The objects of a plan, in the order in which they are made. Fault::syntax for any list, field or value that we don't know, with the
// nearest one that we do, and for what stands there twice.
Result<std::vector<Wanted>> read_plan(const boost::json::object& plan);

struct Step {
    std::string verb;  // add, change, remove
    std::string kind;
    std::string key;
    std::vector<std::string> fields;  // of a change
};
struct Outcome {
    std::vector<Step> steps;     // done, or in a dry run to be done
    std::optional<Error> error;  // why the next one was not
};

// Removes what the plan's tenants have of the kinds that the plan has a list of, and that is not in it. Tenants, prices and plans of
// others stay.
enum class Prune { no, yes };
enum class Run { for_real, dry };
// Does, or says in the same words, what is to be done.
Outcome apply(Session& session, const boost::json::object& plan, Prune prune, Run run);

}  // namespace sky::skyctl::plan
