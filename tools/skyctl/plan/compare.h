#pragma once
// Is what a plan says what is there already? The services keep one spelling of addresses and names, and lists as sets.
#include <google/protobuf/message.h>

#include <boost/json.hpp>
#include <string>

#include "sky/base/result.h"
#include "skyctl/plan/kinds.h"

namespace sky::skyctl::plan {

// Names and addresses as they are compared: lower case, domains as A-labels.
std::string folded(std::string_view text);

// Whether `field` of what is there equals the value wanted. Fault::syntax: it is no value for this field.
Result<bool> is_same(const Kind& kind, const google::protobuf::Message& present, std::string_view field, const boost::json::value& wanted);

}  // namespace sky::skyctl::plan
