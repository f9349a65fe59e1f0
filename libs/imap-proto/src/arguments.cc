#include "sky/imap-proto/arguments.h"

#include "grammar.h"
#include "sky/base/ascii.h"
#include "sky/imap-proto/mutf7.h"

namespace sky::imap {

std::string_view Arguments::run(bool (*belongs)(char)) {
    const std::size_t start = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
}

bool Arguments::take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
}

bool Arguments::take_word(std::string_view keyword) {
    const std::size_t end = at_ + keyword.size();
    if (end > text_.size() || !ascii::equals_ignoring_case(text_.substr(at_, keyword.size()), keyword)) return false;
    if (end < text_.size() && grammar::is_atom_char(text_[end]) && text_[end] != '[') return false;
    at_ = end;
    return true;
}

Result<void> Arguments::space() {
    if (!take(' ')) return unexpected(Fault::syntax, empty() ? "Arguments are missing" : "A space is missing");
    return {};
}

Result<void> Arguments::expect(char c) {
    if (!take(c)) return unexpected(Fault::syntax, std::string("Expected \"") + c + '"');
    return {};
}

Result<void> Arguments::end() {
    if (!empty()) return unexpected(Fault::syntax, "Too many arguments");
    return {};
}

Result<std::string_view> Arguments::tag() {
    const std::string_view out = run(grammar::is_tag_char);
    if (out.empty()) return unexpected(Fault::syntax, "A command begins with a tag");
    return out;
}

Result<std::string_view> Arguments::atom() {
    const std::string_view out = run(grammar::is_atom_char);
    if (out.empty()) return unexpected(Fault::syntax, "A word is missing");
    return out;
}

Result<std::string> Arguments::quoted() {
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
        char c = text_[at_];
        if (c == '"') {
            ++at_;
            if (names_ == NameForm::utf8 && !ascii::is_utf8(out)) break;  // RFC 6855 §3
            return out;
        }
        if (c == '\r' || c == '\n') break;
        if (c == '\\') {
            if (++at_ == text_.size()) break;
            c = text_[at_];
            if (c != '"' && c != '\\') break;  // RFC 9051 §9: quoted-specials only
        }
        out += c;
    }
    return unexpected(Fault::syntax, "A quoted string is not well formed");
}

Result<std::string> Arguments::literal(Nul nul) {
    const std::size_t close = text_.find('}', at_);
    if (close == std::string_view::npos || close + 3 > text_.size()) return unexpected(Fault::syntax, "A literal is not well formed");
    std::string_view digits = text_.substr(at_ + 1, close - at_ - 1);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    const auto size = ascii::number(digits);
    const std::size_t start = close + 3;
    if (!size || text_.substr(close + 1, 2) != "\r\n" || *size > text_.size() - start)
        return unexpected(Fault::syntax, "A literal is not well formed");
    at_ = start + static_cast<std::size_t>(*size);
    const std::string_view octets = text_.substr(start, static_cast<std::size_t>(*size));
    if (nul == Nul::refused && octets.find('\0') != std::string_view::npos)
        return unexpected(Fault::syntax, "A literal holds a NUL");  // CHAR8
    return std::string(octets);
}

Result<std::string> Arguments::string() {
    if (peek() == '"') return quoted();
    if (peek() == '{') return literal();
    return unexpected(Fault::syntax, "A string is missing");
}

Result<std::string> Arguments::astring() {
    if (peek() == '"' || peek() == '{') return string();
    const std::string_view out = run(grammar::is_astring_char);
    if (out.empty()) return unexpected(Fault::syntax, "A string is missing");
    return std::string(out);
}

Result<std::string> Arguments::nstring(bool& is_nil) {
    is_nil = take_word("NIL");
    if (is_nil) return std::string();
    return string();
}

Result<std::string> Arguments::nstring8(bool& is_nil) {
    is_nil = false;
    if (!take('~')) return nstring(is_nil);
    if (peek() != '{') return unexpected(Fault::syntax, "A literal is missing");
    return literal(Nul::taken);
}

Result<std::string> decode_name(std::string_view wire, NameForm form) {
    if (form == NameForm::utf8) {
        if (!ascii::is_utf8(wire)) return unexpected(Fault::syntax, "A mailbox name must be UTF-8");
        return std::string(wire);
    }
    bool eight_bit = false;
    for (const char c : wire) eight_bit = eight_bit || static_cast<unsigned char>(c) >= 0x80;
    if (eight_bit && ascii::is_utf8(wire)) return std::string(wire);
    auto name = eight_bit ? std::nullopt : decode_mutf7(wire);
    if (!name) return unexpected(Fault::syntax, "A mailbox name must be modified UTF-7");
    return *std::move(name);
}

Result<std::string> Arguments::mailbox() {
    const auto wire = astring();
    if (!wire) return forward(wire);
    if (ascii::equals_ignoring_case(*wire, "INBOX")) return std::string("INBOX");
    return decode_name(*wire, names_);
}

Result<std::string> Arguments::list_mailbox() {
    if (peek() == '"' || peek() == '{') {
        const auto wire = string();
        return wire ? decode_name(*wire, names_) : wire;
    }
    const std::string_view out = run([](char c) { return grammar::is_list_char(c) || static_cast<unsigned char>(c) >= 0x80; });
    if (out.empty()) return unexpected(Fault::syntax, "A pattern is missing");
    return decode_name(out, names_);
}

Result<std::uint64_t> Arguments::number(std::uint64_t max) {
    const std::string_view digits = run(ascii::is_digit);
    const auto value = ascii::number(digits, max);
    if (!value) return unexpected(Fault::syntax, digits.empty() ? "A number is missing" : "A number is too large");
    return *value;
}

Result<SequenceSet> Arguments::sequence_set() {
    return SequenceSet::parse(run([](char c) { return ascii::is_digit(c) || c == '*' || c == ':' || c == ',' || c == '$'; }));
}

Result<void> parse_head(std::string_view command, CommandHead& head) {
    Arguments words(command);
    const auto tag = words.tag();
    if (!tag) return forward(tag);
    if (tag->size() > 1000) return unexpected(Fault::syntax, "The tag is too long");
    head.tag = *tag;
    if (const auto space = words.space(); !space) return unexpected(Fault::syntax, "A command is missing");
    const auto verb = words.atom();
    if (!verb) return unexpected(Fault::syntax, "A command is missing");
    head.verb = ascii::to_upper(verb->substr(0, 32));
    if (head.verb == "UID" && words.take(' ')) {
        const auto second = words.atom();
        if (!second) return unexpected(Fault::syntax, "UID needs a command behind it");
        (head.verb += ' ') += ascii::to_upper(second->substr(0, 32));
    }
    head.has_arguments = words.take(' ');
    if (!head.has_arguments && !words.empty()) return unexpected(Fault::syntax, "The command's name is not well formed");
    head.rest = words.remaining();
    return {};
}

}  // namespace sky::imap
