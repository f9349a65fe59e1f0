#pragma once
// What every mechanism is, and what they share.
#include "sky/sasl/server.h"

namespace sky::sasl {

// Server keeps the order of calls, so a mechanism is only ever asked what it said it waits for.
class Mechanism {
  public:
    virtual ~Mechanism() = default;
    // The challenge for a client that sent no initial response; with one, the dialogue starts with answer().
    virtual std::string greeting() const { return {}; }
    virtual Turn answer(std::string message) = 0;
    virtual Turn verifiers(ScramAccount) { return Refused{{Fault::internal, "authentication failed", "no SCRAM dialogue"}, {}}; }
    virtual Turn refuse_token() { return Refused{{Fault::internal, "authentication failed", "no token in this dialogue"}, {}}; }
};

// What a mechanism is opened with.
struct Opening {
    Connection connection;
    bool plus_offered;  // some -PLUS mechanism stands in the list that the client was shown
    std::string nonce;
};

std::unique_ptr<Mechanism> make_scram_sha256_plus(Opening&& opening);
std::unique_ptr<Mechanism> make_scram_sha256(Opening&& opening);
std::unique_ptr<Mechanism> make_scram_sha1_plus(Opening&& opening);
std::unique_ptr<Mechanism> make_scram_sha1(Opening&& opening);
std::unique_ptr<Mechanism> make_oauthbearer(Opening&& opening);
std::unique_ptr<Mechanism> make_xoauth2(Opening&& opening);
std::unique_ptr<Mechanism> make_external(Opening&& opening);
std::unique_ptr<Mechanism> make_plain(Opening&& opening);
std::unique_ptr<Mechanism> make_login(Opening&& opening);

// Names and passwords are UTF-8 without NUL, bounded and not empty.
Turn checked(Password password);
// An authorization identity: empty, or text within max_name.
bool is_name_or_empty(std::string_view name);

inline Error bad_exchange(std::string reason) { return {Fault::syntax, "malformed authentication response", std::move(reason)}; }
inline Refused malformed(std::string reason) { return {bad_exchange(std::move(reason)), {}}; }

}  // namespace sky::sasl
