#pragma once
// What a gateway asks, and what it hears.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sky/base/ids.h"
#include "sky/base/result.h"

namespace sky::auth {

struct Question {
    std::string username;
    std::string password;
    std::string authorization_id;
    std::string protocol;
    std::string remote_address;
    bool tls = false;
    std::string mechanism = {};      // for the journal: PLAIN, SCRAM-SHA-256, …; empty: name and password outside of SASL
    std::string one_time_code = {};  // second factor
    std::vector<std::string> certificate_addresses = {};  // of the client's verified certificate
};

struct Proved {
    TenantId tenant;
    AccountId account;
    std::string address;
    std::string display_name;
    std::int64_t version = 0;
    bool submits = false;  // signed in to send mail: what its plan says of that matters
};

struct Answer {
    std::optional<Proved> proved;
    Error refusal = {};                  // when not proved
    std::chrono::milliseconds delay{0};  // how long the gateway keeps the refusal back
};

}  // namespace sky::auth
