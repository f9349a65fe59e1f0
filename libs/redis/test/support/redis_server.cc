#include "redis_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace sky::redis::testing {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

template <class Try>
bool with_socket(std::uint16_t port, Try attempt) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(port);
    const bool good = attempt(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return good;
}

std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

}  // namespace

RedisServer::RedisServer(Transport transport, std::vector<std::string> arguments)
    : transport_(transport), arguments_(std::move(arguments)), port_(free_port()) {
    start();
}

RedisServer::~RedisServer() { kill(); }

void RedisServer::start() {
    const bool tls = transport_ == Transport::tls;
    std::vector<std::string> words{"redis-server", "--port", tls ? "0" : std::to_string(port_)};
    if (tls) words.insert(words.end(), {"--tls-port", std::to_string(port_)});
    words.insert(words.end(), {"--bind", "127.0.0.1", "--save", "", "--appendonly", "no"});
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        const int nowhere = ::open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; ++fd) ::dup2(nowhere, fd);
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }
    for (int i = 0; i < 500; ++i) {
        if (with_socket(port_, ::connect)) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("redis-server did not start");
}

void RedisServer::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void RedisServer::freeze() { ::kill(pid_, SIGSTOP); }
void RedisServer::thaw() { ::kill(pid_, SIGCONT); }

Options RedisServer::options() const {
    Options out;
    out.port = port_;
    return out;
}

void run(boost::asio::io_context& io, Task<void> task) {
    std::exception_ptr thrown;
    bool done = false;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) {
        thrown = e;
        done = true;
        io.stop();
    });
    io.restart();
    auto work = boost::asio::make_work_guard(io);
    io.run_for(std::chrono::seconds(20));
    if (!done) throw std::runtime_error("a test did not end within 20 seconds");
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace sky::redis::testing
