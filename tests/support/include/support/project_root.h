#pragma once
#include <filesystem>

namespace support {
std::filesystem::path project_root();  // the checkout that the tests were built from
}
