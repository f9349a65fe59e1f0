#include "sky/mime/sort_keys.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/mime/address.h"
#include "sky/mime/date.h"
#include "sky/mime/fold.h"
#include "sky/mime/message_id.h"
#include "sky/mime/words.h"

namespace sky::mime {
namespace {

std::string key(std::string_view text) {
    auto out = fold_case(text);
    std::erase(out, '\0');
    if (out.size() > longest_sort_key) {
        std::size_t end = longest_sort_key;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
        out.resize(end);
    }
    return out;
}

// The first address of all fields of that name, as ENVELOPE lists them.
Address first_address(const Header& header, std::string_view name) {
    for (const auto& field : header.fields) {
        if (!ascii::equals_ignoring_case(field.name, name)) continue;
        if (auto found = parse_addresses(field.value, 1); !found.empty()) return std::move(found.front());
    }
    return {};
}

// ENVELOPE shows a group's name as addr-mailbox, without addr-name and addr-host (RFC 9051 §7.5.2).
std::string mailbox(const Address& address) {
    return key(guess_utf8(address.kind == Address::Kind::group_start ? address.name : address.local));
}

std::string display(const Address& address) {
    if (address.kind == Address::Kind::group_start) return key(decode_words(address.name));
    if (const auto name = decode_words(address.name); !name.empty()) return key(name);
    return key(guess_utf8(address.domain.empty() ? address.local : address.local + '@' + address.domain));
}

std::vector<std::int64_t> ancestry(const Header& header) {
    const auto ids = [&](std::string_view name) {
        const auto* field = find(header, name);
        return field ? parse_message_ids(field->value, SIZE_MAX) : std::vector<std::string>();
    };
    auto found = ids("references");
    if (found.empty()) {
        found = ids("in-reply-to");
        if (found.size() > 1) found.resize(1);
    }
    if (found.size() > longest_ancestry) found.erase(found.begin() + 1, found.end() - static_cast<std::ptrdiff_t>(longest_ancestry - 1));
    std::vector<std::int64_t> out;
    out.reserve(found.size());
    for (const auto& id : found) out.push_back(message_ref(id));
    return out;
}

}  // namespace

SortKeys sort_keys(const Header& header) {
    SortKeys out;
    const auto from = first_address(header, "from"), to = first_address(header, "to");
    out.from = mailbox(from);
    out.to = mailbox(to);
    out.cc = mailbox(first_address(header, "cc"));
    out.display_from = display(from);
    out.display_to = display(to);
    const auto* subject = find(header, "subject");
    auto base = split_subject(subject ? decode_words(unfold(subject->value)) : std::string());
    out.subject = key(base.text);
    out.is_reply = base.is_reply;
    const auto* date = find(header, "date");
    if (const auto sent = date ? parse_date(unfold(date->value)) : std::nullopt) {
        out.sent = sent->time;
        out.sent_offset = static_cast<std::int16_t>(sent->offset_minutes);
    }
    const auto* id = find(header, "message-id");
    if (const auto own = id ? parse_message_ids(id->value, 1) : std::vector<std::string>(); !own.empty()) out.message = message_ref(own[0]);
    out.parents = ancestry(header);
    return out;
}

}  // namespace sky::mime
