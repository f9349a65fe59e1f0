#pragma once
// What is known of the client. No I/O.
#include <chrono>
#include <optional>
#include <string>

#include "pop3/maildrop.h"

namespace sky::pop3d {

struct Client {
    std::optional<std::string> name;  // by USER, until PASS
    std::optional<identity::Principal> user;
    Maildrop maildrop;

    // After STLS nothing that was said in the clear counts (RFC 2595 §4).
    void forget() { *this = Client{}; }
};

struct Policy {
    std::string hostname;
    std::vector<std::string> mechanisms{"PLAIN", "LOGIN"};  // SASL
    std::chrono::milliseconds login_limit{60'000};
    std::chrono::milliseconds idle_timeout{600'000};
};

inline constexpr unsigned most_auth_failures = 3;
inline constexpr unsigned most_errors = 20;
inline constexpr std::chrono::seconds read_limit{10};   // one answer of the store
inline constexpr std::chrono::seconds write_limit{30};  // QUIT's removal

}  // namespace sky::pop3d
