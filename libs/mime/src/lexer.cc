#include "lexer.h"

#include "sky/base/ascii.h"

namespace sky::mime {

void Lexer::skip() {
    while (!at_end()) {
        if (ascii::is_space(peek()) || peek() == '\0')
            ++at_;
        else if (peek() == '(')
            comment();
        else
            return;
    }
}

void Lexer::comment() {
    std::string text;
    int depth = 0;
    while (!at_end()) {
        const char c = take();
        if (c == '\\' && !at_end()) {
            text.push_back(take());
        } else if (c == '(') {
            if (depth++ > 0) text.push_back(c);
        } else if (c == ')') {
            if (--depth == 0) break;
            text.push_back(c);
        } else if (c != '\r' && c != '\n' && c != '\0') {
            text.push_back(c);
        }
    }
    last_comment = std::string(ascii::trim(text));
}

bool Lexer::accept(char c) {
    skip();
    if (at_end() || peek() != c) return false;
    ++at_;
    return true;
}

std::string Lexer::quoted() {
    std::string out;
    ++at_;
    while (!at_end()) {
        char c = take();
        if (c == '"') break;
        if (c == '\\' && !at_end()) c = take();
        if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
    }
    return out;
}

std::string Lexer::domain_literal() {
    std::string out;
    while (!at_end()) {
        const char c = take();
        if (!ascii::is_space(c) && c != '\0') out.push_back(c);
        if (c == ']') break;
    }
    return out;
}

std::string Lexer::word(std::string_view specials) {
    std::string out;
    while (!at_end() && !ascii::is_space(peek()) && peek() != '(' && specials.find(peek()) == std::string_view::npos) {
        const char c = take();
        if (c != '\0') out.push_back(c);
    }
    return out;
}

}  // namespace sky::mime
