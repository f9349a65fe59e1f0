#pragma once
// One signed-in session of a gateway, as users and operators see it.
#include <string>

#include "sky/base/clock.h"
#include "sky/base/ids.h"

namespace sky::presence {

struct Session {
    std::string id;  // unique in the suite
    TenantId tenant;
    AccountId account;
    std::string address;   // who
    std::string protocol;  // imap, pop3, …
    std::string client;    // what it calls itself (IMAP ID, User-Agent); may be empty
    std::string remote;    // IP address
    Time since{};
    Time idle_since{};     // the epoch: busy
    std::string instance;  // the gateway process that serves it
};

}  // namespace sky::presence
