#pragma once
// Named points at which a test makes the program crash, fail or hang. Compiled out of releases (SKYBRIDGE_FAILPOINTS is off there).
//
// Chosen at run time, by the environment SKYBRIDGE_FAILPOINT or by the contents of the file that SKYBRIDGE_FAILPOINT_FILE names, which is
// looked at again at every hit. One or several, separated by ";":   name=action[@nth]
//   crash       the process ends at once, as by SIGKILL
//   error       the enclosing coroutine returns an injected Fault::unavailable
//   hang[:s]    waits s seconds (default 3600), then goes on
//   sleep:s     the same, meant for short times
// @3 means only the third hit in this process; without it every hit.
//
//   Task<Result<void>> deliver() { …; SKY_FAILPOINT("deliver.after_commit"); … }     in a coroutine that returns a Result
//   SKY_FAILPOINT_VOID("imap.idle.before_wait");                                     in any other coroutine: error throws
//   std::runtime_error SKY_FAILPOINT_SYNC("mailstore.encode");                                          in a plain function that returns a
//   Result: blocks
#ifdef SKYBRIDGE_FAILPOINTS
#include <optional>
#include <string_view>

#include "sky/async/task.h"
#include "sky/base/result.h"

namespace sky::failpoint {

// Whether this run is to have a known weakness, so that the test that must notice it can show that it does: SKYBRIDGE_MUTANT holds the
// names (S58), separated by commas. Read at each call.
bool is_mutant(std::string_view name);

bool armed();  // cheap: false unless the environment names something
Task<std::optional<Error>> hit(std::string_view name);
std::optional<Error> hit_blocking(std::string_view name);
Task<void> hit_or_throw(std::string_view name);

}  // namespace sky::failpoint

#define SKY_MUTANT(name) ::sky::failpoint::is_mutant(name)
#define SKY_FAILPOINT(name)                                                                                              \
    do {                                                                                                                 \
        if (::sky::failpoint::armed()) {                                                                                 \
            if (auto injected_ = co_await ::sky::failpoint::hit(name)) co_return std::unexpected(*std::move(injected_)); \
        }                                                                                                                \
    } while (false)
#define SKY_FAILPOINT_VOID(name)                                                      \
    do {                                                                              \
        if (::sky::failpoint::armed()) co_await ::sky::failpoint::hit_or_throw(name); \
    } while (false)
#define SKY_FAILPOINT_SYNC(name)                                                                                      \
    do {                                                                                                              \
        if (::sky::failpoint::armed()) {                                                                              \
            if (auto injected_ = ::sky::failpoint::hit_blocking(name)) return std::unexpected(*std::move(injected_)); \
        }                                                                                                             \
    } while (false)
#else
#define SKY_MUTANT(name) false
#define SKY_FAILPOINT(name) static_cast<void>(0)
#define SKY_FAILPOINT_VOID(name) static_cast<void>(0)
#define SKY_FAILPOINT_SYNC(name) static_cast<void>(0)
#endif
