#include "sky/async/report.h"

#include <atomic>
#include <cstdio>
#include <string>

#include "sky/base/ascii.h"

namespace sky {
namespace {

void to_standard_error(std::string_view event, std::string_view subject, std::string_view reason) {
    const std::string line = std::string(event) + " " + ascii::printable(subject) + ": " + ascii::printable(reason) + "\n";
    std::fputs(line.c_str(), stderr);
}

std::atomic<ReportHook> hook{to_standard_error};

}  // namespace

void set_report_hook(ReportHook to) { hook.store(to ? to : to_standard_error); }
void report(std::string_view event, std::string_view subject, std::string_view reason) { hook.load()(event, subject, reason); }

}  // namespace sky
