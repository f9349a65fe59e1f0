#include "sky/dav-proto/multistatus.h"

#include <fmt/format.h>

#include "sky/base/ascii.h"
#include "sky/dav-proto/href.h"

namespace sky::dav {
namespace {

struct Prefix {
    std::string_view space, prefix;
};
constexpr Prefix prefixes[] = {
    {ns::dav, "D"}, {ns::caldav, "C"}, {ns::calendarserver, "CS"}, {ns::apple, "A"}, {ns::carddav, "CR"},
};

std::string declarations() {
    std::string out;
    for (const auto& [space, prefix] : prefixes) out += fmt::format(" xmlns:{}=\"{}\"", prefix, space);
    return out;
}

std::string_view prefix_of(std::string_view space) {
    for (const auto& known : prefixes) {
        if (known.space == space) return known.prefix;
    }
    return {};
}

constexpr std::string_view prolog = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

std::string encoded(std::string_view path) {
    std::string out;
    bool first = true;
    for (std::string_view segment : ascii::split(path, '/')) {
        if (!first) out += '/';
        first = false;
        out += encode_segment(segment);
    }
    return out;
}

std::string empty_element(const Name& name) { return element(name, {}); }

}  // namespace

std::string open_tag(const Name& name) {
    const std::string_view prefix = prefix_of(name.space);
    if (!prefix.empty()) return fmt::format("<{}:{}>", prefix, name.local);
    return name.space.empty() ? fmt::format("<{}>", name.local) : fmt::format("<x:{} xmlns:x=\"{}\">", name.local, escape(name.space));
}

std::string close_tag(const Name& name) {
    const std::string_view prefix = prefix_of(name.space);
    if (!prefix.empty()) return fmt::format("</{}:{}>", prefix, name.local);
    return name.space.empty() ? fmt::format("</{}>", name.local) : fmt::format("</x:{}>", name.local);
}

std::string element(const Name& name, std::string_view inner) {
    std::string out = open_tag(name);
    if (inner.empty()) {
        out.insert(out.size() - 1, "/");
        return out;
    }
    out += inner;
    out += close_tag(name);
    return out;
}

std::string href_element(std::string_view path) { return fmt::format("<D:href>{}</D:href>", escape(encoded(path))); }

std::string status_line(int status) {
    std::string_view reason = "Status";
    switch (status) {
        case 200:
            reason = "OK";
            break;
        case 201:
            reason = "Created";
            break;
        case 403:
            reason = "Forbidden";
            break;
        case 404:
            reason = "Not Found";
            break;
        case 409:
            reason = "Conflict";
            break;
        case 424:
            reason = "Failed Dependency";
            break;
        case 507:
            reason = "Insufficient Storage";
            break;
        default:
            break;
    }
    return fmt::format("HTTP/1.1 {} {}", status, reason);
}

Multistatus::Multistatus() : out_(fmt::format("{}<D:multistatus{}>", prolog, declarations())) {}

void Multistatus::resource(std::string_view path, const std::vector<PropertyValue>& found, const std::vector<Name>& missing) {
    out_ += "<D:response>" + href_element(path);
    if (!found.empty() || missing.empty()) {
        out_ += "<D:propstat><D:prop>";
        for (const auto& property : found) out_ += element(property.name, property.inner);
        out_ += "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>";
    }
    if (!missing.empty()) {
        out_ += "<D:propstat><D:prop>";
        for (const auto& name : missing) out_ += empty_element(name);
        out_ += "</D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>";
    }
    out_ += "</D:response>";
}

void Multistatus::status(std::string_view path, int status, std::string_view error_inner) {
    out_ += "<D:response>" + href_element(path) + "<D:status>" + status_line(status) + "</D:status>";
    if (!error_inner.empty()) out_ += fmt::format("<D:error>{}</D:error>", error_inner);
    out_ += "</D:response>";
}

void Multistatus::foreign(std::string_view href, int status) {
    out_ += fmt::format("<D:response><D:href>{}</D:href><D:status>{}</D:status></D:response>", escape(href), status_line(status));
}

void Multistatus::outcomes(std::string_view path, const std::vector<Outcome>& outcomes) {
    out_ += "<D:response>" + href_element(path);
    for (const auto& outcome : outcomes) {
        if (outcome.names.empty()) continue;
        out_ += "<D:propstat><D:prop>";
        for (const auto& name : outcome.names) out_ += empty_element(name);
        out_ += "</D:prop><D:status>" + status_line(outcome.status) + "</D:status>";
        if (!outcome.error_inner.empty()) out_ += fmt::format("<D:error>{}</D:error>", outcome.error_inner);
        out_ += "</D:propstat>";
    }
    out_ += "</D:response>";
}

void Multistatus::sync_token(std::string_view token) { out_ += fmt::format("<D:sync-token>{}</D:sync-token>", escape(token)); }

std::string Multistatus::finish() && {
    out_ += "</D:multistatus>\n";
    return std::move(out_);
}

std::string error_body(const Name& precondition, std::string_view inner, std::string_view text) {
    std::string out = fmt::format("{}<D:error{}>{}", prolog, declarations(), element(precondition, inner));
    if (!text.empty()) out += fmt::format("<D:responsedescription>{}</D:responsedescription>", escape(text));
    return out + "</D:error>\n";
}

}  // namespace sky::dav
