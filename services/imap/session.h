#pragma once
// One connection: its state, and the loop read → dispatch → write. Commands see this and never the socket beneath.
#include <memory>
#include <optional>
#include <string>

#include "imap/house.h"
#include "imap/notifier.h"
#include "imap/selected.h"
#include "imap/wire.h"
#include "sky/imap-proto/command_reader.h"

namespace sky::imapd {

enum State : unsigned { not_authenticated = 1, authenticated = 2, selected = 4 };
inline constexpr unsigned signed_in = authenticated | selected;
inline constexpr unsigned any_state = not_authenticated | signed_in;

// How a command ends, for its tagged response.
struct Reply {
    enum class Status { ok, no, bad } status = Status::ok;
    std::string code;  // response code without brackets; may be empty
    std::string text;
    bool expunged = false;  // for clients with CONDSTORE: HIGHESTMODSEQ, once everything up to it has been told (RFC 7162 §3.2.7)
    static Reply ok(std::string text, std::string code = {}) { return {Status::ok, std::move(code), std::move(text)}; }
    static Reply no(std::string code, std::string text) { return {Status::no, std::move(code), std::move(text)}; }
    static Reply bad(std::string code, std::string text) { return {Status::bad, std::move(code), std::move(text)}; }
};

class Session {
  public:
    Session(net::Stream stream, House& house);
    ~Session();
    Task<void> run();

    // Ends it with this BYE at the next command boundary, in IDLE at once.
    void end(std::string text);

    House& house() { return *house_; }
    Wire& wire() { return wire_; }
    std::string& out() { return wire_.out; }
    unsigned state() const;
    const std::string& tag() const { return tag_; }  // of the command that runs
    bool is_private() { return wire_.stream().is_tls(); }
    Deadline limit() const { return after(house_->policy.store_limit); }
    const identity::Principal& user() const { return *user_; }
    store::AccountRef account() const { return {user_->tenant, user_->account}; }
    Selected& mailbox() { return *selected_; }
    Event& wake() { return wake_; }
    bool is_ending() const { return over_ || !ending_.empty() || house_->draining; }

    // Proves who the client is and moves to the authenticated state.
    // By name and password, or by a SASL dialogue.
    Task<Result<Reply>> sign_in(identity::Attempt attempt, std::optional<identity::Dialogue> dialogue = {});
    const net::Stream& stream() { return wire_.stream(); }
    const std::vector<std::string>& mechanisms() const { return house_->policy.mechanisms; }
    // NOTIFY: what is told between commands; null when nothing is.
    Notifier* notifier() { return notifier_.get(); }
    void notify(std::unique_ptr<Notifier> notifier) { notifier_ = std::move(notifier); }
    // Is silence proof that nothing happened?
    AccountWatch::Hearing hearing() { return house_->views.hearing() ? AccountWatch::Hearing::yes : AccountWatch::Hearing::no; }
    void select(std::unique_ptr<Selected> selected) { selected_ = std::move(selected); }
    void leave_mailbox() { selected_.reset(); }
    void log_out() { over_ = true; }
    void set_client(std::string client) {
        client_ = std::move(client);
        presence_.set_client(client_);
    }
    presence::Entry& presence() { return presence_; }
    std::string capabilities();
    // What the client has enabled.
    bool condstore = false;  // FETCH responses carry MODSEQ (RFC 7162 §3.1)
    bool qresync = false;    // VANISHED (RFC 7162 §3.2)
    bool uid_only = false;   // no message numbers (RFC 9586)
    Telling telling(Numbers form = Numbers::sequence) const {
        return {.form = qresync ? Numbers::uid : form, .mod_seq = condstore, .vanished = qresync || uid_only, .uid_only = uid_only};
    }

    // APPEND's message, after the command's text was read. Sends the continuation request if the client waits for one.
    Task<Result<std::string>> receive_message();
    // One line outside of a command (AUTHENTICATE's answers, DONE).
    Task<Result<std::string>> answer(std::size_t limit);
    // TLS once this command has been answered; what the client sent in plain text behind it is dropped.
    void start_tls_next() { tls_next_ = true; }

  private:
    Task<bool> next_command();  // false: the connection ends
    Task<bool> wait_for_input();
    Task<void> tell_waiting();
    Task<bool> gather();
    Task<void> start_tls();
    Task<void> execute();
    Task<void> finish(const struct Command* command, std::string tag, Result<Reply> outcome);
    Task<void> skip_message();
    void bye(std::string_view code, std::string_view text, std::string_view reason = {});
    void note_end(std::string_view reason);
    void broke(const Error& error);
    enum class Blame { command, request };
    void bad(std::string_view tag, const Error& error, Blame blame = Blame::command, std::string_view verb = "?");
    void count_bad();

    House* house_;
    Wire wire_;
    imap::CommandReader command_;
    std::optional<imap::CommandReader::Literal> message_;  // announced and not received yet
    std::optional<identity::Principal> user_;
    std::unique_ptr<Selected> selected_;
    presence::Entry presence_;
    Event wake_;
    std::unique_ptr<Notifier> notifier_;
    std::uint64_t wakes_told_ = 0;  // of wake_'s count: what they announced has been told
    std::string ending_;
    std::string client_;  // by ID, which may come before the sign-in
    std::string tag_;
    std::string place_;  // key in House::signed_in
    std::uint64_t id_;
    Deadline opened_;
    std::size_t bad_commands_ = 0;
    std::size_t sign_in_failures_ = 0;
    bool tls_next_ = false;
    bool over_ = false;
};

}  // namespace sky::imapd
