#include "../src/health_probe.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "sky/settings/settings.h"
#include "sky/settings/shared_rows.h"

using namespace sky;

namespace {
// Answers one connection on loopback with fixed bytes; an empty answer: says nothing until the client leaves.
class OneAnswer {
  public:
    explicit OneAnswer(std::string answer) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0);
        REQUIRE(::listen(listener_, 1) == 0);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this, answer] {
            const int client = ::accept(listener_, nullptr, nullptr);
            char part[512];
            asked_.assign(part, static_cast<std::size_t>(std::max<ssize_t>(0, ::recv(client, part, sizeof part, 0))));
            (void)!::write(client, answer.data(), answer.size());
            if (answer.empty()) (void)!::recv(client, part, sizeof part, 0);
            ::close(client);
        });
    }
    ~OneAnswer() {
        if (thread_.joinable()) thread_.join();
        ::close(listener_);
    }
    std::string asked() {
        thread_.join();
        return asked_;
    }
    std::uint16_t port = 0;

  private:
    int listener_;
    std::string asked_;
    std::thread thread_;
};
}  // namespace

TEST_CASE("the health probe says ready only after 200", "[settings]") {
    OneAnswer ready("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nready\n");
    const auto yes = settings::probe_health("0.0.0.0", ready.port);
    CHECK(yes.exit_code == 0);
    CHECK(yes.text == "ready");
    CHECK(ready.asked().starts_with("GET /healthz/ready HTTP/1.1\r\nHost: "));
    OneAnswer away("HTTP/1.1 503 Service Unavailable\r\n\r\nthe database does not answer\x1b\n");
    const auto no = settings::probe_health("127.0.0.1", away.port);
    CHECK(no.exit_code == 1);
    CHECK(no.text == "the database does not answer\\x1b");
}

TEST_CASE("the health probe gives up on silence and on nobody there", "[settings]") {
    std::uint16_t gone = 0;
    {
        OneAnswer silent("");
        gone = silent.port;
        CHECK(settings::probe_health("127.0.0.1", silent.port, 50).exit_code == 1);
    }
    CHECK(settings::probe_health("127.0.0.1", gone).text.starts_with("nothing answers on 127.0.0.1 port "));
    CHECK(settings::probe_health("localhost", gone).exit_code == 1);  // a name is not asked for
}
