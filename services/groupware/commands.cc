#include "groupware/commands.h"

namespace sky::groupware {
namespace {

// clang-format off
constexpr Command commands[] = {
    // method      run         described in
    {"OPTIONS",    options,    "RFC 4791 §5.1"},
    {"GET",        get,        "RFC 9110 §9.3.1"},
    {"HEAD",       head,       "RFC 9110 §9.3.2"},
    {"PUT",        put,        "RFC 4791 §5.3.2"},
    {"DELETE",     remove,     "RFC 4918 §9.6"},
    {"PROPFIND",   propfind,   "RFC 4918 §9.1"},
    {"PROPPATCH",  proppatch,  "RFC 4918 §9.2"},
    {"MKCALENDAR", mkcalendar, "RFC 4791 §5.3.1"},
    {"MKCOL",      mkcol,      "RFC 5689 §3"},
    {"REPORT",     report,     "RFC 3253 §3.6"},
};
// clang-format on

}  // namespace

const Command* find_command(std::string_view method) {
    for (const Command& command : commands) {
        if (command.method == method) return &command;
    }
    return nullptr;
}

}  // namespace sky::groupware
