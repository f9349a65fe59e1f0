#include "sky/imap-proto/fetch.h"

#include <algorithm>

#include "fetch_item.h"
#include "sky/base/ascii.h"
#include "sky/imap-proto/write.h"

namespace sky::imap {
namespace {

using What = FetchItem::What;

struct Word {
    std::string_view word;
    What what;
    bool marks_seen = false;
};
// A longer word stands before the one it begins with only where take_word() could not tell them apart; it compares whole words.
constexpr Word words[] = {
    {"FLAGS", What::flags},
    {"UID", What::uid},
    {"ENVELOPE", What::envelope},
    {"BODYSTRUCTURE", What::body_structure},
    {"INTERNALDATE", What::internal_date},
    {"RFC822.SIZE", What::size},
    {"MODSEQ", What::mod_seq},
    {"EMAILID", What::email_id},
    {"THREADID", What::thread_id},
    {"SAVEDATE", What::save_date},
    {"RFC822.HEADER", What::rfc822_header},
    {"RFC822.TEXT", What::rfc822_text, true},
    {"RFC822", What::rfc822, true},
};

Result<void> parse_field_names(Arguments& in, Section& section) {
    if (const auto space = in.space(); !space) return space;
    if (const auto open = in.expect('('); !open) return open;
    do {
        auto name = in.astring();
        if (!name) return forward(name);
        const bool printable = !name->empty() && std::ranges::all_of(*name, [](char c) { return c > 0x20 && c < 0x7f && c != ':'; });
        if (!printable) return unexpected(Fault::syntax, "A header field's name is not well formed");
        if (section.fields.size() == max_header_fields) return unexpected(Fault::limit, "Too many header fields");
        section.fields.push_back(*std::move(name));
    } while (in.take(' '));
    return in.expect(')');
}

// section-spec behind "[", up to and with "]"
Result<Section> parse_section(Arguments& in) {
    Section section;
    bool text_may_follow = true;
    while (ascii::is_digit(in.peek())) {
        const auto number = in.number();
        if (!number) return forward(number);
        if (*number == 0) return unexpected(Fault::syntax, "Parts are counted from 1");
        if (section.path.size() == max_section_depth) return unexpected(Fault::limit, "A part's number is too long");
        section.path.push_back(static_cast<std::uint32_t>(*number));
        text_may_follow = in.take('.');
        if (!text_may_follow) break;
    }
    if (in.peek() == ']' && (section.path.empty() || !text_may_follow)) return in.take(']'), section;
    if (!text_may_follow) return unexpected(Fault::syntax, "A section is not well formed");
    if (in.take_word("HEADER.FIELDS.NOT")) {
        section.text = Section::Text::header_fields_not;
    } else if (in.take_word("HEADER.FIELDS")) {
        section.text = Section::Text::header_fields;
    } else if (in.take_word("HEADER")) {
        section.text = Section::Text::header;
    } else if (in.take_word("TEXT")) {
        section.text = Section::Text::text;
    } else if (!section.path.empty() && in.take_word("MIME")) {
        section.text = Section::Text::mime;
    } else {
        return unexpected(Fault::syntax, "A section is not well formed");
    }
    if (section.text == Section::Text::header_fields || section.text == Section::Text::header_fields_not)
        if (const auto fields = parse_field_names(in, section); !fields) return forward(fields);
    if (const auto close = in.expect(']'); !close) return forward(close);
    return section;
}

// "<" number "." nz-number ">". Without a count, all from there to the end: Dovecot takes that too, and imaptest asks so.
Result<std::optional<Partial>> parse_partial(Arguments& in) {
    if (!in.take('<')) return std::nullopt;
    const auto offset = in.number(INT64_MAX);
    if (!offset) return forward(offset);
    if (in.take('>')) return Partial{*offset, INT64_MAX};
    if (const auto dot = in.expect('.'); !dot) return forward(dot);
    const auto count = in.number(INT64_MAX);
    if (!count) return forward(count);
    if (*count == 0) return unexpected(Fault::syntax, "A partial FETCH asks for at least one octet");
    if (const auto close = in.expect('>'); !close) return forward(close);
    return Partial{*offset, *count};
}

// BINARY[…], BINARY.PEEK[…], BINARY.SIZE[…] (RFC 9051 §6.4.5); false: it is another item. The grammar has part numbers alone; HEADER, TEXT
// and MIME are taken as well, as Dovecot takes them and imaptest asks for them.
Result<bool> parse_binary(Arguments& in, std::vector<FetchItem>& items) {
    FetchItem item{.what = What::binary};
    if (in.take_word("BINARY"))
        item.marks_seen = true;
    else if (in.take_word("BINARY.SIZE"))
        item.what = What::binary_size;
    else if (!in.take_word("BINARY.PEEK"))
        return false;
    if (const auto open = in.expect('['); !open) return forward(open);
    auto section = parse_section(in);
    if (!section) return forward(section);
    item.section = *std::move(section);
    if (item.what == What::binary) {
        const auto partial = parse_partial(in);
        if (!partial) return forward(partial);
        item.partial = *partial;
    }
    items.push_back(std::move(item));
    return true;
}

// "PREVIEW" [SP "(" preview-mod ")"] (RFC 8970 §6). What else stands in parentheses behind it are modifiers of FETCH.
What parse_preview(Arguments& in) {
    Arguments ahead = in;
    if (!ahead.take(' ') || !ahead.take('(') || !ahead.take_word("LAZY") || !ahead.take(')')) return What::preview;
    in = ahead;
    return What::preview_lazy;
}

bool parse_macro(Arguments& in, FetchRequest& request) {
    const auto use = [&](std::initializer_list<What> all) {
        for (const What what : all) request.items.push_back({.what = what});
        return true;
    };
    if (in.take_word("ALL")) return use({What::flags, What::internal_date, What::size, What::envelope});
    if (in.take_word("FAST")) return use({What::flags, What::internal_date, What::size});
    if (in.take_word("FULL")) return use({What::flags, What::internal_date, What::size, What::envelope, What::body});
    return false;
}

// "(" fetch-modifier *(SP fetch-modifier) ")": CHANGEDSINCE, VANISHED beside it (RFC 7162 §3.2.6), PARTIAL (RFC 9394 §3.3)
Result<void> parse_modifiers(Arguments& in, FetchRequest& request) {
    if (!in.take(' ')) return {};
    if (const auto open = in.expect('('); !open) return open;
    do {
        if (in.take_word("VANISHED")) {
            request.vanished = true;
        } else if (in.take_word("CHANGEDSINCE")) {
            if (const auto space = in.space(); !space) return space;
            const auto value = in.number(INT64_MAX);
            if (!value) return forward(value);
            request.changed_since = *value;  // 0 is no mod-sequence-value, but iOS asks so for everything (docs/rfc/quirks.md)
        } else if (in.take_word("PARTIAL")) {
            if (const auto space = in.space(); !space) return space;
            const auto range = parse_partial_range(in);
            if (!range) return forward(range);
            request.page = *range;
        } else {
            return unexpected(Fault::syntax, "There is no such FETCH modifier");
        }
    } while (in.take(' '));
    if (request.vanished && !request.changed_since) return unexpected(Fault::syntax, "VANISHED needs CHANGEDSINCE");
    return in.expect(')');
}

}  // namespace

Result<void> parse_fetch_item(Arguments& in, std::vector<FetchItem>& items) {
    if (items.size() >= max_fetch_items) return unexpected(Fault::limit, "Too many FETCH items");
    FetchItem item;
    for (const Word& word : words) {
        if (!in.take_word(word.word)) continue;
        item.what = word.what;
        item.marks_seen = word.marks_seen;
        items.push_back(std::move(item));
        return {};
    }
    if (const auto binary = parse_binary(in, items); !binary || *binary) return binary ? Result<void>() : forward(binary);
    if (in.take_word("PREVIEW")) {
        item.what = parse_preview(in);
        items.push_back(std::move(item));
        return {};
    }
    const bool peek = in.take_word("BODY.PEEK");
    if (!peek && !in.take_word("BODY")) return unexpected(Fault::syntax, "There is no such FETCH item");
    if (!in.take('[')) {
        if (peek) return unexpected(Fault::syntax, "BODY.PEEK needs a section");
        item.what = What::body;
        items.push_back(std::move(item));
        return {};
    }
    item.what = What::section;
    item.marks_seen = !peek;
    auto section = parse_section(in);
    if (!section) return forward(section);
    item.section = *std::move(section);
    const auto partial = parse_partial(in);
    if (!partial) return forward(partial);
    item.partial = *partial;
    items.push_back(std::move(item));
    return {};
}

bool FetchRequest::marks_seen() const {
    return std::ranges::any_of(items, [](const FetchItem& item) { return item.marks_seen; });
}

bool FetchRequest::wants(What what) const {
    return std::ranges::any_of(items, [what](const FetchItem& item) { return item.what == what; });
}

Result<FetchRequest> parse_fetch(Arguments& in) {
    FetchRequest request;
    if (in.take('(')) {
        do {
            if (const auto item = parse_fetch_item(in, request.items); !item) return forward(item);
        } while (in.take(' '));
        if (const auto close = in.expect(')'); !close) return forward(close);
    } else if (!parse_macro(in, request)) {
        if (const auto item = parse_fetch_item(in, request.items); !item) return forward(item);
    }
    if (const auto modifiers = parse_modifiers(in, request); !modifiers) return forward(modifiers);
    if (const auto end = in.end(); !end) return forward(end);
    return request;
}

std::optional<Section> parse_section_text(std::string_view text) {
    const std::string closed = std::string(text) + ']';
    Arguments in(closed);
    auto section = parse_section(in);
    if (!section || !in.empty()) return std::nullopt;
    return *std::move(section);
}

void append_section_name(std::string& out, const FetchItem& item) {
    out += item.what == What::binary ? "BINARY[" : item.what == What::binary_size ? "BINARY.SIZE[" : "BODY[";
    bool dot = false;
    for (const std::uint32_t part : item.section.path) {
        if (dot) out += '.';
        append_number(out, part);
        dot = true;
    }
    if (dot && item.section.text != Section::Text::none) out += '.';
    switch (item.section.text) {
        case Section::Text::none:
            break;
        case Section::Text::header:
            out += "HEADER";
            break;
        case Section::Text::header_fields:
            out += "HEADER.FIELDS (";
            break;
        case Section::Text::header_fields_not:
            out += "HEADER.FIELDS.NOT (";
            break;
        case Section::Text::text:
            out += "TEXT";
            break;
        case Section::Text::mime:
            out += "MIME";
            break;
    }
    for (std::size_t i = 0; i < item.section.fields.size(); ++i) {
        if (i > 0) out += ' ';
        append_astring(out, item.section.fields[i]);
    }
    if (!item.section.fields.empty()) out += ')';
    out += ']';
    if (item.partial) {
        out += '<';
        append_number(out, item.partial->offset);
        out += '>';
    }
}

}  // namespace sky::imap
