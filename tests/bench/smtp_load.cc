// Sends mail as fast as N clients can, one thread a client, and says how long it took. Kept apart from the servers' code, and cheap, so
// that it measures them and not itself.
//
//   smtp_load smtp|lmtp HOST PORT CORPUS CLIENTS COUNT TAG reused|fresh RECIPIENT…
//
// CORPUS is what corpus.py wrote: a decimal length and a line feed before each message, nothing to escape within it. The message's sixteen
// `#` are replaced by TAG (eight letters) and the message's number, so that none is sent twice. Message i goes to RECIPIENT i mod their
// count. Prints one line of JSON.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Plan {
    std::string protocol, host, port, tag;
    bool fresh = false;
    int count = 0;
    std::vector<std::string> recipients;
    std::vector<std::string> corpus;
};

struct Outcome {
    std::atomic<int> next{0}, accepted{0}, refused{0};
    std::mutex lock;
    std::vector<double> milliseconds;
    std::string complaint;
};

std::vector<std::string> read_corpus(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> messages;
    std::size_t length = 0;
    while (file >> length) {
        file.get();
        std::string message(length, '\0');
        file.read(message.data(), static_cast<std::streamsize>(length));
        messages.push_back(std::move(message));
    }
    if (messages.empty()) throw std::runtime_error("the corpus is empty");
    return messages;
}

class Connection {
  public:
    explicit Connection(const Plan& plan) {
        addrinfo hints{}, *found = nullptr;
        hints.ai_family = AF_INET;
        hints.ai_socktype = SOCK_STREAM;
        if (getaddrinfo(plan.host.c_str(), plan.port.c_str(), &hints, &found) != 0) throw std::runtime_error("no such host");
        socket_ = socket(found->ai_family, found->ai_socktype, 0);
        const int result = connect(socket_, found->ai_addr, found->ai_addrlen);
        freeaddrinfo(found);
        if (result != 0) throw std::runtime_error("can't connect");
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        expect('2');
        send(plan.protocol == "lmtp" ? "LHLO bench.example\r\n" : "EHLO bench.example\r\n");
        expect('2');
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { close(socket_); }

    void deliver(const std::string& message, const std::string& recipient) {
        send("MAIL FROM:<sender@outside.example>\r\nRCPT TO:<" + recipient + ">\r\nDATA\r\n");
        expect('2');
        expect('2');
        expect('3');
        send(message);
        expect('2');
    }
    void quit() {
        send("QUIT\r\n");
        expect('2');
    }

  private:
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the server hung up");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    // Reads one reply, however many lines it has.
    void expect(char kind) {
        for (;;) {
            const auto end = input_.find('\n');
            if (end == std::string::npos) {
                char buffer[4096];
                const auto got = recv(socket_, buffer, sizeof buffer, 0);
                if (got <= 0) throw std::runtime_error("the server hung up");
                input_.append(buffer, static_cast<std::size_t>(got));
                continue;
            }
            const std::string line = input_.substr(0, end);
            input_.erase(0, end + 1);
            if (line.size() > 3 && line[3] == '-') continue;
            if (line.empty() || line[0] != kind) throw std::runtime_error(line);
            return;
        }
    }

    int socket_ = -1;
    std::string input_;
};

std::string numbered(const Plan& plan, int number) {
    std::string message = plan.corpus[static_cast<std::size_t>(number) % plan.corpus.size()];
    const auto place = message.find("################");
    if (place == std::string::npos) throw std::runtime_error("a message of the corpus has no place for its number");
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.8s%08x", plan.tag.c_str(), static_cast<unsigned>(number));
    message.replace(place, 16, digits);
    return message + ".\r\n";
}

void client(const Plan& plan, Outcome& outcome) {
    std::vector<double> milliseconds;
    std::string complaint;
    std::unique_ptr<Connection> connection;
    for (int number = outcome.next++; number < plan.count; number = outcome.next++) {
        const std::string message = numbered(plan, number);
        const auto started = Clock::now();
        try {
            if (!connection) connection = std::make_unique<Connection>(plan);
            connection->deliver(message, plan.recipients[static_cast<std::size_t>(number) % plan.recipients.size()]);
            ++outcome.accepted;
            if (plan.fresh) {
                connection->quit();
                connection.reset();
            }
        } catch (const std::exception& error) {
            ++outcome.refused;
            complaint = error.what();
            connection.reset();
        }
        milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - started).count());
    }
    const std::lock_guard guard(outcome.lock);
    outcome.milliseconds.insert(outcome.milliseconds.end(), milliseconds.begin(), milliseconds.end());
    if (!complaint.empty()) outcome.complaint = complaint;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 10) throw std::runtime_error("usage: smtp_load smtp|lmtp HOST PORT CORPUS CLIENTS COUNT TAG reused|fresh RECIPIENT...");
    Plan plan{argv[1],
              argv[2],
              argv[3],
              argv[7],
              std::string_view(argv[8]) == "fresh",
              std::atoi(argv[6]),
              {argv + 9, argv + argc},
              read_corpus(argv[4])};
    Outcome outcome;
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    const auto started = Clock::now();
    std::vector<std::jthread> clients;
    for (int i = 0; i < std::atoi(argv[5]); ++i) clients.emplace_back([&] { client(plan, outcome); });
    clients.clear();
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    getrusage(RUSAGE_SELF, &after);
    const auto cpu = [](const rusage& use) {
        return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
               static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
    };
    auto& times = outcome.milliseconds;
    std::ranges::sort(times);
    const auto at = [&](double part) {
        return times.empty() ? 0.0 : times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
    };
    std::ranges::replace(outcome.complaint, '"', '\'');
    std::erase_if(outcome.complaint, [](char c) { return c < ' '; });
    std::printf(R"({"seconds": %.4f, "accepted": %d, "refused": %d, "cpu": %.4f, "p50_ms": %.3f, "p99_ms": %.3f, "complaint": "%s"})",
                seconds, outcome.accepted.load(), outcome.refused.load(), cpu(after) - cpu(before), at(0.5), at(0.99),
                outcome.complaint.c_str());
    std::putchar('\n');
    return outcome.refused ? 1 : 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "smtp_load: %s\n", error.what());
    return 2;
}
