#pragma once
// SASL dialogues in progress (RFC 4422): one message of the client at a time, each under an id that nobody can guess. Bounded in number and
// in time; what is forgotten has failed. One shard only.
#include <deque>
#include <string>
#include <unordered_map>
#include <variant>

#include "auth/sign_in/sign_in.h"
#include "sky/sasl/server.h"

namespace sky::auth {

struct Challenge {
    std::string exchange;
    std::string octets;
};
using Turn = std::variant<Answer, Challenge>;

struct Opening {
    std::string mechanism;
    std::vector<std::string> enabled;  // what the gateway offers at all
    sasl::Connection connection;
    std::optional<std::string> initial;
};

class Dialogues {
  public:
    explicit Dialogues(SignIn& sign_in) : sign_in_(sign_in) {}

    Task<Turn> begin(Question question, Opening opening, Deadline deadline);
    // Fault::unavailable in the answer when this process knows no such dialogue (any more): the client begins again.
    Task<Turn> answer(std::string exchange, std::string response, Deadline deadline);

    std::size_t size() const { return open_.size(); }

  private:
    struct Dialogue {
        sasl::Server server;
        Question question;
        std::optional<SignIn::Scram> scram = {};
        std::optional<Answer> decided = {};  // told after the client's next message
    };
    Task<Turn> advance(Dialogue dialogue, sasl::Turn turn, Deadline deadline);
    Task<Turn> prove(Dialogue dialogue, std::string response, Deadline deadline);
    Turn challenge(Dialogue dialogue, std::string octets);
    void forget_old();

    SignIn& sign_in_;
    std::unordered_map<std::string, Dialogue> open_;
    std::deque<std::pair<Moment, std::string>> by_age_;
};

}  // namespace sky::auth
