#pragma once
// Files that verbs read and write.
#include <string>

#include "sky/base/result.h"

namespace sky::skyctl {

// All of it; - is standard input. Fault::syntax for what can't be read.
Result<std::string> read_file(const std::string& name);
// In place of what is there. Fault::syntax for what can't be written.
Result<void> write_file(const std::string& name, const std::string& octets);

}  // namespace sky::skyctl
