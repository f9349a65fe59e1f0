#pragma once
// What verbs work with: settings, the services, the way out.
#include <memory>
#include <string>

#include "sky/settings/settings.h"
#include "skyctl/output.h"
#include "skyctl/rpc/services.h"

namespace sky::skyctl {

class Session {
  public:
    Session(settings::Settings settings, Format format) : settings_(std::move(settings)), format_(format) {}

    const settings::Settings& settings() const { return settings_; }
    Result<Services*> services();
    Result<std::string> dsn() const;  // of the owner; Fault::syntax when none is set

    // Calls the rpc that takes this request.
    template <class Reply, class Request>
    Result<Reply> call(const Request& request) {
        auto there = services();
        if (!there) return forward(there);
        return (*there)->call<Reply>(request);
    }

    Result<std::unique_ptr<google::protobuf::Message>> call_any(const google::protobuf::Message& request) {
        auto there = services();
        if (!there) return forward(there);
        return (*there)->call_any(request);
    }

    Format format() const { return format_; }
    void print(const std::string& text) const;  // to standard output
    void list(const Table& table) const { print(table.render(format_)); }
    void one(const Table& table) const { print(table.render_one(format_)); }

    // What nobody else may see comes from standard input: its first line, without the line feed. `what` names it in the refusal.
    Result<std::string> secret(std::string_view what) const;
    Result<std::string> password() const { return secret("password"); }

  private:
    settings::Settings settings_;
    Format format_;
    std::unique_ptr<Services> services_;
};

// A key for one write, so that a repetition after a lost answer is the same write.
std::string new_idempotency_key();

// What a failure means to a script: 1 failed, 2 wrong usage, 3 not found, 4 conflict.
int exit_code(Fault fault);

}  // namespace sky::skyctl
