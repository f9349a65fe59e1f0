#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "skyctl/verb.h"

namespace sky::skyctl {

// "2027-01-31": its beginning in UTC, as Unix seconds; empty for what is no day.
std::optional<std::int64_t> parse_day(std::string_view text);

// --since and --until of a verb, into the fields of these names; the last day counts.
template <class Request>
Result<void> set_days(Request& request, const Arguments& arguments) {
    const auto since = parse_day(arguments.text("--since")), until = parse_day(arguments.text("--until"));
    if (arguments.given("--since") && !since) return unexpected(Fault::syntax, "--since is a day: YYYY-MM-DD");
    if (arguments.given("--until") && !until) return unexpected(Fault::syntax, "--until is a day: YYYY-MM-DD");
    if (since) request.set_since(*since);
    if (until) request.set_until(*until + 86400);
    return {};
}

}  // namespace sky::skyctl
