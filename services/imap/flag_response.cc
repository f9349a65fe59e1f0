#include "imap/flag_response.h"

#include "sky/imap-proto/write.h"

namespace sky::imapd {

void append_flag_response(Session& session, const Target& target, const store::Placement& message, Numbers form, WithFlags flags) {
    std::string& out = session.out();
    out += "* ";
    imap::append_number(out, target.number);
    out += " FETCH (";
    bool space = false;
    const auto item = [&](std::string_view name) {
        if (std::exchange(space, true)) out += ' ';
        out += name;
    };
    if (form == Numbers::uid) {
        item("UID ");
        imap::append_number(out, target.uid);
    }
    if (flags == WithFlags::yes) {
        item("FLAGS (");
        (out += session.mailbox().view().flags_text(message.flags)) += ')';
    }
    if (session.condstore) {
        item("MODSEQ (");
        imap::append_number(out, static_cast<std::uint64_t>(message.modseq.value));
        out += ')';
    }
    out += ")\r\n";
    session.mailbox().told(target.uid, message.modseq);
}

}  // namespace sky::imapd
