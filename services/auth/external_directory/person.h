#pragma once
// A person, as an entry of a directory elsewhere describes them. Pure.
#include <optional>
#include <string>
#include <vector>

#include "auth/store/external_directories.h"
#include "sky/ldap/client.h"

namespace sky::auth {

struct Person {
    std::string id;  // as a value of a filter: what is no plain ASCII is \xx
    std::string dn;
    std::vector<std::string> addresses;  // normalised, the primary one first, each once; such that are none are left out
    std::string display_name, title, department, phone, mobile, office;
    std::string manager_dn;
    std::string photo;  // octets of a JPEG or PNG; empty: none
    bool disabled = false;
};

// Active Directory's ACCOUNTDISABLE.
bool is_disabled(const ldap::Entry& entry);

// Nothing without an id. Texts that do not fit our fields are cut, control characters become spaces.
std::optional<Person> person_of(const ldap::Entry& entry, const ExternalDirectoryRow& row);

// The names of what person_of() reads.
std::vector<std::string> attributes_of_person(const ExternalDirectoryRow& row);

// What an administrator is shown of a test: field=value.
std::vector<std::string> lines_of(const Person& person);

}  // namespace sky::auth
