#pragma once
// A real name server with scratch zones, by tests/support/nsd.
#include <cstdint>
#include <string>
#include <vector>

namespace sky::dns::testing {

class NameServer {
  public:
    struct Zone {
        std::string origin, text;
        bool sign = false;
    };
    explicit NameServer(std::vector<Zone> zones);
    ~NameServer();
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string anchor(const std::string& origin) const { return folder_ + "/" + origin + ".anchor"; }  // of a signed zone

  private:
    std::string folder_;
    std::uint16_t port_ = 0;
};

// A port at which nothing listens.
std::uint16_t dead_port();

}  // namespace sky::dns::testing
