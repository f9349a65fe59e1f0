#pragma once
// Addresses by which a moderator decides about mail that waits: approve-TOKEN@domain and reject-TOKEN@domain. They fit into any local part
// (RFC 5321 §4.5.3.1.1) and any mail client, need no separator, and say nothing of the group. The token is 128 random bits.
#include <optional>
#include <string>
#include <string_view>

namespace sky::smtp {

enum class Choice { approve, reject };

struct DecisionAddress {
    Choice choice = Choice::approve;
    std::string token;  // 32 hex digits, lower case; or its digest, which looks alike
    std::string domain;
    bool operator==(const DecisionAddress&) const = default;
};

std::optional<DecisionAddress> parse_decision(std::string_view address);
std::string print(const DecisionAddress& decision);

// What is kept instead of the token: whoever reads it can't decide.
std::string digest_of_token(std::string_view token);

}  // namespace sky::smtp
