#include "skyctl/session.h"

#include <cstdio>
#include <iostream>

#include "sky/base/uuid.h"

namespace sky::skyctl {

Result<Services*> Session::services() {
    if (!services_) {
        for (const char* key : {"RPC_CERT", "RPC_KEY", "RPC_CA"})
            if (!settings_.is_set(key)) return unexpected(Fault::syntax, settings::environment_name("skyctl", key) + " is not set");
        services_ = std::make_unique<Services>(
            ServiceOptions{.auth = settings_.text("AUTH_ADDRESS"),
                           .delivery = settings_.text("DELIVERY_ADDRESS"),
                           .credentials = {settings_.text("RPC_CERT"), settings_.text("RPC_KEY"), settings_.text("RPC_CA")},
                           .token = settings_.text("TOKEN")});
    }
    return services_.get();
}

Result<std::string> Session::dsn() const {
    if (!settings_.is_set("PG_DSN")) return unexpected(Fault::syntax, settings::environment_name("skyctl", "PG_DSN") + " is not set");
    return settings_.text("PG_DSN");
}

void Session::print(const std::string& text) const {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

Result<std::string> Session::secret(std::string_view what) const {
    std::string line;
    std::getline(std::cin, line);
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) return unexpected(Fault::syntax, "no " + std::string(what) + " on standard input");
    return line;
}

std::string new_idempotency_key() { return new_uuid(SystemClock().now()).text(); }

int exit_code(Fault fault) {
    switch (fault) {
        case Fault::syntax:
            return 2;
        case Fault::not_found:
        case Fault::unknown_recipient:
            return 3;
        case Fault::already_exists:
        case Fault::conflict:
            return 4;
        default:
            return 1;
    }
}

}  // namespace sky::skyctl
