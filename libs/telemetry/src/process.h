#pragma once
// What every Prometheus client tells of its own process.
#include <string>

namespace sky::metrics {

void expose_process(std::string& out);

}  // namespace sky::metrics
