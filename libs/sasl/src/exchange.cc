#include "sky/sasl/exchange.h"

#include "mechanisms.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::sasl {
namespace {
struct Row {
    std::string_view name;
    std::unique_ptr<Mechanism> (*make)();
};
constexpr Row rows[] = {
    {"PLAIN", make_plain},  // RFC 4616
    {"LOGIN", make_login},  // draft-murchison-sasl-login-00, for old clients
};

Step wrap(Step step) {
    if (auto* challenge = std::get_if<Challenge>(&step)) challenge->wire = base64_encode(challenge->wire);
    return step;
}
}  // namespace

std::string_view offered() { return "PLAIN LOGIN"; }

Result<Exchange> Exchange::open(std::string_view mechanism) {
    for (const Row& row : rows)
        if (ascii::equals_ignoring_case(row.name, mechanism)) return Exchange{row.make()};
    return unexpected(Fault::unsupported, "authentication mechanism not supported", ascii::printable(mechanism, 40));
}

// RFC 4954 §4, RFC 5034 §4: "=" is an initial response of no octets, a missing one is something else.
Step Exchange::begin(std::optional<std::string_view> initial_wire) {
    if (!initial_wire) return wrap(mechanism_->begin(std::nullopt));
    if (*initial_wire == "=") return wrap(mechanism_->begin(std::string{}));
    auto octets = base64_decode(*initial_wire);
    if (!octets || initial_wire->empty()) return bad_exchange("initial response is not base64");
    return wrap(mechanism_->begin(std::move(*octets)));
}

Step Exchange::answer(std::string_view line) {
    if (line == "*") return Error{Fault::syntax, "authentication cancelled", "cancelled by the client"};
    if (line.size() > max_line) return bad_exchange("line too long");
    auto octets = base64_decode(line);
    if (!octets) return bad_exchange("response is not base64");
    return wrap(mechanism_->answer(std::move(*octets)));
}

Step checked(Password given) {
    if (given.authentication.empty() || given.password.empty()) return bad_exchange("empty name or password");
    if (given.authorization.size() > 255 || given.authentication.size() > 255 || given.password.size() > 1024)
        return bad_exchange("name or password too long");
    for (const std::string* part : {&given.authorization, &given.authentication, &given.password})
        if (part->find('\0') != std::string::npos || !ascii::is_utf8(*part)) return bad_exchange("name or password is not text");
    return given;
}

}  // namespace sky::sasl
