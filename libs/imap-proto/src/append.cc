#include "sky/imap-proto/append.h"

namespace sky::imap {
namespace {

using As = AppendOctets::As;
using Header = AppendOctets::Header;

enum class Form { literal, literal8 };

// literal = "{" number64 ["+"] "}" CRLF; literal8 = "~{" … (RFC 3516 §4.4). It ends the piece of text.
Result<std::uint64_t> announced(Arguments& in, Form least) {
    const bool eight = in.take('~');
    if (!eight && least == Form::literal8) return unexpected(Fault::syntax, "A literal8 is expected here");
    if (!in.take('{')) return unexpected(Fault::syntax, "A message must be a literal");
    const auto size = in.number(INT64_MAX);
    if (!size) return forward(size);
    in.take('+');
    if (in.remaining() != "}\r\n") return unexpected(Fault::syntax, "A literal is not well formed");
    return *size;
}

}  // namespace

Result<AppendStep> AppendText::next(Arguments& in) {
    switch (place_) {
        case Place::message:
            return begin(in);
        case Place::data:
            return data(in);
        case Place::part:
            return part(in);
        case Place::behind_utf8:
            if (const auto close = in.expect(')'); !close) return forward(close);
            break;
        case Place::behind_utf8_part:
            if (const auto close = in.expect(')'); !close) return forward(close);
            [[fallthrough]];
        case Place::behind_part:
            if (in.take(' ')) return part(in);
            if (const auto close = in.expect(')'); !close) return forward(close);
            break;
        case Place::behind_whole:
            break;
    }
    place_ = Place::message;
    return AppendEnds{};
}

// append-message = [SP flag-list] [SP date-time] SP append-data
Result<AppendStep> AppendText::begin(Arguments& in) {
    if (any_ && in.empty()) return AppendDone{};
    if (const auto space = in.space(); !space) return forward(space);
    AppendBegins out;
    if (in.peek() == '(') {
        auto flags = in.flag_list();
        if (!flags) return forward(flags);
        out.flags = *std::move(flags);
        if (const auto space = in.space(); !space) return forward(space);
    }
    if (in.peek() == '"') {
        const auto date = in.date_time();
        if (!date) return forward(date);
        out.date = *date;
        if (const auto space = in.space(); !space) return forward(space);
    }
    any_ = true;
    parts_ = 0;
    place_ = Place::data;
    return out;
}

// append-data = literal / literal8 / "CATENATE" SP "(" cat-part *(SP cat-part) ")" / "UTF8" SP "(" literal8 ")"
Result<AppendStep> AppendText::data(Arguments& in) {
    if (in.take_word("CATENATE")) {
        if (const auto space = in.space(); !space) return forward(space);
        if (const auto open = in.expect('('); !open) return forward(open);
        return part(in);
    }
    if (in.take_word("UTF8")) return utf8_octets(in, As::whole);
    return octets(in, As::whole, Header::any);
}

// cat-part = "TEXT" SP literal / "URL" SP astring / "UTF8" SP "(" literal8 ")"
Result<AppendStep> AppendText::part(Arguments& in) {
    if (++parts_ > max_append_parts) return unexpected(Fault::limit, "A message is made of too many parts");
    if (in.take_word("UTF8")) return utf8_octets(in, As::part);
    const bool text = in.take_word("TEXT");
    if (!text && !in.take_word("URL")) return unexpected(Fault::syntax, "A part is TEXT or URL");
    if (const auto space = in.space(); !space) return forward(space);
    if (text) return octets(in, As::part, Header::any);
    place_ = Place::behind_part;
    AppendUrl out;
    if (in.peek() == '{') {
        const auto size = announced(in, Form::literal);
        if (!size) return forward(size);
        out.size = *size;
        return out;
    }
    auto url = in.astring();
    if (!url) return forward(url);
    out.text = *std::move(url);
    return out;
}

Result<AppendStep> AppendText::octets(Arguments& in, As as, Header header) {
    const auto size = announced(in, header == Header::utf8 ? Form::literal8 : Form::literal);
    if (!size) return forward(size);
    if (as == As::whole)
        place_ = header == Header::utf8 ? Place::behind_utf8 : Place::behind_whole;
    else
        place_ = header == Header::utf8 ? Place::behind_utf8_part : Place::behind_part;
    return AppendOctets{*size, as, header};
}

// RFC 6855 §4
Result<AppendStep> AppendText::utf8_octets(Arguments& in, As as) {
    if (utf8_ == Utf8::refused) return unexpected(Fault::syntax, "ENABLE UTF8=ACCEPT first");
    if (const auto space = in.space(); !space) return forward(space);
    if (const auto open = in.expect('('); !open) return forward(open);
    return octets(in, as, Header::utf8);
}

}  // namespace sky::imap
