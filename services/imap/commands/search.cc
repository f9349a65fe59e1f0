#include "sky/imap-proto/search.h"

#include "imap/commands/all.h"
#include "imap/limits.h"
#include "imap/search_eval.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

bool uses_mod_seq(const imap::SearchKey& key) {
    if (key.kind == imap::SearchKey::Kind::mod_seq) return true;
    for (const imap::SearchKey& child : key.children)
        if (uses_mod_seq(child)) return true;
    return false;
}

// Message numbers that do not exist are an error (RFC 9051 §6.4.4 with §9: seq-number).
bool beyond(const imap::SearchKey& key, std::uint32_t count) {
    if (key.kind == imap::SearchKey::Kind::sequence && count > 0 && key.set.beyond(count)) return true;
    for (const imap::SearchKey& child : key.children)
        if (beyond(child, count)) return true;
    return false;
}

bool uses_numbers(const imap::SearchKey& key) {
    if (key.kind == imap::SearchKey::Kind::sequence) return true;
    for (const imap::SearchKey& child : key.children)
        if (uses_numbers(child)) return true;
    return false;
}

ModSeq highest(Session& session, const std::vector<Target>& found) {
    ModSeq out;
    for (const Target& target : found)
        if (const store::Placement* message = session.mailbox().view().find(target.uid)) out = std::max(out, message->modseq);
    return out;
}

std::uint32_t shown(const Target& target, Numbers form) { return form == Numbers::uid ? target.uid : target.number; }

void append_plain(std::string& out, const std::vector<Target>& found, Numbers form, ModSeq modseq) {
    out += "* SEARCH";
    for (const Target& target : found) {
        out += ' ';
        imap::append_number(out, shown(target, form));
    }
    if (modseq) ((out += " (MODSEQ ") += std::to_string(modseq.value)) += ')';
    out += "\r\n";
}

// RFC 4731 §3.1
void append_extended(std::string& out, std::string_view tag, const imap::SearchReturn& asked, const std::vector<Target>& found,
                     Numbers form, ModSeq modseq) {
    out += "* ESEARCH (TAG ";
    imap::append_string(out, tag);
    out += ')';
    if (form == Numbers::uid) out += " UID";
    if (asked.min && !found.empty()) (out += " MIN ") += std::to_string(shown(found.front(), form));
    if (asked.max && !found.empty()) (out += " MAX ") += std::to_string(shown(found.back(), form));
    if (asked.count) (out += " COUNT ") += std::to_string(found.size());
    if (asked.all && !found.empty()) {
        imap::NumberSet all;
        for (const Target& target : found) all.add(shown(target, form));
        (out += " ALL ") += all.text();
    }
    if (modseq && !found.empty()) (out += " MODSEQ ") += std::to_string(modseq.value);
    out += "\r\n";
}

Task<Result<Reply>> search_as(Session& session, Arguments arguments, Numbers form) {
    const auto request = imap::parse_search(arguments);
    if (!request) co_return forward(request);
    if (!imap::is_known_charset(request->charset)) co_return Reply::no("BADCHARSET (UTF-8 US-ASCII)", "This charset is not known");
    if (session.uid_only && uses_numbers(request->root)) co_return Reply::bad("UIDREQUIRED", "Message numbers are not in use");
    auto everything = co_await session.mailbox().all(session.limit());
    if (!everything) co_return forward(everything);
    std::string limited = keep_within_limit(*everything, session.house().policy.message_limit);
    if (beyond(request->root, session.mailbox().count())) co_return unexpected(Fault::syntax, "There is no message of that number");
    const auto found = co_await search_messages(session, request->root, *std::move(everything));
    if (!found) co_return forward(found);
    ModSeq modseq;
    if (uses_mod_seq(request->root)) {
        session.condstore = true;
        modseq = highest(session, *found);
    }
    if (request->result.extended)
        append_extended(session.out(), session.tag(), request->result, *found, form, modseq);
    else
        append_plain(session.out(), *found, form, modseq);
    co_return Reply::ok(limited.empty() ? "SEARCH completed" : "SEARCH completed for the newest messages", std::move(limited));
}

}  // namespace

Task<Result<Reply>> search(Session& session, Arguments arguments) { return search_as(session, arguments, Numbers::sequence); }
Task<Result<Reply>> uid_search(Session& session, Arguments arguments) { return search_as(session, arguments, Numbers::uid); }

}  // namespace sky::imapd
