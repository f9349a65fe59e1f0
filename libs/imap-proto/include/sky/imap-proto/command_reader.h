#pragma once
// Collects one command out of lines and literals (RFC 9051 §2.2.1, §4.3), without I/O: the caller carries octets, this says what comes
// next and keeps the limits. The command is kept as it came, each literal behind its "{n}" and CRLF, so that one parser reads it straight
// through.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sky/base/result.h"

namespace sky::imap {

struct ReaderLimits {
    std::size_t text = 64 * 1024;        // all lines of one command
    std::size_t literal = 128 * 1024;    // one literal
    std::size_t literals = 1024 * 1024;  // all literals of one command
    std::size_t literal_count = 1000;
    std::uint64_t message = 50 * 1024 * 1024;  // a literal of APPEND's or REPLACE's message
};
// Before sign-in everything together stays below 8 KiB.
inline constexpr ReaderLimits limits_before_sign_in{8 * 1024, 8 * 1024, 8 * 1024, 16, 0};
// Non-synchronizing literals are taken up to here (LITERAL-, RFC 7888 §5).
inline constexpr std::uint64_t non_sync_limit = 4096;

class CommandReader {
  public:
    explicit CommandReader(ReaderLimits limits = limits_before_sign_in) : limits_(limits) {}

    struct Complete {};  // text() is a whole command
    struct Literal {
        std::uint64_t size = 0;
        enum class Sync { yes, no } sync = Sync::yes;  // yes: the client waits for a continuation request
        enum class Of { argument, message } of = Of::argument;
    };
    using Step = std::variant<Complete, Literal>;

    // The next line, without its end. After a Literal of an argument give its octets to literal(), then the next line. A Literal of a
    // message is the caller's own: it is not kept here. Once it was received, go_on() and give the line that stands behind it.
    // Errors: Fault::syntax (NUL or bare CR), Fault::too_large (with the limit's text), both end this command. When out_of_step(), the
    // client has already sent octets that nobody can tell from commands any more: the connection must end.
    Result<Step> line(std::string_view line);
    void literal(std::string_view octets) { text_.append(octets); }
    // Behind a message: forgets the text so far and reads on, in bounded memory however many messages come (RFC 3502). Every literal of
    // this text is the caller's own.
    void go_on();

    bool out_of_step() const { return out_of_step_; }
    // The last error was the size of a message that its client has not sent yet: the command was well formed.
    bool refused_message() const { return refused_message_; }
    std::size_t room() const { return limits_.text > text_octets_ ? limits_.text - text_octets_ : 0; }  // for the next line
    bool empty() const { return text_.empty(); }
    std::string_view text() const { return text_; }
    void reset();  // for the next command
    void set_limits(ReaderLimits limits) { limits_ = limits; }

  private:
    Result<Step> announced(std::string_view line, std::string_view digits, Literal literal);

    ReaderLimits limits_;
    std::string text_;
    std::size_t text_octets_ = 0;
    std::size_t literal_octets_ = 0;
    std::size_t literal_count_ = 0;
    bool behind_message_ = false;
    bool out_of_step_ = false;
    bool refused_message_ = false;
};

}  // namespace sky::imap
