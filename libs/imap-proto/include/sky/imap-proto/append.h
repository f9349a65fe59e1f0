#pragma once
// What stands behind the mailbox of APPEND and REPLACE (RFC 9051 §6.3.12, RFC 3502, RFC 4469 §5, RFC 6855 §4): one message or several,
// each with flags and a date, each a literal or made of parts. The text comes in pieces, for the octets between them travel apart
// (CommandReader): a piece ends with the announcement of a literal, or with the command.
#include <optional>
#include <string>
#include <variant>

#include "sky/imap-proto/arguments.h"

namespace sky::imap {

struct AppendBegins {  // a message
    FlagList flags;
    std::optional<Time> date;
};
// A literal is announced: its octets are the next part of the message. The piece of text ends here.
struct AppendOctets {
    std::uint64_t size = 0;
    enum class As { whole, part } as = As::whole;          // the whole message, or a TEXT of CATENATE
    enum class Header { any, utf8 } header = Header::any;  // UTF8 (…): the client promises UTF-8 (RFC 6855 §4)
};
// The part stands on the server already (CATENATE). Without a text, the URL is the literal that is announced.
struct AppendUrl {
    std::optional<std::string> text;
    std::uint64_t size = 0;
};
struct AppendEnds {};  // the message is complete
struct AppendDone {};  // the command is
using AppendStep = std::variant<AppendBegins, AppendOctets, AppendUrl, AppendEnds, AppendDone>;

inline constexpr std::size_t max_append_parts = 1000;  // of one message

class AppendText {
  public:
    enum class Utf8 { taken, refused };  // whether the client has enabled UTF8=ACCEPT
    explicit AppendText(Utf8 utf8 = Utf8::refused) : utf8_(utf8) {}

    // The next thing of the text, whose position moves on. After AppendOctets, and an AppendUrl without text, go on with the piece of
    // text behind the literal. Fault::syntax; Fault::limit past max_append_parts.
    Result<AppendStep> next(Arguments& in);

  private:
    enum class Place { message, data, behind_whole, behind_utf8, part, behind_part, behind_utf8_part };
    Result<AppendStep> begin(Arguments& in);
    Result<AppendStep> data(Arguments& in);
    Result<AppendStep> part(Arguments& in);
    Result<AppendStep> octets(Arguments& in, AppendOctets::As as, AppendOctets::Header header);
    Result<AppendStep> utf8_octets(Arguments& in, AppendOctets::As as);

    Utf8 utf8_;
    Place place_ = Place::message;
    bool any_ = false;       // a message has begun
    std::size_t parts_ = 0;  // of this message
};

}  // namespace sky::imap
