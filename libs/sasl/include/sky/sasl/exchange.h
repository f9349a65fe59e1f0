#pragma once
// The server's side of a SASL exchange (RFC 4422), free of I/O: the caller carries lines, this says what comes next.
// Every protocol here frames SASL the same way: base64 lines, "*" to cancel, "=" for an empty initial response.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sky/base/result.h"

namespace sky::sasl {

// Send `wire` (base64, may be empty) behind the protocol's continuation mark, then call answer() with the client's next line.
struct Challenge {
    std::string wire;
};

// The client named itself and gave a password; whether it is right is for auth to say. `authorization` is empty or whom it wants to act
// for.
struct Password {
    std::string authorization;
    std::string authentication;
    std::string password;
};

using Step = std::variant<Challenge, Password, Error>;

// Longest line of an exchange, without its line end (RFC 4954 §4: 12,288 octets with it).
inline constexpr std::size_t max_line = 12286;

class Mechanism {
  public:
    virtual ~Mechanism() = default;
    // Octets, not base64. `initial` is absent when the client sent no initial response.
    virtual Step begin(std::optional<std::string> initial) = 0;
    virtual Step answer(std::string response) = 0;
};

class Exchange {
  public:
    // The mechanism by its name in either case; Fault::unsupported for others.
    static Result<Exchange> open(std::string_view mechanism);

    Step begin(std::optional<std::string_view> initial_wire);
    Step answer(std::string_view line);

  private:
    explicit Exchange(std::unique_ptr<Mechanism> mechanism) : mechanism_(std::move(mechanism)) {}
    std::unique_ptr<Mechanism> mechanism_;
};

// What is offered, in order of preference, separated by spaces: "PLAIN LOGIN".
std::string_view offered();

}  // namespace sky::sasl
