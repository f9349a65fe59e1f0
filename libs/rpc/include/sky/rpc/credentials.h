#pragma once
// What a service shows to its peers and trusts in them. Every connection between services is mutual TLS; there is no plain mode.
#include <string>

namespace sky::rpc {

// PEM files. They are read again within `reload_seconds` of a change; connections made afterwards use the new ones.
// Certificate and key must be replaced together (rename of a directory or of a symbolic link).
struct Credentials {
    std::string certificate;
    std::string key;
    std::string authority;  // the CA whose certificates are accepted, and nothing else is
    unsigned reload_seconds = 60;
};

}  // namespace sky::rpc
