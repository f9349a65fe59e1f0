#pragma once
// What is there, as the services tell it.
#include <map>
#include <memory>
#include <set>

#include "skyctl/plan/fields.h"
#include "skyctl/plan/kinds.h"
#include "skyctl/session.h"

namespace sky::skyctl::plan {

// By its key: the fields that name it, as they are compared, between spaces.
using Present = std::map<std::string, std::unique_ptr<google::protobuf::Message>>;
using Directory = std::map<std::string_view, Present>;  // by the name of the kind

// The key of a message or of a plan's object.
std::string key_of(const Kind& kind, const google::protobuf::Message& message);
std::string key_of(const Kind& kind, const boost::json::object& object);

// Sets the fields of `request` that the key names from the same fields of `from`.
Result<void> set_keys(google::protobuf::Message& request, const Kind& kind, const google::protobuf::Message& from);

// Reads all of a kind that these tenants have (all that the caller sees where none is named; plans: all in any case) into the directory,
// and what it stands on. A tenant that is not there yet has nothing.
Result<void> read_kind(Session& session, const Kind& kind, const std::set<std::string>& tenants, Directory& directory);

}  // namespace sky::skyctl::plan
