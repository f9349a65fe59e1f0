#include "pop3/session.h"

#include <boost/system/system_error.hpp>

#include "pop3/metrics.h"
#include "sky/base/ascii.h"
#include "sky/pop3-proto/command.h"
#include "sky/pop3-proto/response.h"
#include "sky/sasl/framing.h"
#include "sky/telemetry/log.h"

namespace sky::pop3d {
namespace {
constexpr std::size_t held_answers = 16 * 1024;  // of a pipelined group

const std::string& reason_of(const Error& error) { return error.reason.empty() ? error.text : error.reason; }
}  // namespace

Session::Session(net::Stream stream, House& house, const Policy& policy)
    : stream_(std::move(stream)),
      reader_(stream_),
      house_(house),
      policy_(policy),
      place_(house.sessions.insert(house.sessions.end(), this)) {
    stream_.expires_after(policy_.login_limit);
    stream_.expires_at(after(policy_.login_limit));
    counted::sessions.add();
}

Session::~Session() {
    house_.sessions.erase(place_);
    counted::sessions.sub();
}

void Session::end() {
    ended_ = true;
    house_.wake.notify_all();
}

Task<bool> Session::flush() {
    if (out_.empty()) co_return true;
    auto written = co_await stream_.write(std::exchange(out_, {}));
    if (!written) abort();
    co_return written.has_value();
}

Task<bool> Session::send(std::string bytes) {
    out_ += bytes;
    co_return co_await flush();
}

Task<Result<std::string>> Session::next_line() {
    for (;;) {
        const bool whole_line = reader_.peek().find('\n') != std::string_view::npos;
        if ((!whole_line || out_.size() > held_answers) && !co_await flush()) co_return unexpected(Fault::unavailable, "", "write");
        if (ended_) co_return unexpected(Fault::forbidden, "signed out");
        if (!client_.user && passed(stream_.deadline())) co_return unexpected(Fault::timeout, "timeout", "too slow to sign in");
        if (house_.drain) co_return unexpected(Fault::unavailable, "shutting down, please come back", "drain");
        if (whole_line || reader_.buffered() > 0) break;
        auto wake = co_await reader_.wait_input_or(house_.wake, stream_.deadline());
        if (!wake) co_return std::unexpected(std::move(wake.error()));
        if (*wake == net::Wake::timeout) co_return unexpected(Fault::timeout, "timeout");
        if (*wake == net::Wake::input) break;
    }
    // A line of any verb may be as long as one of AUTH; dispatch() knows the verb and holds the others to their limit.
    auto line = co_await reader_.line(sasl::max_line);
    if (!line) co_return std::unexpected(std::move(line.error()));
    co_return std::string(*line);
}

Task<Result<std::string>> Session::ask(std::string challenge) {
    if (!co_await send("+ " + challenge + "\r\n")) co_return unexpected(Fault::unavailable, "", "write");
    auto line = co_await reader_.line(sasl::max_line);
    if (line) co_return std::string(*line);
    if (line.error().fault != Fault::too_large && line.error().fault != Fault::syntax) {
        line.error().fault == Fault::timeout ? close() : abort();
        if (!net::is_eof(line.error())) note("pop3.session.ended", reason_of(line.error()));
    }
    co_return std::unexpected(std::move(line.error()));
}

Task<Result<void>> Session::start_tls(std::string go_ahead) {
    if (!co_await send(std::move(go_ahead))) co_return unexpected(Fault::unavailable, "", "write");
    reader_.discard_buffered();  // CVE-2011-0411
    auto done = co_await stream_.start_tls(house_.tls);
    if (!done) abort();
    client_.forget();
    co_return done;
}

Task<Answer> Session::sign_in(identity::Attempt attempt, std::optional<identity::Dialogue> dialogue) {
    attempt.protocol = "pop3";
    attempt.remote_address = stream_.peer().address;
    attempt.transport = identity::Attempt::Transport::tls;
    attempt.traceparent = trace_.traceparent();
    stream_.expires_at(Deadline::max());  // auth's delays are not the client's fault
    bool broken = false;                  // the client's words, rather than what it claims
    auto ask_client = [&](std::string challenge) -> Task<Result<std::string>> {
        stream_.expires_at(after(policy_.login_limit));
        auto line = co_await ask(std::move(challenge));
        stream_.expires_at(Deadline::max());
        broken = !line;
        co_return line;
    };
    Result<identity::Principal> user;
    if (dialogue)
        user = co_await house_.directory.converse(std::move(attempt), std::move(*dialogue), ask_client);
    else
        user = co_await house_.directory.authenticate(std::move(attempt), after(std::chrono::seconds(30)));
    if (!user && (broken || user.error().fault == Fault::syntax || user.error().fault == Fault::unsupported ||
                  user.error().fault == Fault::too_large)) {
        stream_.expires_at(after(policy_.login_limit));
        co_return std::unexpected(std::move(user.error()));
    }
    Result<Listing> messages;
    if (user) messages = co_await house_.inbox.list(*user, after(read_limit));
    const Error* error = !user ? &user.error() : !messages ? &messages.error() : nullptr;
    if (error) {
        const bool temporary = codes(error->fault).temporary;
        counted::sign_ins.with({temporary ? "deferred" : "refused"}).add();
        log::info(
            "pop3.auth.failed",
            {{"session", trace_.id()}, {"remote", stream_.peer().address}, {"fault", codes(error->fault).name}, {"reason", error->reason}});
        stream_.expires_at(after(policy_.login_limit));
        if (!temporary && ++failures_ >= most_auth_failures) close();
        // RFC 3206 §4: AUTH says that asking for another password makes sense, SYS/TEMP that it doesn't.
        if (temporary) co_return unexpected(Fault::unavailable, "try again later", error->reason);
        co_return unexpected(Fault::bad_credentials, "authentication failed", error->reason);
    }
    client_.user = std::move(*user);
    client_.maildrop = Maildrop(std::move(*messages));
    stream_.expires_after(policy_.idle_timeout);
    if (house_.announce) announced_ = house_.announce(*this, [this] { end(); });
    counted::sign_ins.with({"accepted"}).add();
    log::info("pop3.auth.accepted", {{"session", trace_.id()},
                                     {"remote", stream_.peer().address},
                                     {"tenant", client_.user->tenant},
                                     {"account", client_.user->account}});
    const auto totals = client_.maildrop.totals();
    co_return pop3::ok(std::to_string(totals.messages) + " messages, " + std::to_string(totals.octets) + " octets");
}

Task<Answer> Session::dispatch(std::string_view line) {
    auto parsed = pop3::parse_command(line);
    if (!parsed) co_return std::unexpected(std::move(parsed.error()));
    const Command* command = find_command(parsed->keyword);
    if (!command) co_return unexpected(Fault::syntax, "unknown command");
    if (line.size() > pop3::max_command_line - 2 && command->verb != "AUTH") co_return unexpected(Fault::syntax, "line too long");
    const State now = client_.user ? State::transaction : State::authorization;
    if (command->state != State::any && command->state != now)
        co_return unexpected(Fault::wrong_state, client_.user ? "already signed in" : "sign in first");
    auto answer = co_await command->run(*this, parsed->argument);
    counted::commands.with({command->verb, answer ? "ok" : codes(answer.error().fault).name}).add();
    co_return answer;
}

Task<void> Session::obey(std::string line) {
    auto answer = co_await dispatch(line);
    if (aborted_) co_return;
    if (answer) {
        out_ += *answer;
        co_return;
    }
    const Error& error = answer.error();
    const std::string& reason = reason_of(error);
    const FaultCodes& said = codes(error.fault);
    const auto level =
        said.temporary || said.http >= 500 ? log::Level::warning : log::Level::debug;  // a client's mistake is its own affair
    if (log::enabled(level)) log::write(level, "pop3.command.failed", {{"session", trace_.id()}, {"fault", said.name}, {"reason", reason}});
    out_ += pop3::err(error);
    count_error();
}

void Session::count_error() {
    if (++errors_ < most_errors) return;
    note("pop3.session.ended", "too many errors");
    out_ += pop3::err("too many errors");
    close();
}

void Session::note(std::string_view event, std::string_view reason) {
    log::info(event, {{"session", trace_.id()}, {"remote", stream_.peer().address}, {"reason", reason}});
}

// Words for a client whose session ends without its asking.
void Session::say_why(const Error& error) {
    if (net::is_eof(error) || error.reason == "write") return;
    if (error.reason != "drain") note("pop3.session.ended", reason_of(error));
    if (error.fault == Fault::timeout || error.fault == Fault::limit || error.fault == Fault::forbidden || error.reason == "drain")
        out_ += error.reason == "drain" ? pop3::err(error.text, "SYS/TEMP") : pop3::err(error.text.empty() ? "closing" : error.text);
}

Task<void> Session::run() {
    log::debug("pop3.session.opened", {{"session", trace_.id()}, {"remote", stream_.peer().address}});
    out_ += pop3::ok(policy_.hostname + " Skybridge POP3");
    while (!over_) {
        auto line = co_await next_line();
        if (!line && (line.error().fault == Fault::too_large || line.error().fault == Fault::syntax)) {
            note("pop3.line.refused", reason_of(line.error()));
            out_ += pop3::err(line.error().fault == Fault::syntax ? "bare CR or LF" : "line too long");
            count_error();
            continue;
        }
        if (!line) {
            say_why(line.error());
            break;
        }
        bool failed = false;
        try {
            co_await obey(std::move(*line));
        } catch (const boost::system::system_error&) {
            throw;  // cancelled: the group swallows it
        } catch (const std::exception& error) {
            log::error("pop3.session.failed", {{"session", trace_.id()}, {"reason", error.what()}});
            failed = true;
        }
        if (failed) {
            out_ += pop3::err("internal error", "SYS/TEMP");
            break;
        }
    }
    if (!aborted_ && co_await flush()) co_await stream_.shutdown();
    stream_.close();
    log::debug("pop3.session.closed", {{"session", trace_.id()}, {"remote", stream_.peer().address}});
}

}  // namespace sky::pop3d
