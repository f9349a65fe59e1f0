#include "imap/flag_response.h"

#include "sky/imap-proto/write.h"

namespace sky::imapd {

void append_flag_response(Session& session, const Target& target, const store::Placement& message, Numbers form, WithFlags flags) {
    std::string& out = session.out();
    const Telling telling = session.telling(form);
    if (flags == WithFlags::yes) session.mailbox().tell_keywords(out);
    append_fetch_start(out, telling, target.number, target.uid);
    if (flags == WithFlags::yes) {
        append_flag_items(out, telling, session.mailbox().flags_text(message), target.uid, message.modseq);
    } else {
        if (telling.form == Numbers::uid && !telling.uid_only) {
            imap::append_number(out += "UID ", target.uid);
            out += ' ';
        }
        imap::append_number(out += "MODSEQ (", static_cast<std::uint64_t>(message.modseq.value));
        out += ')';
    }
    out += ")\r\n";
    session.mailbox().told(target.uid, message.modseq);
}

}  // namespace sky::imapd
