#include "sqlstate.h"

#include "sky/pg/pool.h"

namespace sky::pg {

Fault fault_of(std::string_view sqlstate) {
    if (sqlstate == "40001" || sqlstate == "40P01") return Fault::conflict;
    if (sqlstate == "23505") return Fault::already_exists;
    if (sqlstate == "23503") return Fault::not_found;
    if (sqlstate == "57014") return Fault::timeout;      // the limit that pg::send_scope sets, mostly
    if (sqlstate == "25006") return Fault::unavailable;  // a standby that was the primary a moment ago
    const auto error_class = sqlstate.substr(0, 2);
    if (error_class == "08" || error_class == "53" || error_class == "55" || error_class == "57") return Fault::unavailable;
    return Fault::internal;
}

bool is_worth_retrying(const Error& error) { return error.fault == Fault::conflict; }

}  // namespace sky::pg
