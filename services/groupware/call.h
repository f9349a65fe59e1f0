#pragma once
// One request as a command sees it: who asks, for what, with which store. Never a socket.
#include "groupware/place.h"
#include "sky/async/timer.h"
#include "sky/base/result.h"
#include "sky/calstore/calstore.h"
#include "sky/dav-proto/href.h"
#include "sky/dav-proto/multistatus.h"
#include "sky/dav-proto/request.h"
#include "sky/http/message.h"
#include "sky/identity/principal.h"

namespace sky::groupware {

struct Policy {
    ical::Limits limits;
    std::chrono::milliseconds request_timeout{30'000};
};

struct Call {
    const http::Request& request;
    const identity::Principal& who;
    const Place place;
    calstore::CalStore& store;
    const Policy& policy;
    const Deadline deadline;

    calstore::Owner owner() const { return {who.tenant, who.account}; }
};

// Answers alike for all commands.
http::Response xml_response(int status, std::string body);
http::Response multistatus(dav::Multistatus&& body);
http::Response empty(int status);
// A failed precondition: 403 unless said otherwise, with <D:error> naming it.
http::Response refused(std::string_view space, std::string_view precondition, std::string_view text = {}, std::string_view inner = {},
                       int status = 403);
http::Response refused(const ical::Refusal& refusal);
// Any expected failure. The reason goes to the log.
http::Response failure(const Error& error);
http::Response not_allowed(std::string_view allow);

// The guards of a write from If-Match and If-None-Match (RFC 9110 §13.1). Fault::syntax. `tags` must outlive the guard.
struct Conditions {
    std::optional<dav::EntityTags> match, none_match;
    bool hold(const std::optional<std::string>& current) const;
    calstore::Guard guard() const;
};
Result<Conditions> conditions_of(const http::Request& request);

}  // namespace sky::groupware
