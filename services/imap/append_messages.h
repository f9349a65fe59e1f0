#pragma once
// The messages of APPEND and REPLACE as they come in: literals, and parts that stand on the server (CATENATE). Each is made ready for the
// store as soon as it is here, so that of many only one is held as it came.
#include <memory>
#include <vector>

#include "imap/session.h"
#include "sky/imap-proto/append.h"
#include "sky/mailstore/message.h"
#include "sky/mailstore/write.h"

namespace sky::imapd {

struct IncomingMessage {
    imap::AppendBegins head;
    std::shared_ptr<const store::PreparedMessage> message;
};

struct IncomingMessages {
    UploadRoom::Share memory;  // that the messages take
    std::vector<IncomingMessage> all{};
    std::optional<Reply> refused{};  // then the command ends so
    // For the store, with the flags that may be set there; refers to what is here, and takes the keywords.
    std::vector<store::Append> appends(store::FlagScope flags);
};

enum class Several { taken, refused };

// `arguments`: the text behind the mailbox, to the announcement of the first literal or to the end. Nothing is in a mailbox yet; of many
// messages the octets go to the store while the others still come, as far as the account that they are for has room.
// Fault::too_large for a message above MESSAGE_SIZE: NO [TOOBIG] (RFC 7889 §4, RFC 4469 §4); unavailable when APPEND_MEMORY had no room for
// it. Refused: more messages than SAVE_LIMIT (RFC 9738), an empty one (RFC 3502: the client has changed its mind), a URL that leads nowhere
// (RFC 4469 §4).
Task<Result<IncomingMessages>> receive_messages(Session& session, imap::Arguments arguments, Several several, store::AccountRef into);

// "APPENDUID 385759045 3:5" (RFC 4315 §3, RFC 3502): of messages put into one mailbox.
std::string append_uid(const std::vector<store::Placed>& placed);

}  // namespace sky::imapd
