// Clients that sign in, work in a mailbox like people's programs do, and sign out, over and over; cheap beside the servers that it
// measures.
//
//   mixed_load PORT CLIENTS ACCOUNTS SECONDS PASSWORD
//
// A thread for each client: client k is user(k mod ACCOUNTS)@bench.test, under TLS. Each signs in and out once before the clock starts,
// since servers remember for a while whom they have let in. Prints one line of JSON: commands, sessions, seconds, and its own CPU in
// seconds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

void check(bool good, const char* what) {
    if (!good) throw std::runtime_error(what);
}

class Session {
  public:
    Session(SSL_CTX* context, int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)), tls_(SSL_new(context)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        check(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "can't connect");
        SSL_set_fd(tls_, socket_);
        check(SSL_connect(tls_) == 1, "no TLS");
        line();
    }
    ~Session() {
        SSL_free(tls_);
        close(socket_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Sends a command and reads to its end; the number before EXISTS, if one was told.
    int ask(const std::string& command) {
        const std::string text = "a " + command + "\r\n";
        check(SSL_write(tls_, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size()), "can't send");
        int exists = 0;
        for (;;) {
            const std::string one = line();
            if (one.starts_with("a OK")) return exists;
            if (one.starts_with("a ")) throw std::runtime_error(command + ": " + one);
            if (one.starts_with("* ") && one.ends_with(" EXISTS")) exists = std::atoi(one.c_str() + 2);
        }
    }

  private:
    // A line of a response; a literal in it (RFC 9051 §4.3) is dropped.
    std::string line() {
        std::string out;
        for (;;) {
            const auto end = read_to_line_end();
            std::string_view piece(text_.data() + at_, end - at_);
            at_ = end + 2;
            out += piece;
            if (!piece.ends_with('}')) return out;
            const auto open = piece.rfind('{');
            check(open != piece.npos, "a line ends with }");
            skip(std::strtoull(piece.data() + open + 1, nullptr, 10));
        }
    }
    std::size_t read_to_line_end() {
        for (;;) {
            if (const auto end = text_.find("\r\n", at_); end != std::string::npos) return end;
            read();
        }
    }
    void skip(std::size_t octets) {
        while (text_.size() - at_ < octets) {
            octets -= text_.size() - at_;
            at_ = text_.size();
            read();
        }
        at_ += octets;
    }
    void read() {
        text_.erase(0, at_);
        at_ = 0;
        char piece[16384];
        const int n = SSL_read(tls_, piece, sizeof piece);
        check(n > 0, "the server ended a session");
        text_.append(piece, static_cast<std::size_t>(n));
    }

    int socket_;
    SSL* tls_;
    std::string text_;
    std::size_t at_ = 0;
};

struct Plan {
    int port, clients, accounts, seconds;
    std::string password;
    SSL_CTX* tls;
};

struct Client {
    const Plan& plan;
    int number;
    long commands = 0, sessions = 0;
    std::mt19937 dice{static_cast<std::uint32_t>(number)};

    int below(int limit) { return static_cast<int>(dice() % static_cast<std::uint32_t>(limit)); }
    std::string login() const { return "LOGIN user" + std::to_string(number % plan.accounts) + "@bench.test \"" + plan.password + "\""; }

    void come_and_go() const {
        Session session(plan.tls, plan.port);
        session.ask(login());
        session.ask("LOGOUT");
    }
    std::string next(int messages) {
        const int choice = below(10);
        if (messages == 0 || choice == 0) return "NOOP";
        const std::string one = std::to_string(1 + below(messages));
        if (choice < 4) return "FETCH " + one + " (UID FLAGS ENVELOPE)";
        if (choice < 6) return "FETCH " + one + " (BODY.PEEK[])";
        if (choice < 8) return "STORE " + one + (below(2) ? " +" : " -") + "FLAGS (\\Seen)";
        return choice == 8 ? "SEARCH UNSEEN" : "STATUS INBOX (MESSAGES UNSEEN)";
    }
    void work(Clock::time_point limit) {
        while (Clock::now() < limit) {
            Session session(plan.tls, plan.port);
            session.ask(login());
            const int messages = session.ask("SELECT INBOX");
            for (int left = 5 + below(15); left > 0 && Clock::now() < limit; --left, ++commands) session.ask(next(messages));
            session.ask("LOGOUT");
            commands += 3;
            ++sessions;
        }
    }
};

}  // namespace

int main(int count, char** argument) {
    if (count != 6) return std::fprintf(stderr, "mixed_load PORT CLIENTS ACCOUNTS SECONDS PASSWORD\n"), 2;
    // The certificate is not looked at: this is no client.
    const Plan plan{std::atoi(argument[1]),          std::atoi(argument[2]), std::atoi(argument[3]), std::atoi(argument[4]), argument[5],
                    SSL_CTX_new(TLS_client_method())};
    std::vector<Client> clients;
    for (int k = 0; k < plan.clients; ++k) clients.push_back({plan, k});
    const auto fail = [](const std::exception& error) {
        std::fprintf(stderr, "mixed_load: %s\n", error.what());
        std::_Exit(1);
    };
    Clock::time_point started;
    rusage before{}, after{};
    std::barrier ready(plan.clients, [&]() noexcept {
        std::puts("ready");  // what the servers use from here on counts
        std::fflush(stdout);
        std::getchar();
        getrusage(RUSAGE_SELF, &before);
        started = Clock::now();
    });
    std::vector<std::thread> threads;
    for (Client& client : clients)
        threads.emplace_back([&] {
            try {
                client.come_and_go();
                ready.arrive_and_wait();
                client.work(started + std::chrono::seconds(plan.seconds));
            } catch (const std::exception& error) {
                fail(error);
            }
        });
    for (auto& thread : threads) thread.join();
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    getrusage(RUSAGE_SELF, &after);
    const auto spent = [](const rusage& one) {
        return static_cast<double>(one.ru_utime.tv_sec + one.ru_stime.tv_sec) +
               static_cast<double>(one.ru_utime.tv_usec + one.ru_stime.tv_usec) / 1e6;
    };
    long commands = 0, sessions = 0;
    for (const Client& client : clients) {
        commands += client.commands;
        sessions += client.sessions;
    }
    std::printf("{\"commands\": %ld, \"sessions\": %ld, \"seconds\": %.3f, \"cpu\": %.3f}\n", commands, sessions, seconds,
                spent(after) - spent(before));
}
