// BODY from BODYSTRUCTURE: walks our own wire text and leaves the extension data out (RFC 9051 §7.5.2).
#include "sky/base/ascii.h"
#include "sky/mime/imap_text.h"
#include "sky/mime/tree.h"

namespace sky::mime {
namespace {

class Trimmer {
  public:
    explicit Trimmer(std::string_view in) : in_(in) {}

    std::string run() {
        body(0);
        return ok_ && at_ == in_.size() ? std::move(out_) : std::string();
    }

  private:
    char peek() const { return at_ < in_.size() ? in_[at_] : '\0'; }
    bool fail() { return ok_ = false; }

    void expect(char c) {
        if (peek() == c)
            ++at_;
        else
            fail();
    }

    // One value of any kind: atom, number, string, literal or list. Iterative, since lists may be deep.
    std::string_view value() {
        const auto start = at_;
        std::size_t depth = 0;
        do {
            const char c = peek();
            if (c == '(') {
                ++depth;
                ++at_;
            } else if (c == ')') {
                if (depth == 0) return fail(), std::string_view();
                --depth;
                ++at_;
            } else if (c == '"') {
                ++at_;
                while (at_ < in_.size() && in_[at_] != '"') at_ += in_[at_] == '\\' ? 2 : 1;
                ++at_;
            } else if (c == '{') {
                const auto close = in_.find('}', at_);
                const auto size =
                    close == std::string_view::npos ? std::nullopt : ascii::number(in_.substr(at_ + 1, close - at_ - 1), in_.size());
                if (!size) return fail(), std::string_view();
                at_ = close + 3 + *size;
            } else if (c == ' ' && depth > 0) {
                ++at_;
            } else {
                const auto before = at_;
                while (at_ < in_.size() && in_[at_] != ' ' && in_[at_] != '(' && in_[at_] != ')') ++at_;
                if (at_ == before) return fail(), std::string_view();
            }
            if (at_ > in_.size()) return fail(), std::string_view();
        } while (depth > 0 && ok_);
        return in_.substr(start, at_ - start);
    }

    void copy() {
        if (ok_) out_ += value();
    }

    void copy_next() {
        expect(' ');
        out_ += ' ';
        copy();
    }

    void body(std::size_t depth) {
        if (depth > max_depth + 1) fail();
        expect('(');
        if (!ok_) return;
        out_ += '(';
        if (peek() == '(') {
            while (ok_ && peek() == '(') body(depth + 1);
            copy_next();  // subtype
        } else {
            const auto type = value();
            out_ += type;
            expect(' ');
            const auto subtype = value();
            out_ += ' ';
            out_ += subtype;
            for (int i = 0; i < 5 && ok_; ++i) copy_next();  // parameters, id, description, encoding, octets
            if (type == "\"message\"" && (subtype == "\"rfc822\"" || subtype == "\"global\"")) {
                copy_next();  // envelope
                expect(' ');
                out_ += ' ';
                if (ok_) body(depth + 1);
                copy_next();  // lines
            } else if (type == "\"text\"") {
                copy_next();
            }
        }
        while (ok_ && peek() == ' ') {
            ++at_;
            value();
        }
        expect(')');
        out_ += ')';
    }

    std::string_view in_;
    std::size_t at_ = 0;
    bool ok_ = true;
    std::string out_;
};

}  // namespace

std::string body_form(std::string_view bodystructure) { return Trimmer(bodystructure).run(); }

}  // namespace sky::mime
