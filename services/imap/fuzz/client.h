#pragma once
// A client that says what the fuzzer says and holds the server to the grammar of responses (RFC 9051 §9, §7): whole lines with whole
// literals, one tagged response to each command and none beside, nothing but BYE before the end.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "imap/session.h"
#include "scene.h"
#include "sky/base/ascii.h"

namespace sky::imapd::fuzz {

class Client {
  public:
    enum class As { stranger, user };
    Client(Scene& scene, AccountId account, As as) : scene_(&scene) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
        socket_ = ends[0];
        boost::asio::ip::tcp::socket server(scene.context);
        server.assign(boost::asio::ip::tcp::v4(), ends[1]);
        boost::asio::co_spawn(scene.context, serve(net::Stream(std::move(server)), &scene.house, account, as, ended_),
                              boost::asio::detached);
        wait([this] { return lines_ > 0 || closed_; });  // the greeting
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;

    bool is_over() const { return closed_ || byes_ > 0; }

    // The command that begins `input`, with the literals that its lines announce; what belongs to it is taken off.
    void command(std::string_view& input) {
        std::string_view line = take_line(input);
        tag_ = tag_of(line);
        answered_ = line == "\r\n" || line == "\n" || line == "\r";  // an empty line is between commands
        pluses_ = 0;
        const bool compresses = ascii::to_lower(line).find("compress") != std::string::npos;
        send(line);
        while (!is_over() && !answered_) {
            if (!line.ends_with('\n')) return leave();
            const auto literal = announced(line);
            if (!literal || literal->waits) {
                wait([this] { return answered_ || pluses_ > 0 || is_over(); });
                if (pluses_ == 0) break;
                --pluses_;
            }
            // A literal, or a line that AUTHENTICATE or IDLE asked for.
            if (literal) give(input, literal->size);
            send(line = take_line(input));
            if (!literal && line.ends_with('\n')) line = "\n";
        }
        if (!compresses || last_status_ != 'O' || is_over()) return;
        raw_ = true;  // what comes now is DEFLATE's, which nobody here speaks
        send(input);
        input = {};
    }

    // Says no more, and sees the connection end.
    void leave() {
        if (!left_) ::shutdown(socket_, SHUT_WR);
        left_ = true;
        wait([this] { return closed_ && *ended_; });
        if (!raw_ && (!line_.empty() || !response_.empty())) fail("the last response is not whole", response_ + line_);
    }

  private:
    static Task<void> serve(net::Stream stream, House* house, AccountId account, As as, std::shared_ptr<bool> ended) {
        {
            Session session(std::move(stream), *house);
            if (as == As::user)
                static_cast<void>(
                    session.admit({.tenant = TenantId{7}, .account = account, .address = "ada@a.test", .display_name = "Ada"}));
            co_await session.run();
        }
        *ended = true;
    }

    struct Literal {
        std::uint64_t size = 0;
        bool waits = true;
    };
    static std::optional<Literal> announced(std::string_view line) {
        if (line.ends_with('\n')) line.remove_suffix(1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.ends_with('}')) return std::nullopt;
        line.remove_suffix(1);
        Literal out;
        if (line.ends_with('+')) {
            out.waits = false;
            line.remove_suffix(1);
        }
        const auto brace = line.rfind('{');
        if (brace == std::string_view::npos || brace + 1 == line.size()) return std::nullopt;
        for (const char c : line.substr(brace + 1))
            if (!ascii::is_digit(c)) return std::nullopt;
        out.size = ascii::number(line.substr(brace + 1)).value_or(UINT64_MAX);
        return out;
    }
    static std::string_view take_line(std::string_view& input) {
        const auto end = input.find('\n');
        const auto line = input.substr(0, end == std::string_view::npos ? end : end + 1);
        input.remove_prefix(line.size());
        return line;
    }
    void give(std::string_view& input, std::uint64_t size) {
        const auto octets = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size, input.size())));
        input.remove_prefix(octets.size());
        send(octets);
    }

    // tag = 1*<any ASTRING-CHAR except "+">; empty where there is none.
    static std::string tag_of(std::string_view line) {
        const auto tag = line.substr(0, line.find(' '));
        if (tag.size() == line.size() || tag.size() > 1000) return {};
        for (const char c : tag)
            if (c <= ' ' || c >= 127 || std::string_view("(){%*\"\\+").find(c) != std::string_view::npos) return {};
        return std::string(tag);
    }

    void send(std::string_view octets) {
        while (!octets.empty() && !closed_ && !left_) {
            const auto sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent > 0)
                octets.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno == EAGAIN)
                step();
            else
                break;  // the server went
        }
    }

    template <class Predicate>
    void wait(Predicate done) {
        const auto limit = after(std::chrono::minutes(2));  // a fuzzer may be the last to get a processor
        while (!done()) {
            if (passed(limit)) fail(left_ ? "the connection does not end" : "nothing is answered", line_);
            step();
        }
    }

    void step() {
        if (scene_->context.stopped()) scene_->context.restart();
        if (scene_->context.poll() == 0 && !hear()) scene_->context.run_one_for(std::chrono::milliseconds(20));
        hear();
    }

    bool hear() {
        char octets[16384];
        bool any = false;
        while (!closed_) {
            const auto got = ::recv(socket_, octets, sizeof octets, 0);
            if (got < 0) break;
            any = true;
            if (got == 0) closed_ = true;
            if (!raw_)
                for (const char c : std::string_view(octets, static_cast<std::size_t>(got))) hear(c);
        }
        return any;
    }

    void hear(char c) {
        if (literal_ > 0) {
            --literal_;
            return;
        }
        line_.push_back(c);
        if (c == '\0') fail("a NUL outside of literals", line_);
        if (c != '\n') return;
        if (!line_.ends_with("\r\n") || line_.find('\r') != line_.size() - 2) fail("a bare CR or LF in a response", line_);
        response_ += line_;
        if (const auto literal = announced(line_))
            literal_ = literal->size;
        else
            response(std::exchange(response_, {}));
        line_.clear();
    }

    void response(const std::string& response) {
        const std::string_view line = response;
        ++lines_;
        if (byes_ > 0 && !line.starts_with(tag_ + ' ')) fail("something is said behind BYE", line);
        if (line.starts_with("* BYE ")) {
            ++byes_;
            return;
        }
        if (line.starts_with("+ ")) {
            ++pluses_;
            return;
        }
        const bool unnamed = line.starts_with("* BAD ");
        if (line.starts_with("* ") && !unnamed) return;
        // RFC 9051 §7.1: a tagged response, or BAD to what has no tag.
        const auto space = line.find(' ');
        const auto status = line.substr(std::min(space + 1, line.size()));
        const bool refused = tag_.empty() && status.starts_with("BAD ");
        if (!unnamed && !refused && line.substr(0, space) != tag_) fail("a response to a command that was not given", line);
        if (!status.starts_with("OK ") && !status.starts_with("NO ") && !status.starts_with("BAD ")) fail("not a response", line);
        if (answered_) fail("a command was answered twice", line);
        answered_ = true;
        last_status_ = status.front();
    }

    Scene* scene_;
    int socket_ = -1;
    std::shared_ptr<bool> ended_ = std::make_shared<bool>(false);
    std::string line_;      // of a response, as far as it has come
    std::string response_;  // its lines before, without their literals
    std::string tag_;       // of the command that runs
    std::uint64_t literal_ = 0;
    std::size_t lines_ = 0, byes_ = 0, pluses_ = 0;
    char last_status_ = ' ';
    bool answered_ = true, closed_ = false, left_ = false, raw_ = false;
};

}  // namespace sky::imapd::fuzz
