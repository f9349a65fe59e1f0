#include "sky/imap-proto/message_url.h"

#include "sky/base/ascii.h"

namespace sky::imap {
namespace {

int hex(char c) {
    if (ascii::is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// bchar and the octets that pct-encoded stands for; nullopt for what no URL holds bare, NUL and text that is no UTF-8.
std::optional<std::string> decode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c <= ' ' || c >= 0x7f || std::string_view("\"<>\\^`{|}?#").find(c) != std::string_view::npos) return std::nullopt;
        if (c == '%') {
            const int high = at + 2 < text.size() ? hex(text[at + 1]) : -1, low = high < 0 ? -1 : hex(text[at + 2]);
            if (low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            if (c == '\0') return std::nullopt;
            at += 2;
        }
        out += c;
    }
    if (!ascii::is_utf8(out)) return std::nullopt;
    return out;
}

// Takes "name" off the beginning, in any case.
bool take(std::string_view& rest, std::string_view name) {
    if (!ascii::starts_ignoring_case(rest, name)) return false;
    rest.remove_prefix(name.size());
    return true;
}

std::string_view until(std::string_view& rest, std::string_view ends) {
    const std::string_view out = rest.substr(0, rest.find_first_of(ends));
    rest.remove_prefix(out.size());
    return out;
}

std::optional<std::uint32_t> nz_number(std::string_view& rest) {
    std::size_t count = 0;
    while (count < rest.size() && ascii::is_digit(rest[count])) ++count;
    const auto value = ascii::number(rest.substr(0, count), UINT32_MAX);
    rest.remove_prefix(count);
    if (!value || *value == 0) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

// [iuserinfo "@"] host [":" port] (RFC 5092 §11, iserver)
bool read_server(std::string_view text, MessageUrl& url) {
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        std::string_view user = text.substr(0, at);
        text.remove_prefix(at + 1);
        user = user.substr(0, user.find(';'));  // ;AUTH= is for a client that has still to sign in
        if (!user.empty()) {
            url.user = decode(user);
            if (!url.user) return false;
        }
    }
    if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos && !text.ends_with(']')) {
        const auto port = ascii::number(text.substr(colon + 1), UINT16_MAX);
        if (!port) return false;
        url.port = static_cast<std::uint16_t>(*port);
        text = text.substr(0, colon);
    }
    const auto host = decode(text);
    if (!host || host->empty()) return false;
    url.host = *host;
    return true;
}

// enc-mailbox [";UIDVALIDITY=" nz-number] "/;UID="
bool read_mailbox(std::string_view& rest, MessageUrl& url) {
    std::string_view name = until(rest, ";");
    if (take(rest, ";UIDVALIDITY=")) {
        url.uid_validity = nz_number(rest);
        if (!url.uid_validity || !take(rest, "/")) return false;
    } else if (name.ends_with('/')) {
        name.remove_suffix(1);
    } else {
        return false;
    }
    auto mailbox = decode(name);
    if (!mailbox || mailbox->empty()) return false;
    url.mailbox = ascii::equals_ignoring_case(*mailbox, "INBOX") ? "INBOX" : *std::move(mailbox);
    return true;
}

// ["/;SECTION=" enc-section] ["/;PARTIAL=" number ["." nz-number]]; the slash may be missing, as in older URLs
bool read_part(std::string_view rest, MessageUrl& url) {
    if (take(rest, "/;SECTION=") || take(rest, ";SECTION=")) {
        std::string_view text = until(rest, ";");
        if (!rest.empty() && text.ends_with('/')) text.remove_suffix(1);
        const auto section = decode(text);
        auto parsed = section ? parse_section_text(*section) : std::nullopt;
        if (!parsed || section->empty()) return false;
        url.section = *std::move(parsed);
    }
    if (take(rest, "/;PARTIAL=") || take(rest, ";PARTIAL=")) {
        Arguments in(rest);
        Partial partial;
        const auto offset = in.number(INT64_MAX);
        if (!offset) return false;
        partial.offset = *offset;
        if (in.take('.')) {
            const auto count = in.number(INT64_MAX);
            if (!count || *count == 0) return false;
            partial.count = *count;
        }
        url.partial = partial;
        rest = in.remaining();
    }
    return rest.empty();
}

}  // namespace

std::optional<MessageUrl> parse_message_url(std::string_view text) {
    if (text.size() > max_url_octets) return std::nullopt;
    MessageUrl url;
    std::string_view rest = text;
    const bool has_server = take(rest, "imap://");
    if (has_server && !read_server(until(rest, "/"), url)) return std::nullopt;
    if (!take(rest, "/")) return std::nullopt;                      // relative paths are not accepted (RFC 5092 §7.2)
    if (!has_server && rest.starts_with('/')) return std::nullopt;  // a server without the scheme
    if (!read_mailbox(rest, url) || !take(rest, ";UID=")) return std::nullopt;
    const auto uid = nz_number(rest);
    if (!uid || !read_part(rest, url)) return std::nullopt;
    url.uid = *uid;
    return url;
}

}  // namespace sky::imap
