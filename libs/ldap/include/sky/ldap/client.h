#pragma once
// One directory elsewhere, asked by libldap: searches as a service account, and binds that prove a password. TLS always, with a certificate
// that the given authorities signed for the host's name. Referrals are not chased, aliases not followed. The work runs on an OffloadPool;
// one shard only. LDAP is RFC 4511.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sky/async/offload.h"
#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/ldap/server.h"

namespace sky::ldap {

struct Options {
    std::vector<Server> servers;               // tried in their order, from the one that answered last
    std::string authorities;                   // PEM; empty: the system's
    std::string bind_dn, bind_password;        // of the searches; without a DN they are anonymous
    std::size_t connections = 2;               // at once, and kept; more questions wait
    std::chrono::milliseconds patience{5000};  // for a connection, and for each answer
    std::chrono::milliseconds pause{5000};     // after which a directory that was away is tried again; until then it is away at once
    // Whether an address that a host's name leads to may be connected to. Called on threads of the pool; empty: all.
    std::function<bool(std::string_view address)> permitted;
};

struct Entry {
    std::string dn;
    std::map<std::string, std::vector<std::string>, std::less<>> attributes;  // by name in lower case, options kept: "member;range=0-1499"
    // Of an attribute in lower case: its values, or none.
    const std::vector<std::string>& values(std::string_view name) const;
    std::string first(std::string_view name) const;  // or empty
};

enum class Scope { base, one, subtree };

struct Search {
    std::string base;
    Scope scope = Scope::subtree;
    std::string filter;                   // RFC 4515; what strangers wrote went through filter_value()
    std::vector<std::string> attributes;  // empty: all that are no operational ones
    std::size_t most = 2;                 // entries; one more is Fault::too_large
    std::size_t page = 0;                 // entries of one page (RFC 2696); 0: in one answer
};

enum class Proof {
    proved,
    wrong,     // the password, or the DN
    disabled,  // the password was right, or need not be: the account may not sign in
    locked,    // after too many wrong passwords; says nothing about this one
};
struct Verdict {
    Proof proof = Proof::wrong;
    std::string reason;  // for the log
};

class Client {
  public:
    // The pool outlives this. At least one server.
    Client(OffloadPool& pool, Options options);
    ~Client();  // closes what is idle; what still runs ends by itself
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    // Fault::unavailable or Fault::timeout when the directory is away, does not take the service account, or its TLS does not hold: the
    // text may be shown to whoever configures it. Fault::not_found without the base, Fault::syntax for a filter that is none,
    // Fault::too_large.
    Task<Result<std::vector<Entry>>> search(Search search, Deadline deadline);

    // Whether this password opens that entry. An empty password proves nothing and is not sent (RFC 4513 §5.1.2). Faults as above.
    Task<Result<Verdict>> prove(std::string dn, std::string password, Deadline deadline);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// What a server says when it takes no bind (RFC 4511 §4.2.2): Active Directory hides the reason in "data 52e".
Verdict refused_bind(int code, std::string_view message);

}  // namespace sky::ldap
