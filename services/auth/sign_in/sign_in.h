#pragma once
// Sign-in: is this who they say, and may they use this protocol? One shard only.
#include <chrono>
#include <optional>
#include <string>

#include "auth/sign_in/attempts.h"
#include "auth/sign_in/passwords.h"
#include "auth/sign_in/verdicts.h"
#include "sky/pg/pool.h"

namespace sky::auth {

struct Question {
    std::string username;
    std::string password;
    std::string authorization_id;
    std::string protocol;
    std::string remote_address;
    bool tls = false;
};

struct Proved {
    TenantId tenant;
    AccountId account;
    std::string address;
    std::string display_name;
    std::int64_t version = 0;
};

struct Answer {
    std::optional<Proved> proved;
    Error refusal;                       // when not proved
    std::chrono::milliseconds delay{0};  // how long the gateway keeps the refusal back
};

class SignIn {
  public:
    // All outlive this. `secret` keys the digests: 32 random octets of this process.
    SignIn(pg::Pool& pool, const Passwords& passwords, Attempts& attempts, std::string secret, std::chrono::seconds verdict_life);

    Task<Answer> ask(Question question, Deadline deadline);

  private:
    Task<Answer> decide(const Question& question, const std::string& address, Deadline deadline);
    pg::Pool& pool_;
    const Passwords& passwords_;
    Attempts& attempts_;
    std::string secret_;
    Verdicts verdicts_;
};

}  // namespace sky::auth
