#include "skyctl/credential.h"

namespace sky::skyctl {

Result<void> read_credential(const Session& session, const Arguments& arguments, admin::AddMailboxRequest& request) {
    const bool plain = arguments.given("--password-stdin"), hashed = arguments.given("--password-hash-stdin");
    const bool signs_in = request.kind().empty() || request.kind() == "user" || request.kind() == "service";
    if (plain && hashed) return unexpected(Fault::syntax, "either --password-stdin or --password-hash-stdin");
    if (signs_in && !plain && !hashed) return unexpected(Fault::syntax, "--password-stdin or --password-hash-stdin is required");
    if (!signs_in && (plain || hashed)) return unexpected(Fault::syntax, "nobody signs in as such a mailbox: it has no password");
    if (!signs_in) return {};
    auto line = session.secret(plain ? "password" : "hash");
    if (!line) return forward(line);
    (plain ? *request.mutable_password() : *request.mutable_password_hash()) = std::move(*line);
    return {};
}

}  // namespace sky::skyctl
