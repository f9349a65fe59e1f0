#include "directory_server.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace sky::ldap::testing {
namespace {
// ctest runs a room's tests in the room's folder.
const std::string tool = std::filesystem::absolute("../../tests/support/slapd").string();

const std::string base = R"(dn: dc=example,dc=test
objectClass: domain
dc: example

dn: ou=people,dc=example,dc=test
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=test
objectClass: organizationalUnit
ou: groups

dn: cn=reader,dc=example,dc=test
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reading

)";

std::string output_of(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error(command);
    std::string out;
    std::array<char, 256> line{};
    while (std::fgets(line.data(), line.size(), pipe) != nullptr) out += line.data();
    if (::pclose(pipe) != 0) throw std::runtime_error(command);
    return out;
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int listener(std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    return fd;
}
}  // namespace

DirectoryServer::DirectoryServer(const std::string& entries) {
    std::string pattern = "/tmp/sky-slapd.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
    folder_ = pattern;
    std::ofstream(folder_ + "/entries.ldif") << base << entries;
    std::istringstream(output_of(tool + " start " + folder_ + " " + folder_ + "/entries.ldif")) >> port_ >> secure_;
}

DirectoryServer::~DirectoryServer() {
    try {
        stop();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "slapd: %s\n", error.what());
    }
    std::filesystem::remove_all(folder_);
}

std::string DirectoryServer::authority() const { return text_of(folder_ + "/ca.pem"); }
std::string DirectoryServer::stranger() const { return text_of(folder_ + "/other.pem"); }

void DirectoryServer::modify(const std::string& changes) {
    std::ofstream(folder_ + "/changes.ldif") << changes;
    output_of(tool + " modify " + folder_ + " <" + folder_ + "/changes.ldif");
}

void DirectoryServer::stop() { output_of(tool + " stop " + folder_); }

void DirectoryServer::start_again() { output_of(tool + " start " + folder_ + " " + folder_ + "/entries.ldif again"); }

SilentServer::SilentServer() : socket_(listener(port_)) { ::listen(socket_, 16); }
SilentServer::~SilentServer() { ::close(socket_); }

std::uint16_t dead_port() {
    std::uint16_t port = 0;
    ::close(listener(port));
    return port;
}

}  // namespace sky::ldap::testing
