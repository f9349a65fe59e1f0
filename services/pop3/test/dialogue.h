#pragma once
// A client and a session on one io_context, joined by a socket; auth and the store played.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pop3/session.h"

namespace sky::pop3d {

class Played final : public Directory, public Inbox {
  public:
    bool plain = false;  // sign-in as over a plain connection
    bool away = false;
    std::vector<Message> messages;
    std::map<std::int64_t, std::vector<std::string>> contents;  // by email; a piece "!" fails
    std::vector<std::vector<Uid>> removed;

    Task<Result<identity::Principal>> authenticate(identity::Attempt attempt, Deadline deadline) override;
    Task<Result<identity::Principal>> converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) override;
    Task<Result<Listing>> list(const identity::Principal& user, Deadline deadline) override;
    Task<Result<std::unique_ptr<Octets>>> open(const identity::Principal& user, EmailId email, Deadline deadline) override;
    Task<Result<void>> remove(const identity::Principal& user, UidValidity validity, std::vector<Uid> uids, Deadline deadline) override;
};

class Talker {
  public:
    Talker(net::Stream stream, std::function<Task<Answer>()> sign_in);
    Task<std::string> hears();  // one line
    Task<std::string> asks(std::string line);
    Task<std::string> asks_long(std::string line);  // to the final dot, left out; lines end with LF
    Task<bool> signed_in();                         // greeting read, ada signed in
    Task<std::string> sign_in();
    const std::string& last() const { return last_; }
    Task<bool> closed();
    void hang_up() { stream_.close(); }

  private:
    net::Stream stream_;
    net::LineReader reader_;
    std::function<Task<Answer>()> sign_in_;
    std::string last_;
};

void dialogue(std::function<Task<void>(Talker&, Played&)> client);

}  // namespace sky::pop3d
