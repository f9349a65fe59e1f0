#pragma once
// A mail server of a few lines, on loopback: says what a test tells it to say, and keeps what it hears.
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sky/async/group.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/net/line_reader.h"
#include "sky/net/listener.h"

namespace sky::testing {

class Sink {
  public:
    struct Mail {
        std::string sender;  // with its parameters, as in the command
        std::vector<std::string> recipients;
        std::string octets;
        bool tls = false;
    };

    explicit Sink(Executor executor) : sessions_(std::move(executor)) {
        listener_ =
            std::move(net::Listener::open(sessions_, {.name = "sink", .address = "127.0.0.1", .port = 0, .connections_per_ip = 1000},
                                          [this](net::Stream stream) { return session(std::move(stream)); })
                          .value());
    }
    std::uint16_t port() const { return listener_->port(); }
    Task<void> stop() {
        listener_->stop();
        co_await sessions_.stop(after(std::chrono::seconds(5)));
    }

    std::vector<std::string> offers{"PIPELINING", "8BITMIME", "SIZE 10000000"};
    std::shared_ptr<const net::TlsServer> tls;                  // offered as STARTTLS
    std::map<std::string, std::string> replies;                 // by "CONNECT", verb, "RCPT address", "." ; default: yes
    std::function<Task<void>(const std::string& step)> before;  // each reply

    std::vector<Mail> mails;            // whose final dot was heard
    std::vector<std::string> commands;  // all lines but the data
    std::size_t connections = 0;
    std::size_t cut = 0;        // data that broke off
    std::size_t pipelined = 0;  // MAILs that had company
    std::string credentials;    // of AUTH PLAIN, decoded

    std::size_t heard(const std::string& command) const {
        return static_cast<std::size_t>(
            std::count_if(commands.begin(), commands.end(), [&](const auto& line) { return line.starts_with(command); }));
    }

  private:
    Task<std::string> reply_to(std::string step, std::string otherwise) {
        if (before) co_await before(step);
        const auto found = replies.find(step);
        co_return (found == replies.end() ? otherwise : found->second) + "\r\n";
    }

    static std::string path(const std::string& line) {
        const auto from = line.find('<'), to = line.rfind('>');
        return line.substr(from + 1, to - from - 1);
    }

    Task<void> session(net::Stream stream) {
        ++connections;
        net::LineReader lines(stream);
        if (!co_await stream.write(co_await reply_to("CONNECT", "220 sink"))) co_return;
        Mail mail;
        for (;;) {
            auto heard = co_await lines.line(2000);
            if (!heard) co_return;
            const std::string line(*heard);
            commands.push_back(line);
            const auto verb = ascii::to_upper(line.substr(0, line.find(' ')));
            std::string answer;
            if (verb == "EHLO") {
                answer = "250-sink\r\n";
                for (const auto& offer : offers) answer += "250-" + offer + "\r\n";
                if (tls && !stream.is_tls()) answer += "250-STARTTLS\r\n";
                answer += co_await reply_to("EHLO", "250 HELP");
                if (replies.contains("EHLO")) answer = replies["EHLO"] + "\r\n";
            } else if (verb == "STARTTLS") {
                if (!co_await stream.write(std::string_view("220 go\r\n"))) co_return;
                lines.discard_buffered();
                if (!co_await stream.start_tls(tls)) co_return;
                continue;
            } else if (verb == "AUTH") {
                credentials = base64_decode(line.substr(line.rfind(' ') + 1)).value_or("");
                answer = co_await reply_to("AUTH", "235 2.7.0 welcome");
            } else if (verb == "MAIL") {
                pipelined += lines.buffered() > 0;
                mail = {line.substr(10), {}, {}, stream.is_tls()};
                answer = co_await reply_to("MAIL", "250 2.1.0 ok");
            } else if (verb == "RCPT") {
                answer = co_await reply_to("RCPT " + path(line), "250 2.1.5 ok");
                if (answer.starts_with("2")) mail.recipients.push_back(path(line));
            } else if (verb == "DATA") {
                answer = co_await reply_to("DATA", "354 go on");
                if (answer.starts_with("3")) {
                    if (!co_await stream.write(answer)) co_return;
                    if (!co_await data(lines, mail.octets)) {
                        ++cut;
                        co_return;
                    }
                    mails.push_back(mail);
                    answer = co_await reply_to(".", "250 2.0.0 kept");
                }
            } else if (verb == "QUIT") {
                co_await stream.write(std::string_view("221 bye\r\n"));
                co_await stream.shutdown();
                co_return;
            } else {
                answer = co_await reply_to(verb, "250 ok");
            }
            if (answer == "\r\n") co_return;  // told to hang up
            if (!co_await stream.write(answer)) co_return;
        }
    }

    static Task<bool> data(net::LineReader& lines, std::string& octets) {
        for (;;) {
            auto line = co_await lines.line(100'000);
            if (!line) co_return false;
            if (*line == ".") co_return true;
            octets += line->starts_with('.') ? line->substr(1) : *line;
            octets += "\r\n";
        }
    }

    Group sessions_;
    std::unique_ptr<net::Listener> listener_;
};

}  // namespace sky::testing
