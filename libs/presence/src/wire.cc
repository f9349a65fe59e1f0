#include "wire.h"

#include "sky/base/ascii.h"

namespace sky::presence::wire {
namespace {

std::string text_of(std::int64_t number) { return std::to_string(number); }
std::int64_t number_of(const std::string& text) {
    return static_cast<std::int64_t>(ascii::number(text, static_cast<std::uint64_t>(INT64_MAX)).value_or(0));
}
Time time_of(const std::string& text) { return Time{std::chrono::seconds{number_of(text)}}; }
std::string lease_text() { return std::to_string(lease.count()); }

}  // namespace

std::string session_key(std::string_view id) { return std::string(session_prefix) + std::string(id); }
std::string account_key(AccountId account) { return "presence:account:" + text_of(account.value); }

std::vector<Command> write(const Session& s) {
    const std::string key = session_key(s.id);
    return {{"HSET",     key,
             "id",       s.id,
             "account",  text_of(s.account.value),
             "tenant",   text_of(s.tenant.value),
             "address",  s.address,
             "protocol", s.protocol,
             "client",   s.client,
             "remote",   s.remote,
             "since",    text_of(unix_seconds(s.since)),
             "idle",     text_of(unix_seconds(s.idle_since)),
             "instance", s.instance},
            {"EXPIRE", key, lease_text()},
            {"SADD", account_key(s.account), s.id},
            {"EXPIRE", account_key(s.account), lease_text()}};
}

std::vector<Command> renew(const Session& s) {
    return {{"EXPIRE", session_key(s.id), lease_text()}, {"EXPIRE", account_key(s.account), lease_text()}};
}

std::vector<Command> remove(const Session& s) { return {{"DEL", session_key(s.id)}, {"SREM", account_key(s.account), s.id}}; }

std::optional<Session> read(const redis::Value& hash) {
    if (!hash.is_array() || hash.items.empty()) return std::nullopt;
    Session s;
    for (std::size_t i = 0; i + 1 < hash.items.size(); i += 2) {
        const std::string& name = hash.items[i].text;
        const std::string& value = hash.items[i + 1].text;
        if (name == "id")
            s.id = value;
        else if (name == "account")
            s.account = AccountId{number_of(value)};
        else if (name == "tenant")
            s.tenant = TenantId{number_of(value)};
        else if (name == "address")
            s.address = value;
        else if (name == "protocol")
            s.protocol = value;
        else if (name == "client")
            s.client = value;
        else if (name == "remote")
            s.remote = value;
        else if (name == "since")
            s.since = time_of(value);
        else if (name == "idle")
            s.idle_since = time_of(value);
        else if (name == "instance")
            s.instance = value;
    }
    if (s.id.empty()) return std::nullopt;
    return s;
}

// Three lines: kind, value, text.
std::string write(const Filter& filter, std::string_view text) {
    std::string out;
    if (!filter.id.empty())
        out = "session\n" + filter.id;
    else if (filter.account)
        out = "account\n" + text_of(filter.account.value);
    else
        out = "tenant\n" + text_of(filter.tenant.value);
    return out + "\n" + std::string(text);
}

std::optional<End> read_end(std::string_view payload) {
    const auto first = payload.find('\n');
    if (first == payload.npos) return std::nullopt;
    const auto second = payload.find('\n', first + 1);
    if (second == payload.npos) return std::nullopt;
    const std::string_view kind = payload.substr(0, first);
    const std::string value(payload.substr(first + 1, second - first - 1));
    End out;
    out.text = ascii::printable(payload.substr(second + 1));
    if (kind == "session")
        out.filter.id = value;
    else if (kind == "account")
        out.filter.account = AccountId{number_of(value)};
    else if (kind == "tenant")
        out.filter.tenant = TenantId{number_of(value)};
    if (is_empty(out.filter)) return std::nullopt;
    return out;
}

bool matches(const Session& session, const Filter& filter) {
    if (!filter.id.empty()) return session.id == filter.id;
    if (filter.account) return session.account == filter.account;
    if (filter.tenant) return session.tenant == filter.tenant;
    return true;
}

bool is_empty(const Filter& filter) { return filter.id.empty() && !filter.account && !filter.tenant; }

}  // namespace sky::presence::wire
