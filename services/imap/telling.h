#pragma once
// How a client is told of changes, by what it has enabled.
#include <cstdint>
#include <string>
#include <string_view>

#include "sky/base/ids.h"

namespace sky::imapd {

enum class Numbers { sequence, uid };
enum class Expunges { told, held_back };

struct Telling {
    Numbers form = Numbers::sequence;  // uid: responses about messages name their UID as well
    bool mod_seq = false;              // CONDSTORE: with their MODSEQ (RFC 7162 §3.1)
    bool vanished = false;             // QRESYNC, UIDONLY: VANISHED in place of EXPUNGE (RFC 7162 §3.2.10)
    bool flags = true;                 // changes of flags are told
    bool uid_only = false;             // UIDFETCH in place of FETCH (RFC 9586 §3.3)
    bool recent = true;                // RECENT and \Recent (RFC 3501 §7.3.2)
};

// "* 3 FETCH (" or "* 7 UIDFETCH (", up to the first item.
void append_fetch_start(std::string& out, const Telling& telling, std::uint32_t number, std::uint32_t uid);

// "UID 7 FLAGS (\Seen) MODSEQ (12)", as much of it as this client is told.
void append_flag_items(std::string& out, const Telling& telling, std::string_view flags, std::uint32_t uid, ModSeq modseq);

}  // namespace sky::imapd
