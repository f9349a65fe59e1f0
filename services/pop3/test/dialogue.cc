#include "dialogue.h"

#include "support/played_sasl.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <stdexcept>

#include "sky/async/group.h"

namespace sky::pop3d {
namespace asio = boost::asio;
namespace {
class PlayedOctets final : public Octets {
  public:
    explicit PlayedOctets(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    Task<Result<std::string>> next(Deadline) override {
        if (at_ == pieces_.size()) co_return std::string{};
        if (pieces_[at_] == "!") co_return unexpected(Fault::unavailable, "", "gone");
        co_return pieces_[at_++];
    }

  private:
    std::vector<std::string> pieces_;
    std::size_t at_ = 0;
};
}  // namespace

Task<Result<identity::Principal>> Played::converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) {
    auto given = co_await support::password_of(std::move(dialogue), std::move(ask));
    if (!given) co_return forward(given);
    attempt.username = std::move(given->authentication);
    attempt.password = std::move(given->password);
    attempt.authorization_id = std::move(given->authorization);
    co_return co_await authenticate(std::move(attempt), after(std::chrono::seconds(5)));
}

Task<Result<identity::Principal>> Played::authenticate(identity::Attempt attempt, Deadline) {
    if (attempt.password != "secret") co_return unexpected(Fault::bad_credentials, "no");
    co_return identity::Principal{TenantId{1}, AccountId{7}, attempt.username, "Ada", 1};
}

Task<Result<Listing>> Played::list(const identity::Principal&, Deadline) {
    if (away) co_return unexpected(Fault::unavailable, "", "database away");
    co_return Listing{UidValidity{1}, messages};
}

Task<Result<std::unique_ptr<Octets>>> Played::open(const identity::Principal&, EmailId email, Deadline) {
    const auto found = contents.find(email.value);
    if (found == contents.end()) co_return unexpected(Fault::not_found, "");
    co_return std::make_unique<PlayedOctets>(found->second);
}

Task<Result<void>> Played::remove(const identity::Principal&, UidValidity, std::vector<Uid> uids, Deadline) {
    if (away) co_return unexpected(Fault::unavailable, "", "database away");
    removed.push_back(std::move(uids));
    co_return Result<void>{};
}

Talker::Talker(net::Stream stream, std::function<Task<Answer>()> sign_in)
    : stream_(std::move(stream)), reader_(stream_), sign_in_(std::move(sign_in)) {
    stream_.expires_after(std::chrono::seconds(10));
}

Task<std::string> Talker::hears() {
    const auto line = co_await reader_.line(10'000);
    last_ = line ? std::string(*line) : "(" + line.error().text + ")";
    co_return last_;
}

Task<std::string> Talker::asks(std::string line) {
    static_cast<void>(co_await stream_.write(line + "\r\n"));
    co_return co_await hears();
}

Task<std::string> Talker::asks_long(std::string line) {
    std::string whole;
    for (auto next = co_await asks(std::move(line)); next != "."; next = co_await hears()) {
        whole += next + "\n";
        if (next.starts_with("-ERR") || next.starts_with("(")) break;
    }
    co_return whole;
}

Task<bool> Talker::signed_in() {
    co_await hears();
    co_return (co_await sign_in()).starts_with("+OK");
}

// TLS is left out here (the suite's own tests have it): what PASS would do is done from the inside.
Task<std::string> Talker::sign_in() {
    auto answer = co_await sign_in_();
    last_ = answer ? *answer : "-ERR [" + std::string(codes(answer.error().fault).pop3) + "]";
    co_return last_;
}

Task<bool> Talker::closed() {
    const auto line = co_await reader_.line(10'000);
    co_return !line && net::is_eof(line.error());
}

void dialogue(std::function<Task<void>(Talker&, Played&)> client) {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    asio::ip::tcp::socket near(context);
    near.connect(acceptor.local_endpoint());
    asio::ip::tcp::socket far = acceptor.accept();

    Played played;
    House house{.directory = played, .inbox = played, .tls = nullptr, .announce = {}, .wake = {}, .drain = false, .sessions = {}};
    const Policy policy{.hostname = "pop.test"};
    std::exception_ptr thrown;
    bool ended = false;
    auto session = std::make_unique<Session>(net::Stream(std::move(far)), house, policy);
    {
        Group group(context.get_executor());
        group.spawn("session", session->run());
        Talker talker(net::Stream(std::move(near)),
                      [&] { return session->sign_in({.username = "ada@example.test", .password = "secret"}); });
        asio::co_spawn(context, client(talker, played), [&](std::exception_ptr error) {
            thrown = error;
            ended = true;
        });
        const auto limit = after(std::chrono::seconds(20));
        while (!ended && !passed(limit)) context.run_one_for(std::chrono::seconds(1));
    }
    context.run_for(std::chrono::milliseconds(100));
    if (!ended) throw std::runtime_error("the dialogue did not end");
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace sky::pop3d
