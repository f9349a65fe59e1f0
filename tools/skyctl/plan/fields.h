#pragma once
// Between the contracts' messages and a plan's JSON, field by field.
#include <google/protobuf/message.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::skyctl::plan {

// A new message of skybridge.admin.v1; null for a name that there is not.
std::unique_ptr<google::protobuf::Message> message_named(std::string_view name);
bool has_field(std::string_view message, std::string_view field);

std::vector<std::string> field_names(std::string_view message);

// The fields; empty text, zero and empty lists are left out.
boost::json::object to_json(const google::protobuf::Message& message);
// One field, left out or not; null for a field that there is not.
boost::json::value field_of(const google::protobuf::Message& message, std::string_view field);

// Sets one field. A list may be given where the request takes text separated by commas. Fault::syntax says what was expected.
Result<void> set_field(google::protobuf::Message& message, std::string_view field, const boost::json::value& value);

}  // namespace sky::skyctl::plan
