#pragma once
// Where an address leads now: asked of auth, or in a test of a table.
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "sky/identity/identity.h"

namespace sky::delivery {

class Directory {
  public:
    using Ask = std::function<Task<Result<identity::Recipient>>(std::string, std::optional<identity::Sender>, Deadline)>;

    // Not explicit: who has an Identity has a Directory. It outlives this.
    Directory(identity::Identity& identity)
        : ask_([&identity](std::string address, std::optional<identity::Sender> sender, Deadline deadline) {
              return sender ? identity.resolve(std::move(address), std::move(*sender), deadline)
                            : identity.resolve(std::move(address), deadline);
          }) {}
    explicit Directory(Ask ask) : ask_(std::move(ask)) {}

    // A group leads to its members, whoever writes.
    Task<Result<identity::Recipient>> resolve(std::string address, Deadline deadline) const {
        return ask_(std::move(address), std::nullopt, deadline);
    }
    // A group's rule is asked about this sender.
    Task<Result<identity::Recipient>> resolve(std::string address, identity::Sender sender, Deadline deadline) const {
        return ask_(std::move(address), std::move(sender), deadline);
    }

  private:
    Ask ask_;
};

}  // namespace sky::delivery
