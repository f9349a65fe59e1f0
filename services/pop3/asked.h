#pragma once
// Whom a session asks: auth for sign-in, the mail store for the inbox. Commands know these interfaces; libs/identity and libs/mailstore
// stand behind them, in tests something simple does.
#include <memory>
#include <string>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/clock.h"
#include "sky/base/ids.h"
#include "sky/base/result.h"
#include "sky/identity/principal.h"

namespace sky::pop3d {

class Directory {
  public:
    virtual ~Directory() = default;
    virtual Task<Result<identity::Principal>> authenticate(identity::Attempt attempt, Deadline deadline) = 0;
    virtual Task<Result<identity::Principal>> converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) = 0;
};

// One message of the inbox, as it was when the session began.
struct Message {
    Uid uid;
    EmailId email;
    Time internal_date;
    std::uint32_t size = 0;
};

struct Listing {
    UidValidity validity;
    std::vector<Message> messages;
};

// The octets of one message, piece by piece; an empty piece is the end.
class Octets {
  public:
    virtual ~Octets() = default;
    virtual Task<Result<std::string>> next(Deadline deadline) = 0;
};

class Inbox {
  public:
    virtual ~Inbox() = default;
    virtual Task<Result<Listing>> list(const identity::Principal& user, Deadline deadline) = 0;
    // Fault::not_found when the message is gone.
    virtual Task<Result<std::unique_ptr<Octets>>> open(const identity::Principal& user, EmailId email, Deadline deadline) = 0;
    // All or none; those that are gone already don't matter. Fault::conflict when the UIDs no longer mean what they meant.
    virtual Task<Result<void>> remove(const identity::Principal& user, UidValidity validity, std::vector<Uid> uids, Deadline deadline) = 0;
};

}  // namespace sky::pop3d
