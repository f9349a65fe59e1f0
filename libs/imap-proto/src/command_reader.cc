#include "sky/imap-proto/command_reader.h"

#include "sky/base/ascii.h"

namespace sky::imap {
namespace {

// "tag APPEND mailbox …", "tag [UID ]REPLACE number mailbox …": behind the mailbox every literal is part of a message (RFC 9051 §6.3.12,
// RFC 8508 §5).
bool awaits_message(std::string_view text) {
    const std::size_t tag = text.find(' ');
    if (tag == std::string_view::npos) return false;
    text.remove_prefix(tag + 1);
    if (ascii::starts_ignoring_case(text, "APPEND ")) {
        text.remove_prefix(7);
    } else {
        if (ascii::starts_ignoring_case(text, "UID ")) text.remove_prefix(4);
        if (!ascii::starts_ignoring_case(text, "REPLACE ")) return false;
        text.remove_prefix(8);
        const std::size_t number = text.find(' ');
        if (number == std::string_view::npos) return false;
        text.remove_prefix(number + 1);
    }
    return !text.empty() && text != "~";
}

}  // namespace

void CommandReader::reset() {
    if (text_.capacity() > 256)
        text_ = std::string();  // an idle connection keeps little
    else
        text_.clear();
    text_octets_ = literal_octets_ = literal_count_ = 0;
    behind_message_ = out_of_step_ = refused_message_ = false;
}

void CommandReader::go_on() {
    reset();
    behind_message_ = true;
}

Result<CommandReader::Step> CommandReader::line(std::string_view line) {
    for (const char c : line)
        if (c == '\0' || c == '\r') {
            out_of_step_ = line.ends_with("+}");
            return unexpected(Fault::syntax, "A command holds a NUL or a bare CR");
        }
    if (line.size() > room()) {
        out_of_step_ = line.ends_with("+}");
        return unexpected(Fault::too_large, "Command line too long");
    }
    text_octets_ += line.size();

    // literal = "{" number64 ["+"] "}" CRLF
    if (line.ends_with('}')) {
        const std::size_t brace = line.rfind('{');
        std::string_view digits = brace == std::string_view::npos ? std::string_view() : line.substr(brace + 1, line.size() - brace - 2);
        Literal literal;
        if (digits.ends_with('+')) {
            literal.sync = Literal::Sync::no;
            digits.remove_suffix(1);
        }
        bool all_digits = !digits.empty();
        for (const char c : digits) all_digits = all_digits && ascii::is_digit(c);
        if (all_digits) return announced(line, digits, literal);
    }
    text_ += line;
    return Complete{};
}

Result<CommandReader::Step> CommandReader::announced(std::string_view line, std::string_view digits, Literal literal) {
    const std::size_t prefix = line.size() - digits.size() - (literal.sync == Literal::Sync::no ? 3 : 2);
    text_ += line.substr(0, prefix);
    literal.of = behind_message_ || awaits_message(text_) ? Literal::Of::message : Literal::Of::argument;
    text_ += line.substr(prefix);
    text_ += "\r\n";

    const std::uint64_t size = ascii::number(digits).value_or(UINT64_MAX);
    literal.size = size;
    const auto refuse = [&](const char* text) {
        out_of_step_ = literal.sync == Literal::Sync::no;
        refused_message_ = literal.of == Literal::Of::message && !out_of_step_;
        return unexpected(Fault::too_large, text);
    };
    if (literal.sync == Literal::Sync::no && size > non_sync_limit) return refuse("Non-synchronizing literals end at 4096 octets");
    if (literal.of == Literal::Of::message) {
        if (size > limits_.message) return refuse("The message is too large");
        return literal;
    }
    if (size > limits_.literal) return refuse("Literal too large");
    literal_octets_ += static_cast<std::size_t>(size);
    if (literal_octets_ > limits_.literals) return refuse("The literals of one command are too large together");
    if (++literal_count_ > limits_.literal_count) return refuse("Too many literals in one command");
    return literal;
}

}  // namespace sky::imap
