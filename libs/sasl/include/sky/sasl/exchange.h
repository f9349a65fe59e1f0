#pragma once
// PLAIN and LOGIN in one piece for the gateways that judge nothing but still read passwords: lines in, name and password out.
// New code uses framing.h in the gateway and server.h in auth; this goes when the last gateway has moved.
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sky/base/result.h"
#include "sky/sasl/framing.h"
#include "sky/sasl/server.h"

namespace sky::sasl {

// Send `wire` (base64, may be empty) behind the protocol's continuation mark, then call answer() with the client's next line.
struct Challenge {
    std::string wire;
};

using Step = std::variant<Challenge, Password, Error>;

class Exchange {
  public:
    // The mechanism by its name in either case; Fault::unsupported for others.
    static Result<Exchange> open(std::string_view mechanism);

    Step begin(std::optional<std::string_view> initial_wire);
    Step answer(std::string_view line);

  private:
    explicit Exchange(Server server) : server_(std::move(server)) {}
    Server server_;
};

// What is offered, in order of preference, separated by spaces: "PLAIN LOGIN".
std::string_view offered();

}  // namespace sky::sasl
