// What the client hears of a command when it ends: what is new in its mailbox, then the tagged response.
#include "imap/commands.h"
#include "imap/metrics.h"
#include "imap/session.h"
#include "sky/imap-proto/write.h"
#include "sky/telemetry/log.h"

namespace sky::imapd {

Task<void> Session::finish(const Command* command, Result<Reply>& outcome) {
    co_await skip_rest();
    co_await tell_end(command, outcome);
    if (out_of_step_ && !over_) bye("TOOBIG", "What follows can't be told from commands");
}

Task<void> Session::tell_end(const Command* command, Result<Reply>& outcome) {
    if (!wire_.stream().is_open()) {
        over_ = true;
        co_return;
    }
    // A NOTIFY brings the client up to date, with what it asks for from now on or not (RFC 5465 §3.1); so does what the client expunges.
    const bool brings_up = command != nullptr && (command->verb == "NOTIFY" || (outcome && outcome->expunged));
    const SelectedNews wanted = brings_up ? SelectedNews{.names_uid = command->verb == "NOTIFY"} : selected_news(*this);
    if (selected_ && command != nullptr && command->tells != Tells::nothing && !over_ && wanted.any) {
        const bool by_uid = command->verb.starts_with("UID ") || wanted.names_uid;
        Telling telling = this->telling(by_uid ? Numbers::uid : Numbers::sequence);
        telling.flags = wanted.flags;
        const bool hold = command->tells != Tells::everything || (outcome && outcome->numbered);
        const auto told = co_await tell_selected(*this, hold ? Expunges::held_back : Expunges::told, telling);
        if (told && outcome && outcome->expunged && condstore && outcome->code.empty())
            outcome->code = "HIGHESTMODSEQ " + std::to_string(selected_->told_up_to().value);
        // Message numbers are in use and an expunge has to wait: what was told above it is no place to go on from (RFC 7162 §3.2.7).
        if (told && qresync && selected_->holds_back())
            imap::append_response(out(), "*", "OK", "HIGHESTMODSEQ " + std::to_string(selected_->told_up_to().value),
                                  "Until the next command");
        if (!told) {
            log::info("imap.announce.failed", {{"session", id_}, {"reason", told.error().reason}});
            if (told.error().fault == Fault::not_found) bye({}, "The mailbox was deleted, or is yours to read no longer");
        }
    }
    if (std::exchange(owes_mod_seq_, false) && selected_)
        imap::append_response(out(), "*", "OK", "HIGHESTMODSEQ " + std::to_string(std::max<std::int64_t>(selected_->told_up_to().value, 1)),
                              "Highest");
    if (!outcome) {
        bad(tag_, outcome.error(), Blame::request, command != nullptr ? command->verb : "?");
        if (command != nullptr) counted::commands.with({command->verb, codes(outcome.error().fault).name}).add();
        co_return;
    }
    constexpr std::string_view words[] = {"OK", "NO", "BAD"}, outcomes[] = {"ok", "no", "bad"};
    const auto status = static_cast<std::size_t>(outcome->status);
    counted::commands.with({command->verb, outcomes[status]}).add();
    imap::append_response(out(), tag_, words[status], outcome->code, outcome->text);
    if (outcome->status == Reply::Status::bad) count_bad();
}

// By a command in the selected state: where the mailbox is, for which SELECT may have told nothing that the client kept (RFC 7162
// §3.1).
void Session::enable_condstore() {
    if (!std::exchange(condstore, true) && selected_) owes_mod_seq_ = true;
}

// BAD is for what is no command; a command that asks for too much is refused (RFC 7889 §4: NO [TOOBIG]).
void Session::bad(std::string_view tag, const Error& error, Blame blame, std::string_view verb) {
    const FaultCodes& row = codes(error.fault);
    const bool is_bad = row.imap_bad || (error.fault == Fault::too_large && blame == Blame::command);
    imap::append_response(out(), tag, is_bad ? "BAD" : "NO", row.imap, error.text.empty() ? "That failed" : error.text);
    if (is_bad || row.temporary || !error.reason.empty())
        log::info("imap.command.failed", {{"session", id_},
                                          {"remote", wire_.stream().peer().address},
                                          {"verb", verb},
                                          {"fault", row.name},
                                          {"reason", error.reason.empty() ? error.text : error.reason}});
    if (is_bad) count_bad();
}

void Session::count_bad() {
    if (++bad_commands_ < (user_ ? house_->policy.bad_after : house_->policy.bad_before_sign_in)) return;
    bye({}, "Too many bad commands");
}

}  // namespace sky::imapd
