#pragma once
// What all sessions of a shard share. Plain references: the shard owns it all and outlives its sessions.
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "imap/store/views.h"
#include "imap/upload_room.h"
#include "sky/async/event.h"
#include "sky/async/offload.h"
#include "sky/base/clock.h"
#include "sky/identity/identity.h"
#include "sky/net/tls.h"
#include "sky/presence/presence.h"

namespace sky::imapd {

class Session;

struct Policy {
    std::string hostname;
    std::vector<std::string> mechanisms{"PLAIN", "LOGIN"};  // SASL
    std::uint64_t message_size = 50 * 1024 * 1024;
    std::chrono::seconds before_sign_in{60};
    std::chrono::seconds idle_limit{30 * 60 + 30};
    std::chrono::seconds keepalive{120};  // in IDLE
    std::chrono::seconds poll{10};        // in IDLE, while Redis is away
    std::chrono::seconds store_limit{30};
    std::chrono::seconds progress{10};      // between two signs of life in a long command
    std::size_t message_limit = 1'000'000;  // messages of one command (RFC 9738)
    std::size_t save_limit = 100'000;       // messages that one command may put into a mailbox
    std::string admin_contact;              // RFC 5464 §3.2.1.1: a URI
    std::string server_comment;
    bool unauthenticate = true;  // offered (RFC 8437 §8: there is a way to switch it off)
    std::size_t per_user_and_address = 20;
    std::size_t bad_before_sign_in = 3;
    std::size_t bad_after = 20;
    std::size_t sign_in_failures = 3;
};

struct House {
    Policy policy;
    pg::Pool& pool;
    Views& views;
    identity::Identity& identity;
    presence::Registry* presence = nullptr;  // without Redis nobody is registered
    const Clock& clock;
    std::shared_ptr<const net::TlsServer> tls;
    OffloadPool& offload;
    UploadRoom uploads;
    bool draining = false;
    std::set<Session*> sessions;
    std::map<std::string, std::size_t> signed_in;  // sessions by account and address
    std::uint64_t last_session = 0;
    store::ObjectIds ids{};  // for what is written
};

}  // namespace sky::imapd
