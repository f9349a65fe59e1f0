#pragma once
// Questions to the DNS, awaited; validated by DNSSEC where there is a trust anchor. One Resolver per shard, used on that shard only. Behind
// it stands one thread of libunbound with a cache of its own.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sky/async/task.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/dns/record.h"
#include "sky/net/address.h"

namespace sky::dns {

struct Stub {
    std::string zone;
    net::Endpoint server;  // asked without recursion for everything below `zone`
};

struct Options {
    std::string resolv_conf;                // file whose nameservers are asked; empty: none
    std::vector<net::Endpoint> forwarders;  // resolvers that are asked; with neither, the root servers and downwards
    std::vector<Stub> stubs;
    std::string trust_anchors;  // file with DS or DNSKEY records; empty: nothing is validated
    int tries = 3;              // of each server, before it counts as silent
    std::size_t cache_octets = std::size_t{4} << 20;
    std::size_t questions = 512;  // under way at once; one more is Fault::limit
    std::size_t records = 1000;   // in one answer; more is Fault::too_large
};

enum class Found { records, no_data, no_name };  // no_data: the name has no record of that type (RFC 2308 §2.2)
enum class Security { insecure, secure };        // secure: the answer, or that there is none, is proved by signatures

struct Answer {
    Found found = Found::no_name;
    Security security = Security::insecure;
    std::string name;           // where the records stand, after the CNAMEs; as asked when there were none
    std::vector<Data> records;  // each once, ordered by their wire form (RFC 4034 §6.3): a lower preference first
    std::chrono::seconds ttl{0};
};

// For a setting: the resolver at "address:port"; for an empty text those of /etc/resolv.conf. Fault::syntax for anything else.
Result<Options> resolver_at(std::string_view address_and_port);

class Resolver {
  public:
    // Fault::unavailable when libunbound can't start, Fault::syntax when an option is wrong; the reason names it.
    static Result<Resolver> open(Executor executor, const Options& options);
    ~Resolver();  // as stop()
    Resolver(Resolver&&) noexcept;
    Resolver& operator=(Resolver&&) noexcept;

    // Follows CNAMEs. `name` is ASCII (A-labels), with or without a trailing dot; Fault::syntax for what can't be one. Servers that fail,
    // loops and answers whose signatures do not hold are Fault::unavailable (the reason of the last begins with "bogus"), a passed deadline
    // is Fault::timeout: both temporary, never "there is no such name".
    Task<Result<Answer>> query(std::string name, Type type, Deadline deadline);

    // Ends the questions under way with Fault::unavailable, joins libunbound's thread. Later questions fail likewise.
    void stop();

  private:
    struct State;
    explicit Resolver(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace sky::dns
