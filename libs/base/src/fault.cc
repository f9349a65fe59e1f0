#include "sky/base/fault.h"

#include <array>

namespace sky {
namespace {
// gRPC numbers: 2 UNKNOWN 3 INVALID_ARGUMENT 4 DEADLINE_EXCEEDED 5 NOT_FOUND 6 ALREADY_EXISTS 7 PERMISSION_DENIED 8 RESOURCE_EXHAUSTED
// 9 FAILED_PRECONDITION 10 ABORTED 11 OUT_OF_RANGE 12 UNIMPLEMENTED 13 INTERNAL 14 UNAVAILABLE 15 DATA_LOSS 16 UNAUTHENTICATED
constexpr std::array<FaultCodes, 18> table{{
    {Fault::syntax, "syntax", "", true, 501, "5.5.4", "", 400, "invalidArguments", 3, false},
    {Fault::wrong_state, "wrong_state", "", true, 503, "5.5.1", "", 409, "invalidArguments", 9, false},
    {Fault::unsupported, "unsupported", "CANNOT", false, 502, "5.5.1", "", 501, "unknownMethod", 12, false},
    {Fault::not_authenticated, "not_authenticated", "", false, 530, "5.7.0", "AUTH", 401, "forbidden", 16, false},
    {Fault::bad_credentials, "bad_credentials", "AUTHENTICATIONFAILED", false, 535, "5.7.8", "AUTH", 401, "forbidden", 16, false},
    {Fault::privacy_required, "privacy_required", "PRIVACYREQUIRED", false, 538, "5.7.11", "AUTH", 403, "forbidden", 9, false},
    {Fault::forbidden, "forbidden", "NOPERM", false, 550, "5.7.1", "", 403, "forbidden", 7, false},
    {Fault::not_found, "not_found", "NONEXISTENT", false, 550, "5.1.1", "", 404, "notFound", 5, false},
    {Fault::unknown_recipient, "unknown_recipient", "NONEXISTENT", false, 550, "5.1.1", "", 404, "notFound", 5, false},
    {Fault::already_exists, "already_exists", "ALREADYEXISTS", false, 550, "5.3.0", "", 409, "alreadyExists", 6, false},
    {Fault::conflict, "conflict", "INUSE", false, 450, "4.3.0", "IN-USE", 412, "stateMismatch", 10, false},
    {Fault::over_quota, "over_quota", "OVERQUOTA", false, 452, "4.2.2", "", 507, "overQuota", 8, true},
    {Fault::too_large, "too_large", "TOOBIG", false, 552, "5.3.4", "", 413, "tooLarge", 11, false},
    {Fault::limit, "limit", "LIMIT", false, 452, "4.5.3", "SYS/TEMP", 429, "rateLimit", 8, true},
    {Fault::unavailable, "unavailable", "UNAVAILABLE", false, 451, "4.3.0", "SYS/TEMP", 503, "serverUnavailable", 14, true},
    {Fault::timeout, "timeout", "UNAVAILABLE", false, 451, "4.3.0", "SYS/TEMP", 503, "serverUnavailable", 4, true},
    {Fault::corrupt, "corrupt", "CORRUPTION", false, 451, "4.3.0", "SYS/PERM", 500, "serverFail", 15, true},
    {Fault::internal, "internal", "SERVERBUG", false, 451, "4.3.0", "SYS/TEMP", 500, "serverFail", 13, true},
}};

consteval bool ordered() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].fault) != i) return false;
    return static_cast<std::size_t>(Fault::internal) + 1 == table.size();
}
static_assert(ordered(), "the table has one row for each Fault, in the enum's order");
}  // namespace

const FaultCodes& codes(Fault fault) { return table[static_cast<std::size_t>(fault)]; }

Fault fault_of_grpc(int status_code) {
    switch (status_code) {
        case 3:
            return Fault::syntax;
        case 4:
            return Fault::timeout;
        case 5:
            return Fault::not_found;
        case 6:
            return Fault::already_exists;
        case 7:
            return Fault::forbidden;
        case 8:
            return Fault::limit;
        case 9:
            return Fault::wrong_state;
        case 10:
            return Fault::conflict;
        case 11:
            return Fault::too_large;
        case 12:
            return Fault::unsupported;
        case 13:
            return Fault::internal;
        case 15:
            return Fault::corrupt;
        case 16:
            return Fault::bad_credentials;
        default:
            return Fault::unavailable;  // UNAVAILABLE, CANCELLED, UNKNOWN: what we can't place is temporary
    }
}

}  // namespace sky
