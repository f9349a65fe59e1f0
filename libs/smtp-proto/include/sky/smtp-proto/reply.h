#pragma once
// Replies (RFC 5321 §4.2): written by our server, read by our client.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::smtp {

// `enhanced` is a status code of RFC 3463 ("2.1.5") or empty; it stands in front of the text of every line (RFC 2034 §4).
struct Reply {
    int code = 0;
    std::string enhanced;
    std::vector<std::string> lines;  // at least one once complete
    bool operator==(const Reply&) const = default;

    bool positive() const { return code / 100 == 2; }
    bool intermediate() const { return code / 100 == 3; }
    bool temporary() const { return code / 100 == 4; }
    bool permanent() const { return code / 100 == 5; }
    std::string text() const;  // the lines joined by spaces
};

// Control characters and 8-bit octets in the text become "?", so that no peer's words can break the reply; each line ends with CRLF and is
// cut at 512 octets (RFC 5321 §4.5.3.1.5).
std::string print(const Reply& reply);

// The error as a reply: code and status by the fault's row in the table of base.
Reply reply_of(const Error& error);

// Collects the lines of one reply. Lines come without CRLF.
class ReplyReader {
  public:
    // A complete reply, or nothing yet. Refused: a line that is no reply, codes that differ within one reply, over 100 lines.
    Result<std::optional<Reply>> feed(std::string_view line);

  private:
    Reply reply_;
};

// What an EHLO reply offers (RFC 5321 §4.1.1.1): keyword in upper case with its parameters, the greeting line left out.
struct Extension {
    std::string keyword;
    std::string parameters;
};
std::vector<Extension> extensions(const Reply& ehlo);

}  // namespace sky::smtp
