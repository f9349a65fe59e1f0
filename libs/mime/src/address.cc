#include "sky/mime/address.h"

#include "lexer.h"
#include "sky/base/ascii.h"
#include "sky/mime/words.h"

namespace sky::mime {
namespace {

constexpr std::string_view specials = "()<>@,;:\\\"[]";

// One pass, no backtracking: words are collected until a special character says what they were.
class Parser {
  public:
    Parser(std::string_view value, std::size_t limit) : lexer_(value), limit_(limit) {}

    std::vector<Address> run() {
        while (out_.size() < limit_) {
            lexer_.skip();
            if (lexer_.at_end()) break;
            step();
        }
        flush();
        if (in_group_ && out_.size() < limit_) out_.push_back({.kind = Address::Kind::group_end});
        return std::move(out_);
    }

  private:
    void step() {
        switch (lexer_.peek()) {
            case ',':
                lexer_.take();
                flush();
                break;
            case ';':
                lexer_.take();
                flush();
                if (in_group_) out_.push_back({.kind = Address::Kind::group_end});
                in_group_ = false;
                break;
            case ':':
                lexer_.take();
                if (!in_group_ && !words_.empty()) {
                    out_.push_back({.kind = Address::Kind::group_start, .name = std::move(words_)});
                    in_group_ = true;
                }
                clear();
                break;
            case '<':
                lexer_.take();
                angle();
                break;
            case '@':
                lexer_.take();
                current_.local = std::move(tight_);
                current_.domain = domain();
                have_address_ = true;
                break;
            case '"':
                add(lexer_.quoted(), true);
                break;
            case '[':
                add(lexer_.domain_literal(), false);
                break;
            case '>':
            case ')':
            case ']':
            case '\\':
                lexer_.take();
                break;
            default:
                add(lexer_.word(specials), false);
        }
    }

    // words_ is the phrase with spaces, tight_ the same as a local part (obsolete: words and dots with spaces between).
    void add(std::string word, bool was_quoted) {
        if (word.empty() && !was_quoted) return;
        if (!words_.empty() && !word.starts_with('.')) words_.push_back(' ');
        words_ += word;
        tight_ += word;
    }

    std::string domain() {
        std::string out;
        for (;;) {
            lexer_.skip();
            if (lexer_.peek() == '[') {
                out += lexer_.domain_literal();
            } else {
                const auto word = lexer_.word("<>@,;:\\\"[]");
                if (word.empty()) return out;
                if (!out.empty() && !out.ends_with('.') && !word.starts_with('.')) return out;
                out += word;
            }
        }
    }

    // What stands between < and >, with an obsolete route in front (RFC 5322 §4.4).
    void angle() {
        std::string local;
        current_.name = std::move(words_);
        for (;;) {
            lexer_.skip();
            if (lexer_.at_end()) break;
            const char c = lexer_.peek();
            if (c == '>') {
                lexer_.take();
                break;
            }
            if (c == '@') {
                lexer_.take();
                auto name = domain();
                if (local.empty()) {
                    if (!current_.route.empty()) current_.route.push_back(',');
                    current_.route += "@" + name;
                } else {
                    current_.domain = std::move(name);
                }
            } else if (c == '"') {
                local += lexer_.quoted();
            } else if (c == ',' && !current_.route.empty() && local.empty()) {
                lexer_.take();
            } else if (c == ':' || c == '<' || c == '\\' || c == ']' || c == ')') {
                lexer_.take();
            } else if (c == ',' || c == ';') {
                break;  // an unclosed angle bracket
            } else {
                const auto word = c == '[' ? lexer_.domain_literal() : lexer_.word(specials);
                if (current_.domain.empty()) local += word;
            }
        }
        current_.local = std::move(local);
        have_address_ = true;
        words_.clear();
        tight_.clear();
    }

    void flush() {
        if (have_address_) {
            if (current_.name.empty()) current_.name = std::move(lexer_.last_comment);
            if (!current_.local.empty() || !current_.domain.empty() || !current_.name.empty()) out_.push_back(std::move(current_));
        } else if (!words_.empty()) {
            Address bare;
            bare.local = std::move(words_);
            bare.name = std::move(lexer_.last_comment);
            out_.push_back(std::move(bare));
        }
        clear();
    }

    void clear() {
        current_ = {};
        have_address_ = false;
        words_.clear();
        tight_.clear();
        lexer_.last_comment.clear();
    }

    Lexer lexer_;
    std::size_t limit_;
    std::vector<Address> out_;
    Address current_;
    bool have_address_ = false;
    bool in_group_ = false;
    std::string words_;
    std::string tight_;
};

}  // namespace

std::vector<Address> parse_addresses(std::string_view value, std::size_t limit) { return Parser(value, limit).run(); }

std::string readable(const std::vector<Address>& addresses) {
    std::string out;
    bool separate = false;
    for (const auto& address : addresses) {
        if (address.kind == Address::Kind::group_end) continue;
        if (separate) out += ", ";
        separate = true;
        const auto name = decode_words(address.name);
        out += name;
        if (address.kind == Address::Kind::group_start) continue;
        const auto spec = guess_utf8(address.domain.empty() ? address.local : address.local + "@" + address.domain);
        out += name.empty() ? spec : " <" + spec + ">";
    }
    return out;
}

}  // namespace sky::mime
