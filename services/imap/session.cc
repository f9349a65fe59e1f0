#include "imap/session.h"

#include "imap/bodies_ahead.h"
#include "imap/commands.h"
#include "imap/limits.h"
#include "imap/rights.h"
#include "sky/identity/connection.h"
#include "sky/imap-proto/write.h"
#include "sky/telemetry/log.h"

namespace sky::imapd {

Session::Session(net::Stream stream, House& house)
    : house_(&house), wire_(std::move(stream)), id_(++house.last_session), opened_(after(house.policy.before_sign_in)) {
    wire_.stream().expires_after(before_sign_in);
    wire_.stream().expires_at(opened_);
    house_->sessions.insert(this);
}

Session::~Session() {
    house_->sessions.erase(this);
    leave_place();
}

unsigned Session::state() const { return selected_ ? State::selected : user_ ? authenticated : not_authenticated; }

void Session::end(std::string text) {
    ending_ = std::move(text);
    wake_.notify_all();
}

std::string Session::capabilities() {
    std::string out = "IMAP4rev2 IMAP4rev1 SASL-IR LITERAL- ID ENABLE NAMESPACE";
    if (!user_) {
        if (is_private()) {
            for (const auto& name : identity::offered_on(wire_.stream(), house_->policy.mechanisms)) out += " AUTH=" + name;
            return out;
        }
        return out + (house_->tls ? " STARTTLS LOGINDISABLED" : " LOGINDISABLED");
    }
    if (house_->policy.unauthenticate) out += " UNAUTHENTICATE";
    out +=
        " IDLE CHILDREN UIDPLUS MOVE UNSELECT SPECIAL-USE CREATE-SPECIAL-USE LIST-EXTENDED LIST-STATUS STATUS=SIZE ESEARCH "
        "CONDSTORE OBJECTID WITHIN SAVEDATE PREVIEW INPROGRESS";
    out += " QRESYNC UIDONLY UIDBATCHES NOTIFY SEARCHRES PARTIAL I18NLEVEL=1 SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT";
    out +=
        " THREAD=REFERENCES THREAD=REFS CONTEXT=SEARCH CONTEXT=SORT MULTISEARCH SEARCH=FUZZY MULTIAPPEND CATENATE BINARY REPLACE "
        "UTF8=ACCEPT QUOTA QUOTASET QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX METADATA METADATA-SERVER LIST-METADATA "
        "ACL RIGHTS=kxte LIST-MYRIGHTS";
    if (!wire_.stream().is_deflated()) out += " COMPRESS=DEFLATE";
    return out + limit_capabilities(house_->policy);
}

void Session::greet() {
    imap::append_response(out(), "*", "OK", "CAPABILITY " + capabilities(), house_->policy.hostname + " Skybridge ready");
}

Task<void> Session::run() {
    greet();
    while (!over_ && co_await next_command()) {
        co_await execute();
        command_.reset();
        message_.reset();
        behind_literal_ = false;
        if (next_layer_ != Layer::as_it_is) co_await change_layer();
    }
    static_cast<void>(co_await wire_.flush());
    co_await wire_.stream().shutdown();
}

// Only at a command boundary is the client told that we close.
void Session::bye(std::string_view code, std::string_view text, std::string_view reason) {
    note_end(reason.empty() ? text : reason);
    imap::append_response(out(), "*", "BYE", code, text);
    wire_.stream().expires_at(after(std::chrono::seconds(5)));  // for these words, where the time to sign in is over
    over_ = true;
}

void Session::note_end(std::string_view reason) {
    log::info("imap.session.ended", {{"session", id_}, {"remote", wire_.stream().peer().address}, {"reason", reason}});
}

// Octets of a command did not come. A client that breaks off is no news.
void Session::broke(const Error& error) {
    over_ = true;
    if (!net::is_eof(error)) note_end(error.reason.empty() ? error.text : error.reason);
}

Task<bool> Session::wait_for_input() {
    const Deadline patience = user_ ? after(house_->policy.idle_limit) : opened_;
    const Deadline bodies_until = after(BodiesAhead::patience);
    while (true) {
        if (is_ending()) {
            bye({}, ending_.empty() ? "server is shutting down" : ending_);
            co_return false;
        }
        if (!user_ && passed(opened_)) {
            bye({}, "Too slow to sign in");
            co_return false;
        }
        if (wire_.reader().buffered() > 0) co_return true;  // pipelined: answers go out together
        if (notifier_ && wakes_told_ != wake_.count()) co_await tell_waiting();
        if (auto sent = co_await wire_.flush(); !sent) co_return false;
        if (notifier_ && wakes_told_ != wake_.count()) continue;  // news came while we told the last
        wire_.rest();
        const bool polls = notifier_ && (!house_->views.hearing() || notifier_->names_others());
        const bool holds = selected_ && selected_->bodies_ahead();
        Deadline until = polls ? std::min(patience, after(house_->policy.poll)) : patience;
        if (holds) until = std::min(until, bodies_until);
        const auto woken = co_await wire_.reader().wait_input_or(wake_, until);
        if (!woken) co_return false;
        if (*woken == net::Wake::input) co_return true;
        if (*woken == net::Wake::timeout && !passed(patience)) {
            if (holds && passed(bodies_until)) selected_->bodies_ahead().reset();
            if (polls) co_await tell_waiting();
        } else if (*woken == net::Wake::timeout) {
            bye({}, user_ ? "Autologout; idle for too long" : "Too slow to sign in");
            co_return false;
        }
    }
}

// NOTIFY's news between two commands. What can't be read now is told another time.
Task<void> Session::tell_waiting() {
    wakes_told_ = wake_.count();
    if (const auto told = co_await tell_news(*this, Waiting::between_commands); !told)
        log::info("imap.notify.failed", {{"session", id_}, {"reason", told.error().reason}});
}

Task<bool> Session::next_command() {
    if (!co_await wait_for_input()) {
        over_ = true;
        co_return false;
    }
    presence_.busy();
    // A command in pieces and the lines of AUTHENTICATE are not a way around the time to sign in; what auth takes is not the client's
    // fault.
    wire_.stream().expires_at(user_ ? Deadline::max() : opened_ + std::chrono::seconds(1));
    const bool going_on = co_await gather();
    wire_.stream().expires_at(Deadline::max());
    over_ = over_ || !going_on;
    co_return going_on;
}

// Lines and literals until the command is whole. A command that breaks a limit is answered here and gathering starts anew.
Task<bool> Session::gather() {
    while (true) {
        const auto line = co_await wire_.reader().line(command_.room());
        if (!line) {
            const Error& error = line.error();
            if (error.fault == Fault::too_large || error.fault == Fault::limit)
                bye("TOOBIG", "Command line too long", error.reason);
            else if (error.fault == Fault::timeout)
                bye({}, "Too slow");
            else
                broke(error);
            co_return false;
        }
        if (line->empty() && command_.empty()) {  // between commands; iOS sends one behind a literal (docs/rfc/quirks.md)
            if (!co_await wait_for_input()) co_return false;
            continue;
        }
        const auto step = command_.line(*line);
        if (!step) {
            imap::CommandHead head;
            static_cast<void>(imap::parse_head(command_.text().empty() ? *line : command_.text(), head));
            bad(head.tag, step.error(), user_ && command_.refused_message() ? Blame::request : Blame::command);
            if (command_.out_of_step()) bye("TOOBIG", "What follows can't be told from commands");
            command_.reset();
            if (over_ || !co_await wait_for_input()) co_return false;
            continue;
        }
        const auto* literal = std::get_if<imap::CommandReader::Literal>(&*step);
        if (literal == nullptr) co_return true;
        if (literal->of == imap::CommandReader::Literal::Of::message) {
            message_ = *literal;
            co_return true;
        }
        if (literal->sync == imap::CommandReader::Literal::Sync::yes) {
            out() += "+ go ahead\r\n";
            if (auto sent = co_await wire_.flush(); !sent) co_return false;
        }
        if (literal->size == 0) continue;
        const auto octets = co_await wire_.reader().exactly(static_cast<std::size_t>(literal->size));
        if (!octets) {
            broke(octets.error());
            co_return false;
        }
        command_.literal(*octets);
    }
}

// What is kept here is kept for as long as a client idles: the steps before and behind the command are coroutines of their own.
Task<void> Session::execute() {
    imap::CommandHead head;
    if (const auto parsed = imap::parse_head(command_.text(), head); !parsed) {
        bad(head.tag, parsed.error());
        co_await skip_rest();
        over_ = over_ || out_of_step_;
        co_return;
    }
    tag_ = head.tag;
    const Command* command = find_command(head.verb);
    std::optional<View::Use> use;
    if (selected_ && head.verb != "IDLE") use.emplace(selected_->view());  // who waits needs nothing
    if (selected_ && !head.verb.ends_with("FETCH")) selected_->bodies_ahead().reset();
    std::optional<Result<Reply>> outcome = refusal(command);
    if (!outcome) {
        try {
            outcome = co_await renew(command);
            if (!outcome) outcome = co_await command->run(*this, arguments(head.rest));
        } catch (const std::bad_alloc&) {
            outcome = unexpected(Fault::limit, "Not enough memory for this", "bad_alloc");
        }
    }
    co_await finish(command, *outcome);
}

// Why this command can't run now; nothing when it can.
std::optional<Result<Reply>> Session::refusal(const Command* command) const {
    if (command == nullptr) return unexpected(Fault::syntax, "There is no such command");
    if ((command->states & state()) == 0) {
        if (!user_) return unexpected(Fault::wrong_state, "Sign in first");
        if ((command->states & not_authenticated) != 0) return unexpected(Fault::wrong_state, "Already signed in");
        return unexpected(Fault::wrong_state, selected_ ? "Not when signed in" : "Select a mailbox first");
    }
    if (uid_only && uses_message_numbers(command->verb))
        return Reply::bad("UIDREQUIRED", "Message numbers are not in use: UIDONLY is enabled");  // RFC 9586 §3
    return std::nullopt;
}

// The rights in the selected mailbox, as of now. Without them nothing goes on but what leaves it.
Task<std::optional<Result<Reply>>> Session::renew(const Command* command) {
    if (!selected_) co_return std::nullopt;
    const auto renewed = co_await renew_rights(*this);
    if (!renewed && command->tells != Tells::nothing) co_return forward(renewed);
    co_return std::nullopt;
}

void Session::publish(store::Changed changed) {
    house_->views.publish(changed);
    if (notifier_) notifier_->made(changed);
}

Task<Result<std::string>> Session::answer(std::size_t limit) {
    if (auto sent = co_await wire_.flush(); !sent) co_return forward(sent);
    wire_.stream().expires_at(user_ ? Deadline::max() : opened_ + std::chrono::seconds(1));
    auto line = co_await wire_.reader().line(limit);
    wire_.stream().expires_at(Deadline::max());
    if (!line) {
        if (line.error().fault == Fault::timeout)
            bye({}, "Too slow");
        else if (line.error().fault != Fault::too_large)
            broke(line.error());
        co_return forward(line);
    }
    out_of_step_ = line->ends_with("+}");  // no answer, and what it announces is on its way (RFC 7888 §5)
    co_return std::string(*line);
}

Task<void> Session::change_layer() {
    const Layer next = std::exchange(next_layer_, Layer::as_it_is);
    if (next == Layer::tls) co_return co_await start_tls();
    if (auto sent = co_await wire_.flush(); !sent) co_return;  // the next command finds out
    if (next == Layer::deflate)
        wire_.stream().start_deflate();
    else
        wire_.stream().end_deflate();
}

Task<void> Session::start_tls() {
    auto ready = co_await wire_.flush();
    wire_.reader().discard_buffered();
    if (ready) ready = co_await wire_.stream().start_tls(house_->tls);
    if (ready) co_return;
    log::info("imap.starttls.failed", {{"session", id_}, {"reason", ready.error().reason}});
    over_ = true;
}

}  // namespace sky::imapd
