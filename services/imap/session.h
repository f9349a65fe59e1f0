#pragma once
// One connection: its state, and the loop read → dispatch → write. Commands see this and never the socket beneath. session.cc has the loop,
// session_sign_in.cc, session_literals.cc and session_replies.cc what their names say.
#include <memory>
#include <optional>
#include <string>

#include "imap/house.h"
#include "imap/neighbours.h"
#include "imap/notifier.h"
#include "imap/progress.h"
#include "imap/selected.h"
#include "imap/wire.h"
#include "sky/imap-proto/arguments.h"
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
    bool numbered = false;  // a UID command that used message numbers: expunges wait (RFC 7162 §3.2.10.2)
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
    const std::string& hostname() const { return house_->policy.hostname; }
    Wire& wire() { return wire_; }
    std::string& out() { return wire_.out; }
    unsigned state() const;
    const std::string& tag() const { return tag_; }  // of the command that runs
    bool is_private() { return wire_.stream().is_private(); }
    Progress progress() { return {wire_.stream(), tag_, house_->policy.progress}; }  // of the command that runs
    Deadline limit() const { return after(house_->policy.store_limit); }
    const identity::Principal& user() const { return *user_; }
    store::AccountRef account() const { return {user_->tenant, user_->account}; }
    // Whose mailboxes the user may meet besides his own.
    Neighbours& neighbours() {
        if (!neighbours_) neighbours_ = std::make_unique<Neighbours>(*house_, account());
        return *neighbours_;
    }
    Selected& mailbox() { return *selected_; }
    Event& wake() { return wake_; }
    bool is_ending() const { return over_ || !ending_.empty() || house_->draining; }

    // Proves who the client is and moves to the authenticated state.
    // By name and password, or by a SASL dialogue.
    Task<Result<Reply>> sign_in(identity::Attempt attempt, std::optional<identity::Dialogue> dialogue = {});
    // Who has proved to be this principal, and may come in unless too many of his are here.
    Result<Reply> admit(identity::Principal principal);
    const net::Stream& stream() { return wire_.stream(); }
    const std::vector<std::string>& mechanisms() const { return house_->policy.mechanisms; }
    // Back to the state of a new connection, with what the client enabled and asked for forgotten (RFC 8437 §4.1).
    void sign_out();
    // NOTIFY: what is told between commands; null when nothing is.
    Notifier* notifier() { return notifier_.get(); }
    // Tells others of what this session changed, and its own NOTIFY that it is no news.
    void publish(store::Changed changed);
    // Null: NOTIFY NONE, nothing any more.
    void notify(std::unique_ptr<Notifier> notifier) {
        notifier_ = std::move(notifier);
        notifies_ = Notifies::as_asked;
    }
    // Until NOTIFY is used for the first time, news of the selected mailbox come with commands (RFC 5465 §3.1).
    enum class Notifies { by_default, as_asked };
    Notifies notifies() const { return notifies_; }
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
    void enable_condstore();
    bool qresync = false;   // VANISHED (RFC 7162 §3.2)
    bool uid_only = false;  // no message numbers (RFC 9586)
    bool rev2 = false;      // IMAP4rev2: what RFC 9051 Appendix E says of an IMAP4rev1 that both sides have left behind
    bool utf8 = false;      // UTF8=ACCEPT (RFC 6855 §3)
    // The user's own mailbox that APPEND went to last, which is not looked up again for the next; its name may be another's by then.
    struct Appended {
        std::string name;
        store::MailboxRef ref;
    };
    std::optional<Appended> appended;
    // Mailbox names and quoted strings are UTF-8 (RFC 6855 §3, RFC 9051 Appendix E).
    bool utf8_names() const { return utf8 || rev2; }
    imap::NameForm names() const { return utf8_names() ? imap::NameForm::utf8 : imap::NameForm::mutf7; }
    // Text of a command, to be read as the client writes it.
    imap::Arguments arguments(std::string_view text) const { return imap::Arguments(text, names()); }
    Telling telling(Numbers form = Numbers::sequence) const {
        // RFC 7162 §3.2.4: the UID in every FETCH that the client did not ask for, once it has enabled CONDSTORE.
        return {.form = condstore || rev2 ? Numbers::uid : form,
                .mod_seq = condstore,
                .vanished = qresync || uid_only,
                .uid_only = uid_only,
                .recent = !rev2};
    }

    // The literals of a message, and the text of the command between them (APPEND, REPLACE; imap::CommandReader::Literal::Of::message).
    // Octets of the announced literal, whole. Sends the continuation request if the client waits for one.
    Task<Result<std::string>> receive_literal();
    // What stands behind it: to the end of the command, or to the announcement of the next literal. The text so far is forgotten.
    Task<Result<std::string_view>> receive_more();
    // One line outside of a command (AUTHENTICATE's answers, DONE).
    Task<Result<std::string>> answer(std::size_t limit);
    // What the connection goes over once this command has been answered. Before TLS what the client sent in plain text is dropped; plain
    // ends compression.
    enum class Layer { as_it_is, tls, deflate, plain };
    void change_layer_next(Layer layer) { next_layer_ = layer; }

  private:
    void greet();
    Task<bool> next_command();  // false: the connection ends
    Task<bool> wait_for_input();
    Task<void> tell_waiting();
    Task<bool> gather();
    Task<void> change_layer();
    Task<void> start_tls();
    Task<void> execute();
    std::optional<Result<Reply>> refusal(const struct Command* command) const;
    Task<std::optional<Result<Reply>>> renew(const struct Command* command);
    Task<void> finish(const struct Command* command, Result<Reply>& outcome);
    Task<void> tell_end(const struct Command* command, Result<Reply>& outcome);
    Task<void> skip_rest();
    void bye(std::string_view code, std::string_view text, std::string_view reason = {});
    void note_end(std::string_view reason);
    void broke(const Error& error);
    enum class Blame { command, request };
    void bad(std::string_view tag, const Error& error, Blame blame = Blame::command, std::string_view verb = "?");
    void count_bad();
    void leave_place();

    // What one transfer may take: a line, a literal, a piece of an answer.
    static constexpr std::chrono::seconds before_sign_in{30};
    static constexpr std::chrono::minutes one_transfer{5};  // of a client that is signed in

    House* house_;
    Wire wire_;
    imap::CommandReader command_;
    std::optional<imap::CommandReader::Literal> message_;  // announced and not received yet
    std::optional<identity::Principal> user_;
    std::unique_ptr<Neighbours> neighbours_;  // once they are asked for
    std::unique_ptr<Selected> selected_;
    presence::Entry presence_;
    Event wake_;
    std::unique_ptr<Notifier> notifier_;
    Notifies notifies_ = Notifies::by_default;
    std::uint64_t wakes_told_ = 0;  // of wake_'s count: what they announced has been told
    std::string ending_;
    std::string client_;  // by ID, which may come before the sign-in
    std::string tag_;
    std::string place_;  // key in House::signed_in
    std::uint64_t id_;
    Deadline opened_;
    std::size_t bad_commands_ = 0;
    std::size_t sign_in_failures_ = 0;
    Layer next_layer_ = Layer::as_it_is;
    bool behind_literal_ = false;  // a message's literal was received, what stands behind it was not
    bool out_of_step_ = false;     // what follows can't be told from commands
    bool owes_mod_seq_ = false;    // HIGHESTMODSEQ, before the tagged response
    bool over_ = false;
};

}  // namespace sky::imapd
