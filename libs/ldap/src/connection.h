#pragma once
// One connection to one server: blocking, with a bound on every wait. One thread at a time.
#include <mutex>

#include "sky/ldap/client.h"
#include "wire.h"

struct ldap;

namespace sky::ldap {

// Lets the one who waits for a job end it: the socket is shut down under it, whatever libldap is waiting for.
class Breaker {
  public:
    void watch(int socket);  // shut down at once when it was broken before
    void forget();
    void shut();

  private:
    std::mutex mutex_;
    int socket_ = -1;
    bool broken_ = false;
};

// Fault::unavailable: the connection is of no use any more. The rest left it as it was.
class Connection {
  public:
    static Result<std::unique_ptr<Connection>> open(const Options& options, const Server& server, Breaker& breaker, Deadline deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int socket() const { return wire_.socket; }
    bool is_bound() const { return bound_; }  // as anybody, ever
    // As the service account; does nothing when it is already.
    Result<void> bind_as_service(const Options& options, Deadline deadline);
    Result<Verdict> bind(const std::string& dn, const std::string& password, Deadline deadline);
    Result<std::vector<Entry>> search(const Search& search, Deadline deadline);

  private:
    Connection(int socket, std::chrono::milliseconds patience) : wire_{socket, {}}, patience_(patience) {}
    // Until then, but no longer than the patience, may what follows wait.
    std::chrono::milliseconds wait_until(Deadline deadline);
    Result<void> start_tls(const Options& options, const Server& server, Deadline deadline);
    Result<std::string> page(const Search& search, const std::string& cookie, std::vector<Entry>& out, std::size_t& octets,
                             Deadline deadline);
    ::ldap* handle_ = nullptr;
    Wire wire_;
    std::chrono::milliseconds patience_;
    bool as_service_ = false, bound_ = false;
};

}  // namespace sky::ldap
