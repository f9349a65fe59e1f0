#pragma once
// A client and a session on one io_context, joined by a socket; auth and delivery played.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sky/async/group.h"
#include "smtp/message_buffer.h"
#include "smtp/session.h"

namespace sky::smtpd {

struct Submitted {
    std::string reverse_path, head, content, message_id;
    std::vector<Destination> destinations;
    std::vector<SentCopy> copies;
};

// example.test has ada (account 7, also postmaster), sales (ada and an address elsewhere), carl (10), info and boss (9 and 8: ada may send
// as and on behalf of them), the group all, which ada moderates, and members, which takes mail of ada only; alone.test has nobody. All
// other domains are remote.
class Played final : public Directory, public Custody {
  public:
    bool auth_away = false;
    std::optional<identity::Principal> user;  // signed in before the first word
    std::optional<Error> refusal;
    std::vector<Submitted> submitted;
    int confirmed = 0;
    std::function<void()> drain, outdate;
    std::function<void(std::chrono::seconds)> advance;
    std::optional<Uuid> ingest;  // of every message; without it each has its own

    Task<Result<identity::Principal>> authenticate(identity::Attempt, Deadline) override;
    Task<Result<identity::Principal>> converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) override;
    Task<Result<identity::Recipient>> resolve(std::string address, Deadline deadline) override;
    Task<Result<identity::Recipient>> resolve(std::string address, identity::Sender sender, Deadline deadline) override;
    Task<Result<identity::Permission>> authorize(const identity::Principal&, identity::Action action, std::string address,
                                                 Deadline) override;
    Task<Result<Receipt>> submit(const Submission& submission, Deadline deadline) override;
    void confirm(Uuid, TenantId) override { ++confirmed; }
};

class Client {
  public:
    explicit Client(net::Stream stream) : stream_(std::move(stream)), reader_(stream_) { stream_.expires_after(std::chrono::seconds(10)); }
    Task<void> says(std::string line);  // CRLF is added
    Task<std::string> hears();          // one whole reply, lines joined by LF
    Task<std::string> asks(std::string line);
    Task<void> greeted();  // banner and EHLO
    Task<bool> closed();

  private:
    net::Stream stream_;
    net::LineReader reader_;
};

void dialogue(Role role, std::function<Task<void>(Client&, Played&)> client);
// On the submission port, as one who has signed in.
void dialogue_of(identity::Principal user, std::function<Task<void>(Client&, Played&)> client);
// The same of ada.
void dialogue_of_ada(std::function<Task<void>(Client&, Played&)> client);

}  // namespace sky::smtpd
