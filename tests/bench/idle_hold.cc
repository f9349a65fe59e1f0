// Holds IMAP sessions in IDLE, as many as it is told, and costs little itself: once a session idles nothing is kept of it but its socket,
// and what the server says is read and dropped.
//
//   idle_hold plain|proxied|tls PORT ACCOUNTS PASSWORD
//
// Sessions belong to user0@bench.test … in turn, come from 127.1.0.1 … 127.1.0.50 in turn, sign in eight at a time, and select INBOX.
// "proxied" is a plain connection from a proxy that ended TLS, at 127.2.0.1 … (PROXY header with PP2_TYPE_SSL), for servers that take no
// password otherwise. Reads from standard input how many sessions to hold from now on, a number a line; prints it again when they all idle;
// ends, and they with it, at the end of input.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr int sources = 50, at_once = 8;

struct Plan {
    std::string kind;
    int port = 0, accounts = 1;
    std::string password;
    SSL_CTX* tls = nullptr;
};

sockaddr_in address(int fourth, int third, int second, int port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(static_cast<std::uint16_t>(port));
    out.sin_addr.s_addr = htonl(static_cast<std::uint32_t>(127 << 24 | second << 16 | third << 8 | fourth));
    return out;
}

void check(bool good, const char* what) {
    if (!good) throw std::runtime_error(what);
}

// One conversation; its socket outlives it.
class Session {
  public:
    Session(const Plan& plan, int number) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
        check(socket_ >= 0, "no more sockets");
        const int source = 1 + number % sources;
        const sockaddr_in from = address(source, 0, plan.kind == "proxied" ? 2 : 1, 0), to = address(1, 0, 0, plan.port);
        const int on = 1;
        setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        check(bind(socket_, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0, "can't bind to a source address");
        check(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "can't connect");
        if (plan.kind == "proxied") send(proxy_header(address(source, 0, 1, 0), to));
        if (!plan.tls) return;
        tls_ = SSL_new(plan.tls);
        SSL_set_fd(tls_, socket_);
        check(SSL_connect(tls_) == 1, "no TLS");
    }
    ~Session() { SSL_free(tls_); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    int run(const Plan& plan, int number) {
        expect("* OK");
        ask("a LOGIN user" + std::to_string(number % plan.accounts) + "@bench.test \"" + plan.password + "\"\r\n", "a OK");
        ask("b SELECT INBOX\r\n", "b OK");
        ask("c IDLE\r\n", "+ ");
        return socket_;
    }

  private:
    // haproxy's proxy-protocol.txt §2.2, with PP2_TYPE_SSL (0x20): PP2_CLIENT_SSL, no certificate.
    static std::string proxy_header(const sockaddr_in& from, const sockaddr_in& to) {
        std::string out("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14", 16);
        for (const auto* one : {&from, &to}) out.append(reinterpret_cast<const char*>(&one->sin_addr), 4);
        out.append("\x30\x39", 2);
        out.append(reinterpret_cast<const char*>(&to.sin_port), 2);
        return out.append("\x20\0\x05\x01\0\0\0\0", 8);
    }
    void send(std::string_view text) {
        const auto size = static_cast<int>(text.size());
        check(
            (tls_ ? SSL_write(tls_, text.data(), size) : static_cast<int>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL))) == size,
            "can't send");
    }
    void ask(const std::string& command, std::string_view answer) {
        send(command);
        expect(answer);
    }
    // Reads lines until one begins so.
    void expect(std::string_view beginning) {
        for (;;) {
            const auto end = text_.find('\n');
            if (end == std::string::npos) {
                char piece[4096];
                const auto n = tls_ ? SSL_read(tls_, piece, sizeof piece) : static_cast<int>(recv(socket_, piece, sizeof piece, 0));
                check(n > 0, "the server ended a session");
                text_.append(piece, static_cast<std::size_t>(n));
                continue;
            }
            const std::string line = text_.substr(0, end);
            text_.erase(0, end + 1);
            if (line.starts_with(beginning)) return;
            if (line.starts_with("a ") || line.starts_with("b ") || line.starts_with("* BYE")) throw std::runtime_error(line);
        }
    }

    int socket_;
    SSL* tls_ = nullptr;
    std::string text_;
};

// Reads what comes for sessions that idle; one that the server ends is a failure of the whole run.
void drain(int poll) {
    std::vector<epoll_event> events(256);
    char dropped[16384];
    for (;;) {
        const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < ready; ++i)
            if (recv(events[static_cast<std::size_t>(i)].data.fd, dropped, sizeof dropped, MSG_DONTWAIT) == 0) {
                std::fprintf(stderr, "idle_hold: the server ended a session that idled\n");
                std::_Exit(1);
            }
    }
}

void hold(const Plan& plan, int from, int to, int poll) {
    std::atomic<int> next{from};
    std::mutex lock;
    std::string complaint;
    std::vector<std::thread> threads;
    for (int k = 0; k < at_once; ++k)
        threads.emplace_back([&] {
            try {
                for (int number; (number = next++) < to;) {
                    Session session(plan, number);
                    epoll_event event{.events = EPOLLIN, .data = {.fd = session.run(plan, number)}};
                    check(epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event) == 0, "can't watch a socket");
                }
            } catch (const std::exception& error) {
                const std::lock_guard held(lock);
                complaint = error.what();
                next = to;
            }
        });
    for (auto& thread : threads) thread.join();
    if (!complaint.empty()) throw std::runtime_error(complaint);
}

}  // namespace

int main(int count, char** argument) {
    if (count != 5) return std::fprintf(stderr, "idle_hold plain|proxied|tls PORT ACCOUNTS PASSWORD\n"), 2;
    Plan plan{.kind = argument[1], .port = std::atoi(argument[2]), .accounts = std::atoi(argument[3]), .password = argument[4]};
    if (plan.kind == "tls") plan.tls = SSL_CTX_new(TLS_client_method());  // the certificate is not looked at: this is no client
    const int poll = epoll_create1(0);
    std::thread(drain, poll).detach();
    try {
        int held = 0;
        for (int wanted; std::cin >> wanted; held = wanted) {
            hold(plan, held, wanted, poll);
            std::cout << wanted << std::endl;
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "idle_hold: %s\n", error.what());
        std::_Exit(1);
    }
    std::_Exit(0);
}
