#pragma once
// What libraries below telemetry have to tell: one hook, set once by telemetry (or a test) before the shards start.
#include <string_view>

namespace sky {

// event: stable dotted name ("net.tls.refused"); subject: who (a peer, a coroutine's name); reason: free text.
using ReportHook = void (*)(std::string_view event, std::string_view subject, std::string_view reason);

void set_report_hook(ReportHook hook);  // nullptr restores the default: a line on standard error
void report(std::string_view event, std::string_view subject, std::string_view reason);

}  // namespace sky
