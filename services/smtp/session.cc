#include "smtp/session.h"

#include <boost/system/system_error.hpp>

#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"
#include "smtp/metrics.h"

namespace sky::smtpd {
namespace {
constexpr std::size_t held_replies = 16 * 1024;  // of a pipelined group

// Browsers, and what attackers make browsers send; and TLS to a plain port. Contract S05: one such line is enough.
bool speaks_something_else(std::string_view line) {
    if (line.starts_with('\x16')) return true;
    for (const std::string_view verb : {"GET ", "POST ", "PUT ", "HEAD ", "CONNECT ", "OPTIONS ", "DELETE ", "TRACE ", "PATCH ", "PRI "})
        if (ascii::starts_ignoring_case(line, verb)) return true;
    const auto word = line.substr(0, line.find(' '));
    return word.size() > 1 && word.ends_with(':');  // "Host:", "Subject:"
}

const std::string& reason_of(const Error& error) { return error.reason.empty() ? error.text : error.reason; }
}  // namespace

Session::Session(net::Stream stream, House& house, const Policy& policy)
    : stream_(std::move(stream)), reader_(stream_), house_(house), policy_(policy) {
    stream_.expires_at(after(policy_.session_limit));
    stream_.expires_after(policy_.command_timeout);
    house_.sessions.insert(this);
}

Session::~Session() { house_.sessions.erase(this); }

void Session::reply(const smtp::Reply& reply) { out_ += smtp::print(reply); }

Task<bool> Session::flush() {
    if (out_.empty()) co_return true;
    auto written = co_await stream_.write(std::exchange(out_, {}));
    if (!written) over_ = true;
    co_return written.has_value();
}

Task<bool> Session::spoke_too_early() {
    if (reader_.buffered() > 0) co_return true;
    auto wake = co_await reader_.wait_input(std::chrono::steady_clock::now());
    co_return wake && *wake == net::Wake::input&& stream_.is_open();
}

// RFC 5321 §4.3.1: the server speaks first. A peer that doesn't wait for it is a script.
Task<bool> Session::greet() {
    if (policy_.role == Role::inbound && !stream_.is_tls()) {
        auto wake = co_await reader_.wait_input(after(policy_.greeting_delay));
        if (!wake) co_return false;
        if (*wake == net::Wake::input) {
            log::info("smtp.session.early_talker", {{"session", trace_.id()}, {"remote", stream_.peer().address}});
            reply({554, "5.5.0", {"you speak before the greeting"}});
            co_await flush();
            co_return false;
        }
    }
    reply({220, "", {policy_.hostname + " ESMTP Skybridge"}});
    co_return co_await flush();
}

Task<Result<std::string>> Session::next_line() {
    for (;;) {
        const bool whole_line = reader_.peek().find('\n') != std::string_view::npos;
        if ((!whole_line || out_.size() > held_replies) && !co_await flush()) co_return unexpected(Fault::unavailable, "", "write");
        if (house_.drain && !peer_.transaction) co_return unexpected(Fault::unavailable, "", "drain");
        if (whole_line || reader_.buffered() > 0) break;
        auto wake = co_await reader_.wait_input_or(house_.draining, std::min(after(policy_.command_timeout), stream_.deadline()));
        if (!wake) co_return std::unexpected(std::move(wake.error()));
        if (*wake == net::Wake::timeout) co_return unexpected(Fault::timeout, "", "silent");
        if (*wake == net::Wake::input) break;
    }
    auto line = co_await reader_.line(smtp::max_auth_line - 2);
    if (!line) co_return std::unexpected(std::move(line.error()));
    co_return std::string(*line);
}

Task<Result<std::string>> Session::ask(std::string challenge) {
    reply({334, "", {std::move(challenge)}});
    if (!co_await flush()) co_return unexpected(Fault::unavailable, "", "write");
    auto line = co_await reader_.line(smtp::max_auth_line - 2);
    if (line) co_return std::string(*line);
    if (line.error().fault != Fault::too_large && line.error().fault != Fault::syntax) end(line.error());
    co_return std::unexpected(std::move(line.error()));
}

// Slowloris: the data as a whole must come at 500 octets a second after a grace of one command's time. What follows the data is the
// client's next command, so octets are taken from the reader only as far as they belong to the data.
Task<Result<void>> Session::receive(Reception& reception) {
    reply({354, "", {"go ahead, end with <CRLF>.<CRLF>"}});
    if (!co_await flush()) co_return unexpected(Fault::unavailable, "", "write");
    const Deadline begun = after(policy_.command_timeout);
    Result<void> fine;
    while (fine && !reception.complete()) {
        if (reader_.buffered() > 0) {
            fine = co_await reader_.skip(reception.feed(reader_.peek()));
        } else if (passed(begun + std::chrono::milliseconds(reception.received() * 2))) {
            fine = unexpected(Fault::timeout, "", "data too slow");
        } else if (auto first = co_await reader_.read_upto(1); first) {
            reception.feed(*first);
        } else {
            fine = std::unexpected(std::move(first.error()));
        }
        if (fine && reception.endless()) fine = unexpected(Fault::too_large, "message too large", "endless data");
    }
    if (fine) co_return fine;
    if (fine.error().fault == Fault::timeout) fine.error().reason = "data too slow";
    end(fine.error());
    co_return fine;
}

Task<Result<void>> Session::secure(smtp::Reply go_ahead) {
    reply(go_ahead);
    if (!co_await flush()) co_return unexpected(Fault::unavailable, "", "write");
    reader_.discard_buffered();  // CVE-2011-0411
    stream_.expires_after(std::chrono::seconds(30));
    auto done = co_await stream_.start_tls(house_.tls);
    stream_.expires_after(policy_.command_timeout);
    if (!done) over_ = true;
    peer_.forget();
    co_return done;
}

void Session::accepted(Uuid ingest, TenantId tenant) {
    patience_.errors = patience_.idle = 0;
    unconfirmed_ = {ingest, tenant};
}

// What breaks the session is told to the log, and to the client where it may still be listening.
void Session::end(const Error& error) {
    over_ = true;
    if (net::is_eof(error) || error.reason == "write") return;
    if (error.reason != "drain")
        log::info("smtp.session.ended", {{"session", trace_.id()}, {"remote", stream_.peer().address}, {"reason", reason_of(error)}});
    if (error.fault == Fault::too_large) reply({552, "5.3.4", {"message too large"}});
    if (error.fault == Fault::limit) reply({500, "5.5.2", {"line too long"}});
    if (error.fault == Fault::timeout) reply({421, "4.4.2", {"timeout, closing"}});
    if (error.reason == "drain") reply({421, "4.3.2", {"shutting down, please come back"}});
}

// The client speaks, so it has read our 250: RFC 1047's doubt is over.
void Session::heard_from() {
    if (!unconfirmed_) return;
    house_.custody.confirm(unconfirmed_->first, unconfirmed_->second);
    unconfirmed_.reset();
}

Task<Verdict> Session::dispatch(const smtp::CommandLine& line) {
    const Command* command = find_command(line.keyword);
    if (!command) co_return smtp::Reply{500, "5.5.2", {"command not recognised"}};
    if (command->from != From::anywhere && peer_.greeting == Greeting::none) co_return smtp::Reply{503, "5.5.1", {"EHLO first"}};
    if (command->from == From::transaction && !peer_.transaction) co_return smtp::Reply{503, "5.5.1", {"MAIL first"}};
    if (command->talk == Talk::idle && ++patience_.idle > Patience::idle_talk) ++patience_.errors;
    auto verdict = co_await command->run(*this, line.argument);
    const int code = verdict ? verdict->code : codes(verdict.error().fault).smtp;
    if (code != 0) counted::replies.with({command->verb, std::to_string(code / 100)}).add();
    co_return verdict;
}

// The reply, and what the answer costs the client's credit.
Task<smtp::Reply> Session::judged(Verdict verdict, std::string reason) {
    smtp::Reply answer = verdict ? std::move(*verdict) : smtp::reply_of(verdict.error());
    if (answer.code < 400) co_return answer;
    log::info("smtp.command.failed", {{"session", trace_.id()},
                                      {"remote", stream_.peer().address},
                                      {"fault", verdict ? "" : codes(verdict.error().fault).name},
                                      {"reply", answer.text()},
                                      {"reason", verdict ? reason : reason_of(verdict.error())}});
    ++patience_.errors;
    if (patience_.slow()) co_await sleep_for(std::chrono::seconds(1));
    if (patience_.over() && !over_) {
        log::info("smtp.session.out_of_patience", {{"session", trace_.id()}, {"remote", stream_.peer().address}});
        reply(answer);
        answer = {421, "4.7.0", {"too many errors"}};
        over_ = true;
    }
    co_return answer;
}

Task<void> Session::obey(std::string line) {
    heard_from();
    Verdict verdict = smtp::Reply{};
    auto command = smtp::parse_command(line);
    if (speaks_something_else(line)) {
        log::info("smtp.session.not_smtp", {{"session", trace_.id()}, {"remote", stream_.peer().address}});
        verdict = smtp::Reply{554, "5.5.0", {"this is SMTP"}};
        over_ = true;
    } else if (!command) {
        verdict = smtp::Reply{500, "5.5.2", {command.error().text}};
    } else if (line.size() > smtp::max_command_line - 2 && command->keyword != "AUTH") {
        verdict = smtp::Reply{500, "5.5.2", {"line too long"}};
    } else {
        verdict = co_await dispatch(*command);
    }
    if (!verdict && over_) co_return;  // the connection broke within the verb
    const auto answer = co_await judged(std::move(verdict));
    if (answer.code != 0) reply(answer);
}

Task<void> Session::run() {
    log::debug("smtp.session.opened", {{"session", trace_.id()}, {"remote", stream_.peer().address}});
    over_ = !co_await greet();
    while (!over_) {
        auto line = co_await next_line();
        if (line) {
            bool failed = false;
            try {
                co_await obey(std::move(*line));
            } catch (const boost::system::system_error&) {
                throw;  // cancelled: the group swallows it
            } catch (const std::exception& error) {
                log::error("smtp.session.failed", {{"session", trace_.id()}, {"reason", error.what()}});
                failed = true;
            }
            if (failed) {
                reply({421, "4.3.0", {"internal error"}});
                over_ = true;
            }
            continue;
        }
        const Error& error = line.error();
        if (error.fault == Fault::too_large || error.fault == Fault::syntax) {
            heard_from();
            const std::string_view what = error.fault == Fault::syntax ? "bare CR or LF" : "line too long";
            reply(co_await judged(smtp::Reply{500, "5.5.2", {std::string(what)}}, reason_of(error)));
        } else {
            end(error);
        }
    }
    if (co_await flush()) co_await stream_.shutdown();
    stream_.close();
    log::debug("smtp.session.closed", {{"session", trace_.id()}, {"remote", stream_.peer().address}});
}

}  // namespace sky::smtpd
