#pragma once
// How a directory describes people: filters, attributes, and what is usual for its kind. Pure.
#include <string>
#include <string_view>

#include "auth/store/external_directories.h"

namespace sky::auth {

// What is read of a person's entry ("members": of a group's). An unknown kind is Fault::syntax.
inline constexpr std::string_view external_fields[] = {"mail",   "addresses", "display_name", "title", "department", "phone",
                                                       "mobile", "office",    "manager",      "photo", "members"};

// "ldap" (empty too) or "active-directory": filter, id and attributes of a new one.
Result<ExternalDirectoryRow> usual_directory(std::string_view kind);

// Whoever writes it is told what is wrong: Fault::syntax.
Result<void> check_directory(const ExternalDirectoryRow& row);

// The attribute that holds a field, in lower case; empty: not read.
std::string attribute_of(const ExternalDirectoryRow& row, std::string_view field);
// "field=attribute" in place of what the field had.
Result<void> set_attribute(ExternalDirectoryRow& row, std::string_view text);

// Who this is there. With an id that a sync has noted, nobody else, whatever addresses entries claim.
Result<std::string> filter_of_person(const ExternalDirectoryRow& row, const std::string& address, const std::string& external_id);
// Everybody: a star for each placeholder.
Result<std::string> filter_of_everybody(const ExternalDirectoryRow& row);

}  // namespace sky::auth
