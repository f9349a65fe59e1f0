#pragma once
// What `skybridge-<service> --health` does: asks the running service's own /healthz/ready, so that an image needs no HTTP client for its
// HEALTHCHECK. Blocking and on plain POSIX sockets: it is a process of its own that lives for milliseconds.
#include <cstdint>
#include <string>

namespace sky::settings {

struct Probe {
    int exit_code = 1;  // 0: ready; 1: not ready or not there
    std::string text;   // one line for the person who looks
};

// address: HEALTH_ADDRESS, a numeric address; the wildcards mean loopback. Gives up after `milliseconds` of silence.
Probe probe_health(std::string address, std::uint16_t port, int milliseconds = 4000);

}  // namespace sky::settings
