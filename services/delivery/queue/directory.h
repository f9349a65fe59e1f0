#pragma once
// Where an address leads now: asked of auth, or in a test of a table.
#include <functional>
#include <string>
#include <utility>

#include "sky/identity/identity.h"

namespace sky::delivery {

class Directory {
  public:
    using Ask = std::function<Task<Result<identity::Recipient>>(std::string, Deadline)>;

    // Not explicit: who has an Identity has a Directory. It outlives this.
    Directory(identity::Identity& identity)
        : ask_([&identity](std::string address, Deadline deadline) { return identity.resolve(std::move(address), deadline); }) {}
    explicit Directory(Ask ask) : ask_(std::move(ask)) {}

    Task<Result<identity::Recipient>> resolve(std::string address, Deadline deadline) const { return ask_(std::move(address), deadline); }

  private:
    Ask ask_;
};

}  // namespace sky::delivery
