#pragma once
// Where Redis is and how to sign in.
#include <cstdint>
#include <string>

namespace sky::redis {

enum class Tls { off, on };

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string username;  // ACL user; empty: the default user
    std::string password;  // empty: no AUTH
    Tls tls = Tls::off;
    std::string authority;    // PEM file with the CA of the server's certificate; empty: the system's
    std::string certificate;  // PEM files of our own, if the server asks for one
    std::string key;
    std::string name = "skybridge";  // shown by CLIENT LIST
};

}  // namespace sky::redis
