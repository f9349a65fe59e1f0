#include "groupware/session.h"

#include "groupware/metrics.h"
#include "groupware/sign_ins.h"
#include "sky/telemetry/log.h"

namespace sky::groupware {
namespace {

http::Response unauthorized(const http::Request& request, const Error& error) {
    auto out = http::Response::text(401, error.text);
    out.headers.add("WWW-Authenticate", "Basic realm=\"Skybridge\", charset=\"UTF-8\"");  // RFC 7617 §2.1
    const bool showed_token = parse_bearer(request.headers.get("Authorization")).has_value();
    out.headers.add("WWW-Authenticate",
                    showed_token ? "Bearer realm=\"Skybridge\", error=\"invalid_token\"" : "Bearer realm=\"Skybridge\"");  // RFC 6750 §3
    return out;
}

// RFC 6764 §5. CardDAV clients are led to the same place and find their home set when there is one.
std::optional<http::Response> well_known(const http::Request& request) {
    if (request.path != "/.well-known/caldav" && request.path != "/.well-known/carddav") return std::nullopt;
    http::Response out = empty(301);
    out.headers.set("Location", root_path);
    out.headers.set("Cache-Control", "max-age=3600");
    return out;
}

class Counted {
  public:
    explicit Counted(std::size_t& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

  private:
    std::size_t& count_;
};

constexpr std::string_view classes[] = {"0", "1", "2", "3", "4", "5"};

}  // namespace

Task<http::Response> Session::answer(http::Request request) {
    const auto begun = std::chrono::steady_clock::now();
    const Counted counted_here(active_);
    const Command* command = find_command(request.method);
    http::Response out = co_await dispatch(request, command, begun + policy_.request_timeout);
    if (command && command->run == options) out.headers.set("DAV", dav_classes);
    counted::seconds.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    const auto method = command ? command->method : std::string_view("other");
    counted::requests.with({method, classes[std::clamp(out.status / 100, 0, 5)]}).add();
    log::debug("groupware.request.done", {{"method", method}, {"status", out.status}, {"remote", request.peer.address}});
    co_return out;
}

Task<http::Response> Session::dispatch(const http::Request& request, const Command* command, Deadline deadline) {
    if (auto redirect = well_known(request)) co_return std::move(*redirect);
    if (!command) co_return not_allowed(allowed_methods);
    if (command->run == options) {
        const identity::Principal nobody;
        co_return co_await options(Call{request, nobody, Place{}, store_, policy_, deadline});
    }
    auto who = co_await prove_(request, deadline);
    if (!who) {
        const Fault fault = who.error().fault;
        if (fault == Fault::not_authenticated || fault == Fault::bad_credentials) co_return unauthorized(request, who.error());
        co_return failure(who.error());
    }
    auto place = place_of(request.path, who->account);
    if (!place) co_return http::Response::text(404, "not found");
    if (auto ready = co_await ensure(*who, deadline); !ready) co_return failure(ready.error());
    co_return co_await command->run(Call{request, *who, std::move(*place), store_, policy_, deadline});
}

Task<Result<void>> Session::ensure(const identity::Principal& who, Deadline deadline) {
    if (ensured_.contains(who.account.value)) co_return Result<void>{};
    auto made = co_await store_.ensure_account({who.tenant, who.account}, deadline);
    if (made) {
        if (ensured_.size() > 100'000) ensured_.clear();
        ensured_.insert(who.account.value);
    }
    co_return made;
}

}  // namespace sky::groupware
