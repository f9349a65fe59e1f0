#pragma once
// Tokens of structured header fields (RFC 5322 §3.2, RFC 2045 §5.1): white space and nested comments are passed over.
#include <string>
#include <string_view>

namespace sky::mime {

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}
    bool at_end() const { return at_ >= text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[at_]; }
    char take() { return text_[at_++]; }
    std::size_t position() const { return at_; }

    // Passes white space and comments; the text of the last comment stays in last_comment.
    void skip();
    bool accept(char c);
    // A quoted string whose opening quote is next; unquoted, line breaks removed. An unclosed one runs to the end.
    std::string quoted();
    // "[…]" with brackets.
    std::string domain_literal();
    // Characters up to white space, '(' or one of `specials`.
    std::string word(std::string_view specials);

    std::string last_comment;

  private:
    void comment();
    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace sky::mime
