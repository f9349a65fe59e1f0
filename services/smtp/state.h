#pragma once
// What is known of the peer and of the mail under way. No I/O.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sky/identity/principal.h"
#include "sky/smtp-proto/command.h"
#include "smtp/asked.h"
#include "smtp/sends.h"

namespace sky::smtpd {

// Which listener: other servers, or our users.
enum class Role { inbound, submission };

enum class Greeting { none, helo, ehlo };

struct Transaction {
    smtp::MailFrom mail;
    std::size_t recipients = 0;  // RCPT accepted
    std::string only_recipient;  // the first one as given
    TenantId tenant;
    std::vector<Destination> destinations;
    Sends::Ticket ticket = {};  // of a user: its place among what may be sent
};

struct Peer {
    Greeting greeting = Greeting::none;
    std::string helo;
    std::optional<identity::Principal> user;
    std::optional<Transaction> transaction;

    // After STARTTLS nothing that was said in the clear counts (RFC 3207 §4.2).
    void forget() { *this = Peer{}; }
};

// Contract §7: errors soft 5, hard 20; unknown recipients 20; idle talk 100.
struct Patience {
    static constexpr unsigned soft_errors = 5, hard_errors = 20, unknown_recipients = 20, idle_talk = 100, auth_failures = 3;
    unsigned errors = 0;
    unsigned unknown = 0;
    unsigned idle = 0;
    unsigned auth = 0;
    bool slow() const { return errors > soft_errors; }
    bool over() const { return errors >= hard_errors || unknown > unknown_recipients || auth >= auth_failures; }
};

// Same for all sessions of a listener.
struct Policy {
    Role role = Role::inbound;
    std::string hostname;
    std::vector<std::string> mechanisms{"PLAIN", "LOGIN"};  // SASL
    std::string postmaster;
    std::string spool;
    std::uint64_t message_size = 50ULL << 20;
    std::size_t recipients = 1000;
    std::chrono::milliseconds command_timeout{300'000};
    std::chrono::milliseconds session_limit{3'600'000};
    std::chrono::milliseconds greeting_delay{0};
};

}  // namespace sky::smtpd
