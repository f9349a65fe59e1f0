#include "auth/sign_in/dialogues.h"

#include "sky/base/encode.h"

namespace sky::auth {
namespace {
constexpr std::size_t most_dialogues = 10'000;
constexpr std::chrono::minutes life{2};
}  // namespace

void Dialogues::forget_old() {
    const auto now = std::chrono::steady_clock::now();
    while (!by_age_.empty() && (by_age_.front().first <= now || open_.size() >= most_dialogues)) {
        open_.erase(by_age_.front().second);
        by_age_.pop_front();
    }
}

Turn Dialogues::challenge(Dialogue dialogue, std::string octets) {
    forget_old();
    std::string id = random_bytes(16);
    open_.insert_or_assign(id, std::move(dialogue));
    by_age_.emplace_back(std::chrono::steady_clock::now() + life, id);
    return Challenge{std::move(id), std::move(octets)};
}

Task<Turn> Dialogues::begin(Question question, Opening opening, Deadline deadline) {
    question.mechanism = opening.mechanism;
    const std::vector<std::string_view> enabled(opening.enabled.begin(), opening.enabled.end());
    auto server = sasl::Server::open(opening.mechanism, enabled, std::move(opening.connection), base64_encode(random_bytes(18)));
    if (!server) co_return sign_in_.noted(question, Answer{.refusal = server.error()});
    Dialogue dialogue{std::move(*server), std::move(question)};
    auto turn = dialogue.server.begin(std::move(opening.initial));
    co_return co_await advance(std::move(dialogue), std::move(turn), deadline);
}

Task<Turn> Dialogues::answer(std::string exchange, std::string response, Deadline deadline) {
    forget_old();
    auto found = open_.extract(exchange);  // an answer counts once
    if (!found) co_return away({Fault::unavailable, "", "no such dialogue"});
    Dialogue dialogue = std::move(found.mapped());
    if (dialogue.decided && !dialogue.decided->proved) co_return std::move(*dialogue.decided);
    if (dialogue.scram && !dialogue.decided) co_return co_await prove(std::move(dialogue), std::move(response), deadline);
    auto turn = dialogue.server.answer(std::move(response));
    co_return co_await advance(std::move(dialogue), std::move(turn), deadline);
}

// The client's proof, counted before it is looked at.
Task<Turn> Dialogues::prove(Dialogue dialogue, std::string response, Deadline deadline) {
    const auto tried = co_await sign_in_.try_scram(*dialogue.scram, dialogue.question, response);
    if (tried.refused) co_return sign_in_.noted(dialogue.question, *tried.refused);
    auto turn = dialogue.server.answer(std::move(response));
    const bool proved = std::holds_alternative<sasl::ScramProved>(turn);
    dialogue.decided = sign_in_.noted(dialogue.question, co_await sign_in_.end_scram(*dialogue.scram, dialogue.question, tried, proved));
    if (proved && !dialogue.decided->proved) co_return std::move(*dialogue.decided);
    co_return co_await advance(std::move(dialogue), std::move(turn), deadline);
}

Task<Turn> Dialogues::advance(Dialogue dialogue, sasl::Turn turn, Deadline deadline) {
    if (auto* ask = std::get_if<sasl::Ask>(&turn)) co_return challenge(std::move(dialogue), std::move(ask->octets));
    if (auto* given = std::get_if<sasl::Password>(&turn)) {
        Question question = std::move(dialogue.question);
        question.username = std::move(given->authentication);
        question.password = std::move(given->password);
        question.authorization_id = std::move(given->authorization);
        co_return co_await sign_in_.ask(std::move(question), deadline);
    }
    if (auto* bearer = std::get_if<sasl::Bearer>(&turn)) {
        dialogue.question.username = bearer->user;
        auto answer = sign_in_.noted(dialogue.question, co_await sign_in_.ask_token(dialogue.question, bearer->token, deadline));
        if (answer.proved || answer.refusal.fault != Fault::bad_credentials) co_return answer;
        dialogue.decided = std::move(answer);
        auto refused = dialogue.server.refuse_token();
        co_return co_await advance(std::move(dialogue), std::move(refused), deadline);
    }
    if (auto* external = std::get_if<sasl::External>(&turn)) {
        dialogue.question.authorization_id = external->authorization;
        co_return sign_in_.noted(dialogue.question, co_await sign_in_.ask_certificate(dialogue.question, deadline));
    }
    if (auto* need = std::get_if<sasl::NeedVerifiers>(&turn)) {
        dialogue.question.username = need->username;
        dialogue.question.authorization_id = need->authorization;
        auto scram = co_await sign_in_.begin_scram(dialogue.question, need->hash, deadline);
        if (!scram) co_return sign_in_.noted(dialogue.question, away(scram.error()));
        dialogue.scram = std::move(*scram);
        auto next = dialogue.server.verifiers(dialogue.scram->account);
        co_return co_await advance(std::move(dialogue), std::move(next), deadline);
    }
    if (auto* proved = std::get_if<sasl::ScramProved>(&turn)) co_return challenge(std::move(dialogue), std::move(proved->server_final));
    if (std::holds_alternative<sasl::Confirmed>(turn) && dialogue.decided) co_return std::move(*dialogue.decided);
    // Refused, the last there is: the client hears why first, where the mechanism has words for it.
    auto* refused = std::get_if<sasl::Refused>(&turn);
    if (!dialogue.decided || dialogue.decided->proved)
        dialogue.decided =
            sign_in_.noted(dialogue.question, Answer{.refusal = refused ? refused->error : Error{Fault::internal, "try again later"}});
    if (!refused || refused->challenge.empty()) co_return std::move(*dialogue.decided);
    co_return challenge(std::move(dialogue), std::move(refused->challenge));
}

}  // namespace sky::auth
