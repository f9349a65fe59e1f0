#include "auth/oauth/tickets.h"

#include <algorithm>

#include "auth/sign_in/verdicts.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth::oauth {
namespace {
std::string mac(std::string_view key, std::string_view use, std::string_view request, std::string_view session, std::string_view micros) {
    return base64url_encode(keyed_digest(key, {use, request, session, micros}));
}
}  // namespace

std::string Tickets::issue(std::string_view use, std::string_view request, std::string_view session, Time now) const {
    const std::string micros = std::to_string(unix_micros(now));
    return micros + "." + mac(keys_.front(), use, request, session, micros);
}

std::optional<Time> Tickets::check(std::string_view ticket, std::string_view use, std::string_view request, std::string_view session,
                                   Time now, std::chrono::minutes life) const {
    const auto dot = ticket.find('.');
    if (dot == ticket.npos) return std::nullopt;
    const auto micros = ascii::number(ticket.substr(0, dot), INT64_MAX);
    const auto is_signed = [&](const std::string& key) {
        return equals_in_constant_time(mac(key, use, request, session, ticket.substr(0, dot)), ticket.substr(dot + 1));
    };
    if (!micros || std::ranges::none_of(keys_, is_signed)) return std::nullopt;
    const Time issued = from_unix_micros(static_cast<std::int64_t>(*micros));
    // A replica's clock may be a little behind the one that issued it.
    if (now - issued > life || issued - now > std::chrono::minutes(1)) return std::nullopt;
    return issued;
}

}  // namespace sky::auth::oauth
