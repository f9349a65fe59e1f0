#include "smtp/originators.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/mime/address.h"
#include "sky/mime/words.h"
#include "sky/smtp-proto/address.h"

namespace sky::smtpd {
namespace {

// How many "@" stand outside of quoted strings and comments (RFC 5322 §3.2.2, §3.2.4): one for each address, so that none hides behind
// another. Nothing when a quote or a comment does not end.
std::optional<std::size_t> bare_ats(std::string_view value) {
    std::size_t count = 0, depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if ((quoted || depth > 0) && c == '\\') {
            ++i;
        } else if (quoted) {
            quoted = c != '"';
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && depth > 0) {
            --depth;
        } else if (depth == 0) {
            quoted = c == '"';
            count += c == '@';
        }
    }
    if (quoted || depth > 0) return std::nullopt;
    return count;
}

// What people take for an address, wherever it stands: letters around an "@" with a dot behind.
std::vector<std::string> shown_addresses(std::string text) {
    for (const std::string_view alike : {"\xef\xbc\xa0", "\xef\xb9\xab"})  // U+FF20, U+FE6B
        for (auto at = text.find(alike); at != std::string::npos; at = text.find(alike)) text.replace(at, alike.size(), "@");
    std::vector<std::string> out;
    constexpr std::string_view ends = " \t\r\n<>()[],;:\"\\";
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
        const auto before = text.find_last_of(ends, at), behind = text.find_first_of(ends, at);
        const auto begin = before == std::string::npos ? 0 : before + 1;
        auto word = std::string_view(text).substr(begin, std::min(behind, text.size()) - begin);
        while (!word.empty() && (word.front() == '\'' || word.front() == '.')) word.remove_prefix(1);
        while (!word.empty() && (word.back() == '\'' || word.back() == '.')) word.remove_suffix(1);
        const auto middle = word.rfind('@');
        if (middle == 0 || middle == std::string_view::npos || word.find('.', middle) == std::string_view::npos) continue;
        out.push_back(ascii::to_lower(word));
    }
    return out;
}

Result<std::vector<std::string>> addresses_in(const smtp::ScannedField& field, std::string_view name) {
    const auto refused = [&](std::string_view why) {
        return unexpected(Fault::forbidden, std::string(name) + " can't be checked: " + std::string(why));
    };
    if (field.count > 1) return refused("there are several");
    if (field.cut) return refused("it is too long");
    std::vector<std::string> out;
    for (const auto& entry : mime::parse_addresses(field.value)) {
        if (entry.kind != mime::Address::Kind::mailbox) continue;
        auto address = smtp::parse_address(smtp::print(smtp::Address{entry.local, ascii::to_lower(entry.domain)}));
        if (!address || entry.domain.empty() || !entry.route.empty()) return refused("not an address");
        out.push_back(smtp::print(*address));
    }
    if (out.empty()) return refused("it names nobody");
    if (bare_ats(field.value) != out.size()) return refused("it could be read in two ways");
    return out;
}

void add_claims(Originators& out, const smtp::ScannedField& field) {
    for (auto text : {field.value, mime::decode_words(field.value)})
        for (auto& shown : shown_addresses(std::move(text))) {
            const auto same = [&](const std::string& known) { return ascii::equals_ignoring_case(known, shown); };
            const bool known =
                std::ranges::any_of(out.from, same) || (out.sender && same(*out.sender)) || std::ranges::any_of(out.claims, same);
            if (!known) out.claims.push_back(std::move(shown));
        }
}

}  // namespace

Result<Originators> originators_of(const smtp::HeaderScanner& header) {
    if (header.broken()) return unexpected(Fault::forbidden, "the header section has a line that is no field");
    Originators out;
    if (header.from().count > 0) {
        auto from = addresses_in(header.from(), "From");
        if (!from) return forward(from);
        out.from = std::move(*from);
        add_claims(out, header.from());
    }
    if (header.sender().count > 0) {
        auto sender = addresses_in(header.sender(), "Sender");
        if (!sender) return forward(sender);
        if (sender->size() > 1) return unexpected(Fault::forbidden, "Sender names several");
        out.sender = std::move(sender->front());
        add_claims(out, header.sender());
    }
    return out;
}

}  // namespace sky::smtpd
