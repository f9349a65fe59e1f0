#pragma once
// Verbs that are one call: their options are fields of the request, their columns fields of the reply.
#include <google/protobuf/message.h>

#include <span>
#include <string_view>

#include "skyctl/session.h"
#include "skyctl/verb.h"

namespace sky::skyctl {

struct Column {
    std::string_view title;
    std::string_view field;
    enum class Form { plain, moment, octets } form = Form::plain;              // for people; JSON has the number
    enum class Where { everywhere, not_in_tables } where = Where::everywhere;  // a table of many has the columns that fit on a line
};

// Each given option that names a field goes there, lists into a text field with commas; a new idempotency key where there is a place for
// one. Fault::syntax names the option.
Result<void> fill(google::protobuf::Message& request, const Arguments& arguments, std::span<const Option> options);

// Calls, and shows the reply as one thing, or all pages of a list.
Result<void> show_one(Session& session, const google::protobuf::Message& request, std::span<const Column> columns);
Result<void> show_list(Session& session, google::protobuf::Message& request, std::span<const Column> columns);

template <class Request>
Result<void> ask_one(Session& session, const Arguments& arguments, std::span<const Option> options, std::span<const Column> columns) {
    Request request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    return show_one(session, request, columns);
}
template <class Request>
Result<void> ask_list(Session& session, const Arguments& arguments, std::span<const Option> options, std::span<const Column> columns) {
    Request request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    return show_list(session, request, columns);
}

}  // namespace sky::skyctl
