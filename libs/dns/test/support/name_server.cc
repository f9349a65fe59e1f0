#include "name_server.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sky::dns::testing {
namespace {
// ctest runs a room's tests in the room's folder.
const std::string tool = std::filesystem::absolute("../../tests/support/nsd").string();

std::string output_of(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error(command);
    std::string out;
    std::array<char, 256> line{};
    while (std::fgets(line.data(), line.size(), pipe) != nullptr) out += line.data();
    if (::pclose(pipe) != 0) throw std::runtime_error(command);
    return out;
}
}  // namespace

NameServer::NameServer(std::vector<Zone> zones) {
    std::string pattern = "/tmp/sky-nsd.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
    folder_ = pattern;
    std::string command = tool + " start " + folder_;
    for (const auto& zone : zones) {
        const std::string file = folder_ + "/" + zone.origin;
        std::ofstream(file) << "$ORIGIN " << zone.origin << ".\n$TTL 60\n@ SOA ns host 1 3600 600 86400 5\n@ NS ns\nns A 127.0.0.1\n"
                            << zone.text;
        // OUT.anchor belongs to the signed file; both keep the origin's name.
        if (zone.sign) {
            std::filesystem::create_directory(folder_ + "/signed");
            output_of(tool + " sign " + zone.origin + " " + file + " " + folder_ + "/signed/" + zone.origin);
            std::filesystem::rename(folder_ + "/signed/" + zone.origin + ".anchor", anchor(zone.origin));
        }
        command += " " + zone.origin + "=" + (zone.sign ? folder_ + "/signed/" + zone.origin : file);
    }
    port_ = static_cast<std::uint16_t>(std::stoi(output_of(command)));
}

NameServer::~NameServer() {
    try {
        output_of(tool + " stop " + folder_);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nsd: %s\n", error.what());
    }
    std::filesystem::remove_all(folder_);
}

std::uint16_t dead_port() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

}  // namespace sky::dns::testing
