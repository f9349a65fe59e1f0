#pragma once
// A real LDAP server with scratch entries, by tests/support/slapd; and servers that are none.
#include <cstdint>
#include <string>

namespace sky::ldap::testing {

class DirectoryServer {
  public:
    // Suffix dc=example,dc=test; ou=people, ou=groups and the account cn=reader (password "reading") are there.
    explicit DirectoryServer(const std::string& entries);
    ~DirectoryServer();
    DirectoryServer(const DirectoryServer&) = delete;
    DirectoryServer& operator=(const DirectoryServer&) = delete;

    std::string ldap() const { return "ldap://127.0.0.1:" + std::to_string(port_); }  // StartTLS
    std::string ldaps() const { return "ldaps://127.0.0.1:" + std::to_string(secure_); }
    std::uint16_t port() const { return port_; }
    std::string authority() const;  // PEM, of the one that signed its certificate
    std::string stranger() const;   // PEM, of one that did not

    // LDIF with changetype.
    void modify(const std::string& changes);
    void stop();
    void start_again();  // at the same ports

  private:
    std::string folder_;
    std::uint16_t port_ = 0, secure_ = 0;
};

// Takes connections and never says a word.
class SilentServer {
  public:
    SilentServer();
    ~SilentServer();
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;
    std::uint16_t port() const { return port_; }

  private:
    std::uint16_t port_ = 0;  // before the socket, which sets it
    int socket_;
};

// A port at which nothing listens.
std::uint16_t dead_port();

}  // namespace sky::ldap::testing
