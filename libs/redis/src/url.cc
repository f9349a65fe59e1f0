#include "sky/redis/url.h"

#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/net/address.h"

namespace sky::redis {
namespace {
std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        const auto octet = i + 2 < text.size() ? hex_decode(text.substr(i + 1, 2)) : std::nullopt;
        if (!octet) return std::nullopt;
        out += *octet;
        i += 2;
    }
    return out;
}
}  // namespace

Result<Options> parse_url(std::string_view text) {
    const auto wrong = [] {
        return unexpected(Fault::syntax, "not a Redis address", "expected host:port or redis[s]://user:password@host:port");
    };
    Options options;
    if (text.starts_with("rediss://")) options.tls = Tls::on;
    if (text.starts_with("redis://") || text.starts_with("rediss://")) text.remove_prefix(text.find("//") + 2);
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        const auto user_info = text.substr(0, at);
        const auto colon = user_info.find(':');
        if (colon == std::string_view::npos) return wrong();
        const auto user = percent_decode(user_info.substr(0, colon)), password = percent_decode(user_info.substr(colon + 1));
        if (!user || !password) return wrong();
        options.username = *user;
        options.password = *password;
        text.remove_prefix(at + 1);
    }
    if (text.ends_with('/')) text.remove_suffix(1);
    auto place = net::parse_host_port(text);
    if (!place) place = net::parse_host_port(std::string(text) + ":6379");
    if (!place || place->host.empty()) return wrong();
    options.host = place->host;
    options.port = place->port;
    return options;
}

}  // namespace sky::redis
