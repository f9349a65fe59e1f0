#include "groupware/call.h"

#include "sky/telemetry/log.h"

namespace sky::groupware {

http::Response xml_response(int status, std::string body) {
    http::Response out;
    out.status = status;
    out.headers.set("Content-Type", "application/xml; charset=utf-8");
    out.body = std::move(body);
    return out;
}

http::Response multistatus(dav::Multistatus&& body) { return xml_response(207, std::move(body).finish()); }

http::Response empty(int status) {
    http::Response out;
    out.status = status;
    return out;
}

http::Response refused(std::string_view space, std::string_view precondition, std::string_view text, std::string_view inner, int status) {
    return xml_response(status, dav::error_body({std::string(space), std::string(precondition)}, inner, text));
}

http::Response refused(const ical::Refusal& refusal) { return refused(dav::ns::caldav, ical::precondition(refusal.rule), refusal.text); }

http::Response failure(const Error& error) {
    const FaultCodes& said = codes(error.fault);
    if (!error.reason.empty()) {
        // What the peer did wrong is its own affair; what we could not do is the operator's.
        const auto level = said.temporary || said.http >= 500 ? log::Level::warning : log::Level::debug;
        if (log::enabled(level)) log::write(level, "groupware.request.failed", {{"fault", said.name}, {"reason", error.reason}});
    }
    auto out = http::Response::text(said.http, error.text.empty() ? "not possible at the moment" : error.text);
    if (said.temporary) out.headers.set("Retry-After", "10");
    return out;
}

http::Response not_allowed(std::string_view allow) {
    auto out = http::Response::text(405, "not possible here");
    out.headers.set("Allow", allow);
    return out;
}

bool Conditions::hold(const std::optional<std::string>& current) const {
    if (match && !(current && match->holds(*current))) return false;
    return !none_match || !current || !none_match->holds_weakly(*current);
}

calstore::Guard Conditions::guard() const {
    return {[](const void* context, const std::optional<std::string>& current) {
                return static_cast<const Conditions*>(context)->hold(current);
            },
            this};
}

Result<Conditions> conditions_of(const http::Request& request) {
    Conditions out;
    if (const auto header = request.headers.find("If-Match")) {
        out.match = dav::parse_entity_tags(*header);
        if (!out.match) return unexpected(Fault::syntax, "If-Match can't be understood");
    }
    if (const auto header = request.headers.find("If-None-Match")) {
        out.none_match = dav::parse_entity_tags(*header);
        if (!out.none_match) return unexpected(Fault::syntax, "If-None-Match can't be understood");
    }
    return out;
}

}  // namespace sky::groupware
