#pragma once
// Expected failures are values: Result<T> holds a T or an Error. Exceptions are for what the session can't survive.
#include <expected>
#include <string>
#include <utility>

#include "sky/base/fault.h"

namespace sky {

// A failure with two faces: `text` may be shown to the peer (never names, hosts or SQL); `reason` goes to the log only.
struct Error {
    Fault fault = Fault::internal;
    std::string text;
    std::string reason;
};

template <class T>
using Result = std::expected<T, Error>;

// return unexpected(Fault::syntax, "UNSELECT takes no arguments");
inline std::unexpected<Error> unexpected(Fault fault, std::string text, std::string reason = {}) {
    return std::unexpected<Error>(Error{fault, std::move(text), std::move(reason)});
}
inline std::unexpected<Error> unexpected(Error error) { return std::unexpected<Error>(std::move(error)); }

// Hands an error on: if (!found) return forward(found);
template <class T>
std::unexpected<Error> forward(const Result<T>& failed) {
    return std::unexpected<Error>(failed.error());
}

}  // namespace sky
