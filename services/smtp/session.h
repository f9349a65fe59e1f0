#pragma once
// One connection: reads lines, dispatches verbs, writes replies; TLS, timers, patience. What a verb does stands in commands/.
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "sky/async/event.h"
#include "sky/net/line_reader.h"
#include "sky/net/stream.h"
#include "sky/smtp-proto/reply.h"
#include "sky/telemetry/trace.h"
#include "smtp/commands.h"
#include "smtp/reception.h"
#include "smtp/state.h"

namespace sky::smtpd {

class Session;

// What a shard lends to its sessions; outlives them.
struct House {
    Directory& directory;
    Custody& custody;
    const Clock& clock;
    Sends& sends;
    std::shared_ptr<const net::TlsServer> tls;  // may be empty: then no STARTTLS and no AUTH
    Event draining;
    bool drain = false;
    std::set<Session*> sessions = {};
};

class Session {
  public:
    Session(net::Stream stream, House& house, const Policy& policy);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Task<void> run();

    // For the verbs.
    Peer& peer() { return peer_; }
    Patience& patience() { return patience_; }
    const Policy& policy() const { return policy_; }
    House& house() { return house_; }
    const net::Stream& stream() const { return stream_; }
    const Trace& trace() const { return trace_; }
    bool offers_starttls() const { return house_.tls && !stream_.is_tls(); }
    bool offers_auth() const { return policy_.role == Role::submission && stream_.is_tls(); }

    // Sends a 334 with `challenge` and reads the answer.
    Task<Result<std::string>> ask(std::string challenge);
    // Sends 354 and reads the data to its end. Fails only when the session is over.
    Task<Result<void>> receive(Reception& reception);
    // Sends `go_ahead`, does the handshake, forgets everything said before. Fails only when the session is over.
    Task<Result<void>> secure(smtp::Reply go_ahead);
    // The client sent something that it could not send before our reply (RFC 2920 §3.1).
    Task<bool> spoke_too_early();
    // Something about the user changed: the mail under way is finished, then it signs in again.
    void outdate() { outdated_ = true; }
    bool is_outdated() const { return outdated_; }
    // The reply under way is the last one.
    void close() { over_ = true; }
    // Our 250 for this message goes out next; the client's next words confirm it.
    void accepted(Uuid ingest, TenantId tenant);

  private:
    Task<bool> greet();
    Task<Result<std::string>> next_line();
    Task<void> obey(std::string line);
    Task<Verdict> dispatch(const smtp::CommandLine& line);
    Task<smtp::Reply> judged(Verdict verdict, std::string reason = {});
    void reply(const smtp::Reply& reply);
    void end(const Error& error);
    Task<bool> flush();
    void heard_from();

    net::Stream stream_;
    net::LineReader reader_;
    House& house_;
    const Policy& policy_;
    Trace trace_ = Trace::start();
    Peer peer_;
    Patience patience_;
    std::string out_;
    bool over_ = false;
    bool outdated_ = false;
    std::optional<std::pair<Uuid, TenantId>> unconfirmed_;
};

}  // namespace sky::smtpd
