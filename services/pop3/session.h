#pragma once
// One connection: reads lines, dispatches verbs, writes answers; TLS, timers. What a verb does stands in commands/.
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "pop3/commands.h"
#include "pop3/state.h"
#include "sky/async/event.h"
#include "sky/net/line_reader.h"
#include "sky/net/stream.h"
#include "sky/telemetry/trace.h"

namespace sky::presence {
class Entry;
}

namespace sky::pop3d {

class Session;

// What a shard lends to its sessions; outlives them.
struct House {
    Directory& directory;
    Inbox& inbox;
    std::shared_ptr<const net::TlsServer> tls;  // may be empty: then nobody can sign in on the plain port
    // Makes the session known to users and operators while the result lives; may be empty. `end` closes it.
    std::function<std::shared_ptr<void>(const Session&, std::function<void()> end)> announce;
    Event wake;  // something for all: look at drain and at one's own end
    bool drain = false;
    std::list<Session*> sessions;  // open now
};

class Session {
  public:
    Session(net::Stream stream, House& house, const Policy& policy);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Task<void> run();
    void end();  // close at the next opportunity: signed out by an operator, or the account changed

    // For the verbs.
    Client& client() { return client_; }
    const Client& client() const { return client_; }
    House& house() { return house_; }
    const net::Stream& stream() const { return stream_; }
    const Policy& policy() const { return policy_; }
    const Trace& trace() const { return trace_; }
    bool secure() const { return stream_.is_tls(); }

    // Sends "+ challenge" and reads the answer.
    Task<Result<std::string>> ask(std::string challenge);
    // Sends a piece of a long answer. False when the client is gone.
    Task<bool> send(std::string bytes);
    // Sends `go_ahead`, does the handshake, forgets what was said before. Fails only when the session is over.
    Task<Result<void>> start_tls(std::string go_ahead);
    // The answer under way is the last one.
    void close() { over_ = true; }
    // Cut without another word: a long answer broke in its middle.
    void abort() { over_ = aborted_ = true; }
    // Proves who the client is, opens its maildrop and answers.
    // By name and password, or by a SASL dialogue.
    Task<Answer> sign_in(identity::Attempt attempt, std::optional<identity::Dialogue> dialogue = {});

  private:
    Task<Result<std::string>> next_line();
    Task<void> obey(std::string line);
    Task<Answer> dispatch(std::string_view line);
    Task<bool> flush();
    void say_why(const Error& error);
    void note(std::string_view event, std::string_view reason);
    void count_error();

    net::Stream stream_;
    net::LineReader reader_;
    House& house_;
    const Policy& policy_;
    std::list<Session*>::iterator place_;
    Trace trace_ = Trace::start();
    Client client_;
    std::string out_;
    unsigned errors_ = 0;
    unsigned failures_ = 0;
    bool over_ = false;
    bool aborted_ = false;
    bool ended_ = false;
    std::shared_ptr<void> announced_;
};

}  // namespace sky::pop3d
