#pragma once
// The table of commands.
#include <string_view>

#include "imap/session.h"
#include "sky/imap-proto/arguments.h"

namespace sky::imapd {

using imap::Arguments;
using Run = Task<Result<Reply>> (*)(Session&, Arguments);

enum class Tells { everything, no_expunges, nothing };  // what may be announced before the tagged response

struct Command {
    std::string_view verb;
    unsigned states;
    Run run;
    Tells tells;
    std::string_view described;
};

const Command* find_command(std::string_view verb);
// Its arguments or its answers hold message numbers: not with UIDONLY (RFC 9586 §3).
bool uses_message_numbers(std::string_view verb);

}  // namespace sky::imapd
