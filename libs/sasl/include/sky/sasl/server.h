#pragma once
// Auth's half of SASL (RFC 4422): one dialogue as a state machine over octets, free of I/O, clocks and randomness. It says what the
// client claims and, for SCRAM, whether that is proved; passwords, tokens and certificates are for the caller to judge.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "sky/base/result.h"
#include "sky/sasl/connection.h"
#include "sky/sasl/scram.h"

namespace sky::sasl {

inline constexpr std::size_t max_message = 9216;  // octets: what the longest line decodes to
inline constexpr std::size_t max_name = 255;
inline constexpr std::size_t max_password = 1024;
inline constexpr std::size_t max_token = 8192;
inline constexpr std::size_t max_scram_message = 4096;

// Send these octets as a challenge and call answer() with the response.
struct Ask {
    std::string octets;
};

// PLAIN and LOGIN: a name and a password, to be judged. `authorization` is empty or whom the client wants to act for.
struct Password {
    std::string authorization;
    std::string authentication;
    std::string password;
};

// OAUTHBEARER and XOAUTH2: a token, to be judged. When it is refused, call refuse_token(). `user` may be empty in OAUTHBEARER.
struct Bearer {
    std::string user;
    std::string token;
    std::string host;                   // as the client believes, for the audience; often empty
    std::optional<std::uint16_t> port;  // likewise
};

// EXTERNAL: whoever the connection's certificate names; `authorization` is empty or whom the client wants to act for.
struct External {
    std::string authorization;
};

// SCRAM: find the account's verifiers (a decoy's for a name that does not exist) and call verifiers(). `username` is prepared.
struct NeedVerifiers {
    ScramHash hash;
    std::string username;
    std::string authorization;
};

// SCRAM: the client holds the secret behind verifiers[verifier]. Send `server_final` as a challenge, or as the data of a success where
// the protocol has that; with a challenge, only Confirmed from answer() ends the dialogue well.
struct ScramProved {
    std::size_t verifier;
    std::string server_final;
};

// The client has taken the server's own proof.
struct Confirmed {};

// The end. Fault::bad_credentials counts as a failed try, now; Fault::syntax is a client that does not speak the mechanism. A challenge
// that is not empty tells the client why: send it, drop the client's answer, then refuse.
struct Refused {
    Error error;
    std::string challenge;
};

using Turn = std::variant<Ask, Password, Bearer, External, NeedVerifiers, ScramProved, Confirmed, Refused>;

class Mechanism;

// One dialogue. A call that the last turn did not ask for refuses it, and a refused dialogue stays refused.
class Server {
  public:
    // The mechanism by its name in either case, if offered(enabled, connection) has it; Fault::unsupported otherwise. `nonce` is used by
    // SCRAM: at least 16 printable characters without comma, fresh random ones for each dialogue
    // (base64 of 18 random octets).
    static Result<Server> open(std::string_view mechanism, std::span<const std::string_view> enabled, Connection connection,
                               std::string nonce);
    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    ~Server();

    // `initial` is absent when the client sent no initial response.
    Turn begin(std::optional<std::string> initial);
    Turn answer(std::string response);     // after Ask, and after ScramProved
    Turn verifiers(ScramAccount account);  // after NeedVerifiers
    Turn refuse_token();                   // after Bearer

  private:
    enum class Phase { fresh, asked, wants_verifiers, has_token, proved, over };
    explicit Server(std::unique_ptr<Mechanism> mechanism);
    Turn hear(std::string message);
    Turn advance(Turn turn);
    Turn out_of_turn();

    std::unique_ptr<Mechanism> mechanism_;
    Phase phase_ = Phase::fresh;
};

}  // namespace sky::sasl
