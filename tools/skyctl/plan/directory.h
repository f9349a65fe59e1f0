#pragma once
// What is there, as the services tell it.
#include <map>
#include <memory>

#include "skyctl/plan/fields.h"
#include "skyctl/plan/kinds.h"
#include "skyctl/session.h"

namespace sky::skyctl::plan {

// By its key in lower case.
using Present = std::map<std::string, std::unique_ptr<google::protobuf::Message>>;

// All of a kind that the caller sees; only of this tenant, where one is named.
Result<Present> list_all(Session& session, const Kind& kind, const std::string& tenant);

}  // namespace sky::skyctl::plan
