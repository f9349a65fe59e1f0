#include "skyctl/files.h"

#include <fstream>
#include <iostream>
#include <iterator>

namespace sky::skyctl {

Result<std::string> read_file(const std::string& name) {
    if (name == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
    std::ifstream in(name, std::ios::binary);
    std::string octets(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open() || in.bad()) return unexpected(Fault::syntax, name + " can't be read");
    return octets;
}

Result<void> write_file(const std::string& name, const std::string& octets) {
    std::ofstream out(name, std::ios::binary | std::ios::trunc);
    out.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    out.close();
    if (!out) return unexpected(Fault::syntax, name + " can't be written");
    return {};
}

}  // namespace sky::skyctl
