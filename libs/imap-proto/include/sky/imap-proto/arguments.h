#pragma once
// A command taken apart (RFC 9051 §9). Each function reads one thing of the grammar and moves on; on an error (Fault::syntax or
// Fault::limit, text for the client) the position is undefined and the command is BAD.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/result.h"
#include "sky/imap-proto/mutf7.h"
#include "sky/imap-proto/uid_set.h"

namespace sky::imap {

// The same bits as the store's.
enum FlagBit : std::uint16_t { flag_answered = 1, flag_flagged = 2, flag_deleted = 4, flag_seen = 8, flag_draft = 16 };

struct FlagList {
    std::uint16_t system = 0;
    std::vector<std::string> keywords;
};

class Arguments {
  public:
    static constexpr std::size_t max_keyword_octets = 100;
    static constexpr std::size_t max_flags = 100;

    explicit Arguments(std::string_view text, NameForm names = NameForm::mutf7) : text_(text), names_(names) {}

    bool empty() const { return at_ == text_.size(); }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char c);                         // moves on only when it is there
    bool take_word(std::string_view keyword);  // any case; moves on only when the whole atom is this word
    std::string_view remaining() const { return text_.substr(at_); }

    Result<void> space();
    Result<void> expect(char c);
    Result<void> end();  // nothing may follow
    Result<std::string_view> tag();
    Result<std::string_view> atom();
    Result<std::string> string();  // quoted or literal
    Result<std::string> astring();
    Result<std::string> nstring(bool& is_nil);
    Result<std::string> nstring8(bool& is_nil);  // or a literal8, which may hold NUL (RFC 3516 §4.2)
    Result<std::string> mailbox();               // decoded to UTF-8; INBOX in capitals
    Result<std::string> list_mailbox();          // a pattern, decoded to UTF-8
    Result<std::uint64_t> number(std::uint64_t max = UINT32_MAX);
    Result<SequenceSet> sequence_set();
    Result<FlagList> flag_list();  // in parentheses
    Result<FlagList> flags();      // with parentheses or without (STORE)
    Result<std::chrono::sys_days> date();
    Result<Time> date_time();  // in quotes, RFC 9051 §9 date-time

  private:
    Result<std::string> quoted();
    enum class Nul { refused, taken };
    Result<std::string> literal(Nul nul = Nul::refused);
    Result<void> flag(FlagList& into);
    std::string_view run(bool (*belongs)(char));

    std::string_view text_;
    NameForm names_;
    std::size_t at_ = 0;
};

// "tag verb" and what follows. The verb in capitals; "UID FETCH" is one verb here. The tag is set as soon as it is readable, so that even
// a bad command is answered under its own tag; else it is "*".
struct CommandHead {
    std::string tag = "*";
    std::string verb;
    std::string_view rest;  // arguments, behind the space if there is one
    bool has_arguments = false;
};
Result<void> parse_head(std::string_view command, CommandHead& head);

// A mailbox name from the wire. Where modified UTF-7 is expected, UTF-8 is taken as it is when it holds 8-bit octets: no name in modified
// UTF-7 does. Fault::syntax when it is neither.
Result<std::string> decode_name(std::string_view wire, NameForm form = NameForm::mutf7);

}  // namespace sky::imap
