#include "sky/mime/summary.h"

#include <algorithm>

#include "preview.h"
#include "sky/base/ascii.h"
#include "sky/mime/address.h"
#include "sky/mime/date.h"
#include "sky/mime/header.h"
#include "sky/mime/imap_text.h"
#include "sky/mime/message_id.h"
#include "sky/mime/parameters.h"
#include "sky/mime/tree.h"
#include "sky/mime/words.h"

namespace sky::mime {
namespace {

constexpr std::size_t max_references = 20;
constexpr std::size_t longest_search_text = 8192;  // kept per field for searching; the rest is found by reading the message

std::string value_of(const Header& header, std::string_view name) {
    const auto* field = find(header, name);
    return field ? unfold(field->value) : std::string();
}

// Cut between characters.
std::string bounded(std::string text) {
    if (text.size() <= longest_search_text) return text;
    std::size_t end = longest_search_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text;
}

std::string people(const Header& header, std::string_view name) {
    std::string out;
    for (const auto& field : header.fields) {
        if (!ascii::equals_ignoring_case(field.name, name)) continue;
        if (!out.empty()) out += ", ";
        out += readable(parse_addresses(field.value, 1000));
    }
    for (char& c : out)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    return bounded(std::move(out));
}

// References, then In-Reply-To where it adds something; of a long list the oldest (the thread's root) and the newest.
std::vector<std::string> references(const Header& header) {
    std::vector<std::string> all;
    const auto add = [&](std::string_view field) {
        for (const auto& id : parse_message_ids(value_of(header, field)))
            if (auto text = guess_utf8(id); std::ranges::find(all, text) == all.end()) {
                if (all.size() >= max_references) all.erase(all.begin() + 1);
                all.push_back(std::move(text));
            }
    };
    add("references");
    add("in-reply-to");
    return all;
}

// A part that a reader would list as attached: what calls itself so, or what is neither text nor structure nor shown inline.
bool is_attachment(std::string_view message, const Part& part) {
    if (part.kind == Part::Kind::multipart) return false;
    const auto header = parse_header(message.substr(part.header_offset, part.header_size));
    const auto* field = find(header, "content-disposition");
    const auto disposition = field ? parse_disposition(field->value) : std::nullopt;
    if (disposition && disposition->kind == "attachment") return true;
    if (part.text || (disposition && disposition->kind == "inline")) return false;
    return part.kind == Part::Kind::message || find(header, "content-id") == nullptr;
}

}  // namespace

Summary summarize(std::string_view message) {
    const auto tree = parse_tree(message);
    const auto& root = tree.parts[0];
    const auto header = parse_header(message.substr(0, root.header_size));
    Summary out;
    out.envelope = envelope(header);
    out.bodystructure = bodystructure(message, tree);
    out.tree = pack(tree);
    out.header_size = root.header_size;
    out.preview = preview(message, tree);
    const auto ids = parse_message_ids(value_of(header, "message-id"), 1);
    if (!ids.empty()) out.message_id = guess_utf8(ids[0]);
    out.references = references(header);
    out.from = people(header, "from");
    out.to = people(header, "to");
    out.cc = people(header, "cc");
    out.bcc = people(header, "bcc");
    out.subject = bounded(decode_words(value_of(header, "subject")));
    out.base_subject = ascii::to_lower(base_subject(out.subject));
    out.sort = sort_keys(header);
    if (const auto date = parse_date(value_of(header, "date"))) out.sent = date->time;
    for (std::size_t i = tree.parts.size() > 1 ? 1 : 0; i < tree.parts.size() && !out.has_attachment; ++i)
        out.has_attachment = is_attachment(message, tree.parts[i]);
    return out;
}

}  // namespace sky::mime
