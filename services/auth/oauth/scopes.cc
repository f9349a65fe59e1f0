#include "auth/oauth/scopes.h"

#include <algorithm>

#include "auth/sign_in/protocols.h"

namespace sky::auth::oauth {
namespace {
constexpr Scope table[] = {
    {"openid", "Know that it is you who signs in", ""},
    {"profile", "See your name and your language", ""},
    {"email", "See your e-mail address", ""},
    {"offline_access", "Stay signed in while you are away", ""},
    {"mail", "Read, send and change your mail and your filters", "imap,pop3,submission,managesieve,jmap"},
    {"imap", "Read and change your mail", "imap"},
    {"pop3", "Fetch your mail", "pop3"},
    {"smtp", "Send mail in your name", "submission"},
    {"sieve", "Read and change your mail filters", "managesieve"},
    {"dav", "Read and change your calendars and contacts", "dav,caldav,carddav"},
    {"caldav", "Read and change your calendars", "caldav"},
    {"carddav", "Read and change your contacts", "carddav"},
    {"jmap", "Read, send and change your mail", "jmap"},
    {"activesync", "Keep your mail, calendars and contacts on a phone", "activesync"},
    {"ews", "Read and change your mail, calendars and contacts", "ews"},
};

const Scope* scope_named(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Scope::name);
    return found == std::end(table) ? nullptr : found;
}
}  // namespace

std::span<const Scope> known_scopes() { return table; }

std::optional<std::vector<std::string>> parse_scopes(std::string_view text) {
    std::vector<std::string> out;
    const auto is_allowed = [](char c) { return c == 0x21 || (c >= 0x23 && c <= 0x5B) || (c >= 0x5D && c <= 0x7E); };
    for (const auto name : ascii::split(text, ' ')) {
        if (name.empty()) continue;
        if (!std::ranges::all_of(name, is_allowed) || out.size() >= 100) return std::nullopt;
        if (!contains(out, name)) out.emplace_back(name);
    }
    return out;
}

std::string scope_text(const std::vector<std::string>& scopes) {
    std::string out;
    for (const auto& one : scopes) out += (out.empty() ? "" : " ") + one;
    return out;
}

bool contains(const std::vector<std::string>& all, std::string_view one) { return std::ranges::find(all, one) != all.end(); }

bool contains_all(const std::vector<std::string>& all, const std::vector<std::string>& some) {
    return std::ranges::all_of(some, [&](const std::string& one) { return contains(all, one); });
}

std::vector<std::string> permitted(const std::vector<std::string>& asked, const std::vector<std::string>& allowed) {
    std::vector<std::string> out;
    for (const auto& one : asked)
        if (scope_named(one) && contains(allowed, one)) out.push_back(one);
    return out;
}

bool opens(const std::vector<std::string>& scopes, std::string_view protocol) {
    for (const auto& one : scopes) {
        const auto* scope = scope_named(one);
        if (!scope || scope->protocols.empty()) continue;
        std::vector<std::string> protocols;
        for (const auto name : ascii::split(scope->protocols, ',')) protocols.emplace_back(name);
        if (has_protocol(protocols, protocol)) return true;
    }
    return false;
}

}  // namespace sky::auth::oauth
