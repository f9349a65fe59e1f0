#pragma once
// What a sync has to do so that mailboxes here are as the directory says: computed from both, before anything is done. Pure.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "auth/external_directory/person.h"

namespace sky::auth {

// A mailbox of the tenant, as it is.
struct Here {
    AccountId account;
    std::string address, external_id;  // an empty id: no sync knows it
    bool active = true, suspended_by_sync = false;
    bool holds_role = false;  // more than a user: not taken over by whoever has its address in the directory
    std::string display_name, title, department, phone, mobile, office, manager;
    std::string photo;  // SHA-256 of its octets, as hex; empty: none
    std::optional<std::vector<std::string>> protocols;
    std::vector<std::string> addresses;  // all that lead to it
    std::vector<std::string> external;   // those of them that a sync gave it
};

// A group of the directory that means something here.
struct GroupThere {
    ExternalGroupRow meaning;
    std::optional<std::vector<std::string>> members;  // their DNs; nothing: the directory has no such group
};
struct Members {
    std::string address;
    std::vector<std::string> members;  // of the group here
};

// Both sides of a comparison.
struct Sides {
    std::vector<Person> persons;
    std::vector<GroupThere> groups;
    std::vector<Here> mailboxes;    // of users
    std::vector<Members> here;      // the groups here that the meanings name, as far as they exist
    std::set<std::string> domains;  // of the tenant, proved to be its own
    std::set<std::string> taken;    // addresses of the tenant that lead to no user's mailbox
    std::set<std::string> fields;   // that are read
};

// One mailbox, in one transaction. What is given is what it becomes.
struct Step {
    enum class Kind { add, change } kind = Kind::change;
    AccountId account;    // of a change
    std::string address;  // as it is before
    std::optional<std::string> external_id, new_address;
    std::optional<std::string> display_name, title, department, phone, mobile, office;
    std::optional<std::string> photo;  // octets; empty: none
    std::optional<std::optional<std::vector<std::string>>> protocols;
    std::vector<std::string> joining, leaving;  // further addresses
    enum class State { as_it_is, suspended, restored } state = State::as_it_is;
    std::string text() const;  // "change ada@one.test: title, phone"
};
// After all mailboxes are there.
struct ManagerStep {
    std::string address, manager;
};
struct GroupStep {
    std::string address;
    std::vector<std::string> joining, leaving;
    std::string text() const;
};

struct Comparison {
    std::vector<Step> steps;
    std::vector<ManagerStep> managers;
    std::vector<GroupStep> groups;
    std::vector<std::string> notes;  // what is left out, and why
    std::vector<std::string> lines() const;
};

// Whether many may vanish at once.
enum class Shrink { refused, allowed };

// Fault::conflict when more of the mailboxes that the directory has would be suspended than a leaver or two: a fifth, and more than five;
// or all. Better nothing is done than everybody locked out by a wrong filter.
Result<Comparison> compare(const Sides& sides, Shrink shrink);

}  // namespace sky::auth
