#pragma once
// Whose things a plan is about: what it looks at, and what it may remove.
#include <google/protobuf/message.h>

#include <set>
#include <string>
#include <vector>

#include "skyctl/plan/plan.h"

namespace sky::skyctl::plan {

// The tenants that it names, and those whose domains its addresses are in. Fault::syntax when there are none, unless it is about plans
// only.
Result<std::set<std::string>> tenants_of(Session& session, const std::vector<Wanted>& wanted);

// Whether a plan about these tenants may remove this. Plans belong to whoever sells them.
bool covers(const std::set<std::string>& tenants, const Kind& kind, const google::protobuf::Message& message);

}  // namespace sky::skyctl::plan
