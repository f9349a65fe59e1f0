#pragma once
// How OAuth says no: an error code of the protocol, words for the program's author, a status of HTTP.
#include <expected>
#include <string>

#include "sky/base/result.h"

namespace sky::auth::oauth {

struct Refusal {
    std::string error;  // invalid_request, invalid_client, … (RFC 6749 §5.2, and what others add)
    std::string description;
    int status = 400;
};

template <class T>
using Outcome = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(std::string error, std::string description, int status = 400) {
    return std::unexpected(Refusal{std::move(error), std::move(description), status});
}
template <class T>
std::unexpected<Refusal> pass_on(const Outcome<T>& refused) {
    return std::unexpected(refused.error());
}

// What is not the program's fault: something is away (temporarily_unavailable, 503), or we are wrong (server_error, 500).
Refusal refusal_of(const Error& error);
template <class T>
std::unexpected<Refusal> failed(const Result<T>& result) {
    return std::unexpected(refusal_of(result.error()));
}

}  // namespace sky::auth::oauth
