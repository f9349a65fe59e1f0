#pragma once
// The gateways' side of auth: sign-in and recipient lookup over one long-lived stream each, with a cache of recipients that the directory
// itself invalidates. auth away is Fault::unavailable, never "unknown". One Identity a shard, on the shard's thread.
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/identity/principal.h"
#include "sky/identity/settings.h"
#include "sky/identity/standing.h"
#include "sky/rpc/channel.h"

namespace sky::identity {

struct Options {
    std::size_t cached_recipients = 10'000;
    std::chrono::milliseconds known_for{60'000};    // how long a found recipient may be answered from the cache
    std::chrono::milliseconds unknown_for{10'000};  // how long "unknown" and "refused" may
    std::chrono::milliseconds trusted_for{5'000};   // how long anything may while the directory's changes are not heard
};

class Identity {
  public:
    Identity(Executor executor, std::shared_ptr<rpc::Channel> channel, Options options = {});
    ~Identity();

    // Proves who the client is. On refusal the Fault says why (bad_credentials, privacy_required, forbidden, limit, unavailable) and the
    // text may be shown to the client; the delay that auth asks for has then already been waited. Never cached.
    Task<Result<Principal>> authenticate(Attempt attempt, Deadline deadline);

    // The same by a SASL dialogue; username, password and authorization_id of the attempt stay empty. Fault::unsupported for a mechanism
    // that is not offered on this connection, Fault::syntax for a client that breaks the framing or cancels; what ask() fails with is
    // passed on. Each step has half a minute.
    Task<Result<Principal>> converse(Attempt attempt, Dialogue dialogue, AskClient ask);

    // Where mail for an address goes. An address without a domain is Fault::syntax.
    Task<Result<Recipient>> resolve(std::string address, Deadline deadline);
    // The same for mail of this sender: groups may take mail of some only.
    Task<Result<Recipient>> resolve(std::string address, Sender sender, Deadline deadline);

    // May this account do that with the mailbox of that address? Never cached: ask at the first access, and again when on_change says so.
    Task<Result<Permission>> authorize(const Principal& subject, Action action, std::string object, Deadline deadline);

    // What is there to know of an account: its addresses, language, quota, the mailboxes that others opened to it. Fault::not_found when it
    // is gone. Not cached.
    Task<Result<Settings>> settings(TenantId tenant, AccountId account, Deadline deadline);

    // In which groups an account is and what was opened to it. Not cached: it holds until version() passes its version.
    Task<Result<Standing>> standing(TenantId tenant, AccountId account, Deadline deadline);
    // Accounts and groups of one tenant, at most 1,000; who is not there is left out. Not cached.
    Task<Result<std::vector<Neighbour>>> find(TenantId tenant, NeighboursAsked asked, Deadline deadline);
    // What the mailbox of that address may hold, as far as the subject's role lets it see; with `octets` a quota of its own (0: its
    // plan's), which takes an administrator. Faults: forbidden, not_found.
    Task<Result<Quota>> quota(const Principal& subject, std::string object, std::optional<std::int64_t> octets, Deadline deadline);

    // Called on the shard when the credentials or rights of an account changed (its sessions must end or prove themselves again), and with
    // AccountId{} when any account may have changed (the watch was lost, or auth said so).
    void on_change(std::function<void(AccountId)> heard);

    // The directory's changes are being heard: at least a heartbeat within the last trusted_for.
    bool watching() const;
    // Of the directory, as last heard; 0: not yet. What it does not say yet is at most a second old, while watching().
    std::int64_t version() const;

    Task<void> stop();

  private:
    class Shard;
    std::shared_ptr<Shard> shard_;
};

}  // namespace sky::identity
