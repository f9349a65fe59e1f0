#pragma once
// Responses as XML (RFC 4918 §13, §14.16).
#include <string>
#include <string_view>
#include <vector>

#include "sky/dav-proto/xml.h"

namespace sky::dav {

// One property of an answer: its value is XML already made safe, empty for an empty element.
struct PropertyValue {
    Name name;
    std::string inner;
};

// "D:href" and the like for the namespaces every answer declares; others are declared at the element.
std::string open_tag(const Name& name);
std::string close_tag(const Name& name);
std::string element(const Name& name, std::string_view inner);
// <D:href>…</D:href>; the path is percent-encoded here.
std::string href_element(std::string_view path);

class Multistatus {
  public:
    Multistatus();
    // A resource with the properties it has and the names of those it lacks.
    void resource(std::string_view path, const std::vector<PropertyValue>& found, const std::vector<Name>& missing);
    // A resource that has only a status: 404 of a multiget or a deletion, 507 of a truncated answer (RFC 6578 §3.6).
    void status(std::string_view path, int status, std::string_view error_inner = {});
    // Like status(), for a href that is no path of ours: repeated as it came.
    void foreign(std::string_view href, int status);
    // The outcome of PROPPATCH: names by their status, each group with the precondition that failed, if any.
    struct Outcome {
        int status;
        std::vector<Name> names;
        std::string error_inner;
    };
    void outcomes(std::string_view path, const std::vector<Outcome>& outcomes);
    void sync_token(std::string_view token);
    std::size_t size() const { return out_.size(); }
    std::string finish() &&;

  private:
    std::string out_;
};

// A body of 403, 409 or 507: <D:error> with one precondition (RFC 4918 §16) and, for people, a sentence.
std::string error_body(const Name& precondition, std::string_view inner = {}, std::string_view text = {});
std::string status_line(int status);  // "HTTP/1.1 404 Not Found"

}  // namespace sky::dav
