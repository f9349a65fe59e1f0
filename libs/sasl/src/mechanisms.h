#pragma once
#include "sky/sasl/exchange.h"

namespace sky::sasl {

std::unique_ptr<Mechanism> make_plain();
std::unique_ptr<Mechanism> make_login();

// Names and passwords are UTF-8 without NUL, and bounded: 255 octets a name, 1,024 a password.
Step checked(Password password);

inline Error bad_exchange(std::string reason) { return {Fault::syntax, "malformed authentication response", std::move(reason)}; }

}  // namespace sky::sasl
