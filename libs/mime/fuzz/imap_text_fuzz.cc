// What is written of any octets is an ENVELOPE, a BODYSTRUCTURE and a BODY by the letter of RFC 9051 §9, read here by a parser of its own,
// and says of each part what the tree says.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sky/base/ascii.h"
#include "sky/mime/imap_text.h"
#include "sky/mime/tree.h"

namespace {

using namespace sky::mime;

void require(bool holds) {
    if (!holds) std::abort();
}

enum class Form { body, bodystructure };

class Wire {
  public:
    explicit Wire(std::string_view in) : in_(in) {}

    void end() const { require(at_ == in_.size()); }
    bool at(char c) const { return at_ < in_.size() && in_[at_] == c; }
    void take(char c) {
        require(at(c));
        ++at_;
    }
    bool take_nil() {
        if (!in_.substr(at_).starts_with("NIL")) return false;
        at_ += 3;
        return true;
    }
    std::uint64_t number() {
        std::size_t end = at_;
        while (end < in_.size() && sky::ascii::is_digit(in_[end])) ++end;
        const auto value = sky::ascii::number(in_.substr(at_, end - at_), UINT64_MAX);
        require(value.has_value());
        at_ = end;
        return *value;
    }

    // string = quoted / literal
    std::string string() {
        std::string out;
        if (at('{')) {
            ++at_;
            const auto size = number();
            take('}');
            take('\r');
            take('\n');
            require(size <= in_.size() - at_);
            out = in_.substr(at_, size);
            at_ += size;
            require(out.find('\0') == std::string::npos);  // CHAR8
            return out;
        }
        for (take('"'); !at('"'); ++at_) {
            if (at('\\')) {
                ++at_;
                require(at('"') || at('\\'));
            }
            require(at_ < in_.size() && in_[at_] > 0 && in_[at_] != '\r' && in_[at_] != '\n');  // QUOTED-CHAR, and nothing of eight bits
            out.push_back(in_[at_]);
        }
        take('"');
        return out;
    }
    void nstring() {
        if (!take_nil()) static_cast<void>(string());
    }

    void envelope() {
        take('(');
        nstring();  // date
        take(' ');
        nstring();  // subject
        for (int list = 0; list < 6; ++list) {
            take(' ');
            if (take_nil()) continue;
            take('(');
            do address();
            while (at('('));
            take(')');
        }
        take(' ');
        nstring();  // in-reply-to
        take(' ');
        nstring();  // message-id
        take(')');
    }

    // The part at `index` and all below it.
    void body(const Tree& tree, std::uint32_t index, Form form) {
        const Part& part = tree.parts[index];
        take('(');
        if (part.kind == Part::Kind::multipart) {
            std::uint32_t next = index + 1;
            do {
                require(next < part.end);
                body(tree, next, form);
                next = tree.parts[next].end;
            } while (at('('));
            require(next == part.end);
            take(' ');
            static_cast<void>(string());  // media-subtype
            if (form == Form::bodystructure) {
                take(' ');
                parameters();
                extension();
            }
        } else {
            one_part(tree, index, form);
        }
        take(')');
    }

  private:
    void address() {
        take('(');
        nstring();
        for (int field = 0; field < 3; ++field) {
            take(' ');
            nstring();
        }
        take(')');
    }

    void parameters() {
        if (take_nil()) return;
        char before = '(';
        do {
            take(before);
            static_cast<void>(string());
            take(' ');
            static_cast<void>(string());
            before = ' ';
        } while (at(' '));
        take(')');
    }

    void one_part(const Tree& tree, std::uint32_t index, Form form) {
        const Part& part = tree.parts[index];
        const auto type = sky::ascii::to_lower(string());
        take(' ');
        const auto subtype = sky::ascii::to_lower(string());
        take(' ');
        parameters();
        take(' ');
        nstring();  // body-fld-id
        take(' ');
        nstring();  // body-fld-desc
        take(' ');
        static_cast<void>(string());  // body-fld-enc
        take(' ');
        require(number() == part.body_size);
        // A client tells by the media type what follows.
        const bool message = type == "message" && (subtype == "rfc822" || subtype == "global");
        require(message == (part.kind == Part::Kind::message) && (type == "text") == part.text);
        if (message) {
            take(' ');
            envelope();
            take(' ');
            body(tree, index + 1, form);
        }
        if (message || part.text) {
            take(' ');
            require(number() == part.lines);
        }
        if (form == Form::body) return;
        take(' ');
        nstring();  // body-fld-md5
        extension();
    }

    // body-fld-dsp, body-fld-lang, body-fld-loc
    void extension() {
        take(' ');
        if (!take_nil()) {
            take('(');
            static_cast<void>(string());
            take(' ');
            parameters();
            take(')');
        }
        take(' ');
        if (at('(')) {
            char before = '(';
            do {
                take(before);
                static_cast<void>(string());
                before = ' ';
            } while (at(' '));
            take(')');
        } else {
            nstring();
        }
        take(' ');
        nstring();
    }

    std::string_view in_;
    std::size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view message(reinterpret_cast<const char*>(data), size);
    std::string text;
    put_string(text, message);
    Wire string(text);
    std::string as_read(message);
    std::ranges::replace(as_read, '\0', ' ');
    require(string.string() == as_read);
    string.end();

    const Tree tree = parse_tree(message);
    const std::string structure = bodystructure(message, tree);
    Wire extensible(structure);
    extensible.body(tree, 0, Form::bodystructure);
    extensible.end();
    const std::string form = body_form(structure);
    Wire plain(form);
    plain.body(tree, 0, Form::body);
    plain.end();
    const std::string text_of_envelope = envelope(parse_header(message));
    Wire head(text_of_envelope);
    head.envelope();
    head.end();
    return 0;
}
