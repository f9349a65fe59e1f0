#include "sky/imap-proto/metadata.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/imap-proto/write.h"

namespace sky::imap {
namespace {

// getmetadata-options = "(" getmetadata-option *(SP getmetadata-option) ")"
Result<void> read_options(Arguments& in, GetMetadata& into) {
    if (const auto open = in.expect('('); !open) return open;
    do {
        if (in.take_word("MAXSIZE")) {
            if (const auto space = in.space(); !space) return space;
            const auto size = in.number();
            if (!size) return forward(size);
            into.max_size = *size;
        } else if (in.take_word("DEPTH")) {
            if (const auto space = in.space(); !space) return space;
            if (in.take_word("0"))
                into.depth = MetadataDepth::zero;
            else if (in.take_word("1"))
                into.depth = MetadataDepth::one;
            else if (in.take_word("INFINITY"))
                into.depth = MetadataDepth::infinity;
            else
                return unexpected(Fault::syntax, "DEPTH is 0, 1 or infinity");
        } else {
            return unexpected(Fault::syntax, "There is no such GETMETADATA option");
        }
    } while (in.take(' '));
    if (const auto close = in.expect(')'); !close) return close;
    return in.space();
}

bool are_options(std::string_view text) {
    if (!text.starts_with('(')) return false;
    text.remove_prefix(1);
    return ascii::starts_ignoring_case(text, "MAXSIZE ") || ascii::starts_ignoring_case(text, "DEPTH ");
}

Result<std::string> read_entry(Arguments& in) {
    const auto name = in.astring();
    if (!name) return forward(name);
    return canonical_entry(*name);
}

}  // namespace

Result<std::string> canonical_entry(std::string_view name) {
    if (name.size() > max_metadata_name_octets) return unexpected(Fault::syntax, "The entry's name is too long");
    const bool is_plain = std::ranges::all_of(name, [](char c) { return c > 0x19 && c < 0x7f && c != '*' && c != '%'; });
    if (!is_plain || name.ends_with('/') || name.contains("//")) return unexpected(Fault::syntax, "This is no name of an entry");
    std::string out = ascii::to_lower(name);
    for (const std::string_view root : {"/private", "/shared"})
        if (out == root || (out.starts_with(root) && out[root.size()] == '/')) return out;
    return unexpected(Fault::syntax, "An entry lies below /private or /shared");
}

Result<std::vector<std::string>> parse_metadata_entries(Arguments& in) {
    std::vector<std::string> out;
    const bool many = in.take('(');
    do {
        auto entry = read_entry(in);
        if (!entry) return forward(entry);
        if (out.size() == max_metadata_entries) return unexpected(Fault::limit, "Too many entries");
        if (std::ranges::find(out, *entry) == out.end()) out.push_back(*std::move(entry));
    } while (many && in.take(' '));
    if (many)
        if (const auto close = in.expect(')'); !close) return forward(close);
    return out;
}

Result<GetMetadata> parse_get_metadata(Arguments& in) {
    GetMetadata out;
    if (in.peek() == '(')
        if (const auto options = read_options(in, out); !options) return forward(options);
    auto mailbox = in.mailbox();
    if (!mailbox) return forward(mailbox);
    out.mailbox = *std::move(mailbox);
    if (const auto space = in.space(); !space) return forward(space);
    if (are_options(in.remaining()))
        if (const auto options = read_options(in, out); !options) return forward(options);
    auto entries = parse_metadata_entries(in);
    if (!entries) return forward(entries);
    out.entries = *std::move(entries);
    if (const auto end = in.end(); !end) return forward(end);
    return out;
}

Result<SetMetadata> parse_set_metadata(Arguments& in) {
    SetMetadata out;
    auto mailbox = in.mailbox();
    if (!mailbox) return forward(mailbox);
    out.mailbox = *std::move(mailbox);
    if (const auto space = in.space(); !space) return forward(space);
    if (const auto open = in.expect('('); !open) return forward(open);
    do {
        auto entry = read_entry(in);
        if (!entry) return forward(entry);
        if (std::ranges::count(*entry, '/') < 2) return unexpected(Fault::syntax, "This entry has no value");
        if (const auto space = in.space(); !space) return forward(space);
        bool is_nil = false;
        auto value = in.nstring8(is_nil);
        if (!value) return forward(value);
        if (out.values.size() == max_metadata_entries) return unexpected(Fault::limit, "Too many entries");
        std::erase_if(out.values, [&](const auto& one) { return one.first == *entry; });  // the last one counts
        out.values.emplace_back(*std::move(entry), is_nil ? std::nullopt : std::optional(*std::move(value)));
    } while (in.take(' '));
    if (const auto close = in.expect(')'); !close) return forward(close);
    if (const auto end = in.end(); !end) return forward(end);
    return out;
}

void append_metadata_value(std::string& out, std::string_view value) {
    if (!value.contains('\0')) return append_string(out, value);
    out += '~';
    append_literal(out, value);
}

}  // namespace sky::imap
