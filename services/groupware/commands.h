#pragma once
// The table of methods.
#include <string_view>

#include "groupware/call.h"

namespace sky::groupware {

struct Command {
    std::string_view method;
    Task<http::Response> (*run)(const Call& call);
    std::string_view described_in;
};

const Command* find_command(std::string_view method);

// What OPTIONS and 405 say.
inline constexpr std::string_view allowed_methods = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, MKCALENDAR, MKCOL, REPORT";
inline constexpr std::string_view dav_classes = "1, 3, calendar-access, extended-mkcol";

Task<http::Response> options(const Call& call);
Task<http::Response> get(const Call& call);
Task<http::Response> head(const Call& call);
Task<http::Response> put(const Call& call);
Task<http::Response> remove(const Call& call);
Task<http::Response> propfind(const Call& call);
Task<http::Response> proppatch(const Call& call);
Task<http::Response> mkcalendar(const Call& call);
Task<http::Response> mkcol(const Call& call);
Task<http::Response> report(const Call& call);

// The reports (RFC 3253 §3.6), each on a calendar that exists.
Task<http::Response> report_query(const Call& call, calstore::Collection calendar, dav::CalendarQuery query);
Task<http::Response> report_multiget(const Call& call, calstore::Collection calendar, dav::CalendarMultiget multiget);
Task<http::Response> report_sync(const Call& call, calstore::Collection calendar, dav::SyncCollection sync);

}  // namespace sky::groupware
