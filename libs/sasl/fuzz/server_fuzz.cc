// A dialogue with any mechanism on a connection that has everything. Lines: the mechanism, the initial response ("-" for none), the
// client's messages; "!" refuses a token. No success without the secret:
// - SCRAM's verifier is drawn from the input, so no input can hold its secret, and ScramProved is a fault;
// - a line that begins with "@" is an honest client's final message, with octets changed as the pairs (place, xor) behind it say: it proves
//   exactly when nothing was changed;
// - names, passwords and tokens that come out stood in the input, whole and within their limits;
// - after the end there is nothing but refusals.
#include <cstdint>
#include <cstdlib>

#include "../test/scram_client.h"
#include "sky/base/ascii.h"

namespace {
using namespace sky;
using namespace sky::sasl;
using sasl::testing::nonce;

const std::string exporter(32, '\x07');
const std::string end_point(32, '\x09');

void must(bool holds) {
    if (!holds) std::abort();
}

// The same secret at every call; PBKDF2 once for each hash.
const std::string& salted(ScramHash hash) {
    static const std::string keys[] = {scram_hi(ScramHash::sha1, "pencil", sasl::testing::salt, scram_least_iterations),
                                       scram_hi(ScramHash::sha256, "pencil", sasl::testing::salt, scram_least_iterations)};
    return keys[hash == ScramHash::sha1 ? 0 : 1];
}

struct Dialogue {
    std::string_view input;
    std::vector<std::string_view> lines;
    std::size_t next = 2;
    bool honest = false;  // an honest client stands behind the account, and this input changed nothing of what it says
    std::string client_first;
    ScramHash hash = ScramHash::sha256;

    bool more() const { return next < lines.size(); }

    ScramAccount account() {
        const auto unknown = scram_hmac(hash, "nobody's", input);
        ScramAccount out{sasl::testing::salt, scram_least_iterations, {{unknown, unknown}}};
        if (more() && lines[next].starts_with('@'))
            out.verifiers.push_back(
                {scram_h(hash, scram_hmac(hash, salted(hash), "Client Key")), scram_hmac(hash, salted(hash), "Server Key")});
        return out;
    }

    std::string final(const std::string& server_first, std::string_view edits) {
        const auto head = client_first.find(',', client_first.find(',') + 1) + 1;
        std::string binding = client_first.substr(0, head);
        if (binding.starts_with("p=tls-exporter,")) binding += exporter;
        if (binding.starts_with("p=tls-server-end-point,")) binding += end_point;
        const auto full = server_first.substr(2, server_first.find(",s=") - 2);
        const auto message =
            sasl::testing::final_of(hash, salted(hash), std::string_view(client_first).substr(head), server_first, binding, full);
        auto bent = message;
        for (std::size_t i = 0; i + 1 < edits.size(); i += 2) {
            const auto at = static_cast<unsigned char>(edits[i]) % bent.size();
            bent[at] = static_cast<char>(bent[at] ^ edits[i + 1]);
        }
        honest = bent == message;
        return bent;
    }

    void claimed(std::string_view text, std::size_t limit) const { must(text.size() <= limit && input.contains(text)); }
};

// Whether the dialogue goes on.
bool look(const Turn& turn, const Dialogue& dialogue) {
    if (const auto* given = std::get_if<Password>(&turn)) {
        must(!given->authentication.empty() && !given->password.empty());
        dialogue.claimed(given->authorization, max_name);
        dialogue.claimed(given->authentication, max_name);
        dialogue.claimed(given->password, max_password);
    } else if (const auto* bearer = std::get_if<Bearer>(&turn)) {
        must(!bearer->token.empty() && bearer->user.size() <= max_name);
        dialogue.claimed(bearer->token, max_token);
        dialogue.claimed(bearer->host, max_name);
        return true;
    } else if (const auto* external = std::get_if<External>(&turn)) {
        dialogue.claimed(external->authorization, max_name);
    } else if (const auto* refused = std::get_if<Refused>(&turn)) {
        must(refused->error.fault != Fault::internal);
    } else if (const auto* proved = std::get_if<ScramProved>(&turn)) {
        must(dialogue.honest && proved->verifier == 1 && proved->server_final.starts_with("v="));
        return true;
    } else {
        return !std::holds_alternative<Confirmed>(turn);
    }
    return false;
}

Turn advance(Server& server, Dialogue& dialogue, const Turn& turn) {
    if (const auto* need = std::get_if<NeedVerifiers>(&turn)) {
        must(!need->username.empty() && need->username.size() <= max_name && need->authorization.size() <= max_name);
        dialogue.hash = need->hash;
        return server.verifiers(dialogue.account());
    }
    const auto line = dialogue.lines[dialogue.next++];
    const auto* ask = std::get_if<Ask>(&turn);
    if (line == "!") return server.refuse_token();
    if (ask && line.starts_with('@') && ask->octets.starts_with("r=")) {
        auto turned = server.answer(dialogue.final(ask->octets, line.substr(1)));
        must(std::holds_alternative<ScramProved>(turned) == dialogue.honest);
        return turned;
    }
    if (ask && ask->octets.empty()) dialogue.client_first = line;
    return server.answer(std::string(line));
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Dialogue dialogue{.input = text, .lines = ascii::split(text, '\n')};
    const Connection connection{.transport = Connection::Transport::tls,
                                .bindings = {{"tls-exporter", exporter}, {"tls-server-end-point", end_point}},
                                .certificate = Connection::Certificate::verified};
    auto server = Server::open(dialogue.lines[0], all_mechanisms(), connection, nonce);
    if (!server || dialogue.lines.size() < 2) return 0;
    if (dialogue.lines[1] != "-") dialogue.client_first = dialogue.lines[1];
    Turn turn = server->begin(dialogue.lines[1] == "-" ? std::nullopt : std::optional(std::string(dialogue.lines[1])));
    while (look(turn, dialogue) && (dialogue.more() || std::holds_alternative<NeedVerifiers>(turn)))
        turn = advance(*server, dialogue, turn);
    if (look(turn, dialogue)) return 0;
    for (const auto line : dialogue.lines) must(std::holds_alternative<Refused>(server->answer(std::string(line))));
    must(std::holds_alternative<Refused>(server->verifiers({})) && std::holds_alternative<Refused>(server->refuse_token()));
    must(std::holds_alternative<Refused>(server->begin(std::string(dialogue.lines[1]))));
    return 0;
}
