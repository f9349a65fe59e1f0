#include "sky/ldap/client.h"

#include <string.h>

#include <utility>

#include "connection.h"
#include "sky/async/semaphore.h"

namespace sky::ldap {
namespace {
using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kept_idle{60};  // directories close what is idle, and a firewall forgets it silently

// What the threads of the pool share: connections that nobody uses, and which server is asked first.
struct Shared {
    Options options;
    std::mutex mutex;
    struct Idle {
        std::unique_ptr<Connection> connection;
        Clock::time_point since;
    };
    std::vector<Idle> idle;
    std::size_t first = 0;

    std::unique_ptr<Connection> take() {
        std::vector<Idle> old;  // closed without the lock
        const std::lock_guard lock(mutex);
        while (!idle.empty()) {
            Idle newest = std::move(idle.back());
            idle.pop_back();
            if (Clock::now() - newest.since < kept_idle) return std::move(newest.connection);
            old.push_back(std::move(newest));
        }
        return nullptr;
    }
    void keep(std::unique_ptr<Connection> connection) {
        const std::lock_guard lock(mutex);
        if (idle.size() < options.connections) idle.push_back({std::move(connection), Clock::now()});
    }
    Result<std::unique_ptr<Connection>> open(Breaker& breaker, Deadline deadline) {
        std::size_t begin = 0;
        {
            const std::lock_guard lock(mutex);
            begin = first;
        }
        Result<std::unique_ptr<Connection>> out = unexpected(Fault::unavailable, "the directory can't be reached", "no server");
        for (std::size_t i = 0; i < options.servers.size() && !passed(deadline); ++i) {
            const std::size_t at = (begin + i) % options.servers.size();
            out = Connection::open(options, options.servers[at], breaker, deadline);
            if (!out) continue;
            const std::lock_guard lock(mutex);
            first = at;
            break;
        }
        return out;
    }
};

// Gone from memory with the last who needs it.
std::shared_ptr<const std::string> secret(std::string text) {
    return {new std::string(std::move(text)), [](std::string* gone) {
                ::explicit_bzero(gone->data(), gone->size());
                delete gone;
            }};
}

bool is_broken(const Error& error) { return error.fault == Fault::unavailable; }

// One question over a kept connection, or, when that has died meanwhile, over a new one.
template <class T, class Ask>
Result<T> over_connection(Shared& shared, Breaker& breaker, Deadline deadline, Ask ask) {
    for (;;) {
        auto connection = shared.take();
        const bool kept = connection != nullptr;
        if (kept) {
            breaker.watch(connection->socket());
        } else {
            auto opened = shared.open(breaker, deadline);
            if (!opened) return forward(opened);
            connection = std::move(*opened);
        }
        Result<T> out = ask(*connection);
        breaker.forget();
        if (out || !is_broken(out.error())) {
            // What someone else was bound on does not search for us anonymously.
            if (!shared.options.bind_dn.empty() || !connection->is_bound()) shared.keep(std::move(connection));
            return out;
        }
        if (!kept || passed(deadline)) return out;
    }
}
}  // namespace

const std::vector<std::string>& Entry::values(std::string_view name) const {
    static const std::vector<std::string> none;
    const auto found = attributes.find(name);
    return found == attributes.end() ? none : found->second;
}

std::string Entry::first(std::string_view name) const {
    const auto& all = values(name);
    return all.empty() ? std::string() : all.front();
}

struct Client::State {
    OffloadPool& pool;
    std::shared_ptr<Shared> shared = std::make_shared<Shared>();
    Semaphore permits;
    Clock::time_point away_until{};
    Error away{};

    State(OffloadPool& on, Options options) : pool(on), permits(options.connections) { shared->options = std::move(options); }

    // A directory that is away costs each of its tenant's sign-ins no thread for long.
    template <class T, class Ask>
    static Task<Result<T>> run(std::shared_ptr<State> self, Ask ask, Deadline deadline) {
        auto permit = co_await self->permits.acquire(deadline);
        if (!permit) co_return unexpected(Fault::unavailable, "the directory does not answer", "all connections are in use");
        if (Clock::now() < self->away_until) co_return unexpected(self->away);
        auto breaker = std::make_shared<Breaker>();
        auto out = co_await self->pool.run(deadline, [shared = self->shared, breaker, deadline, ask = std::move(ask)]() mutable {
            return over_connection<T>(*shared, *breaker, deadline,
                                      [&](Connection& connection) { return ask(connection, shared->options, deadline); });
        });
        if (!out && out.error().fault == Fault::timeout) {
            breaker->shut();
            out = unexpected(Fault::unavailable, "the directory does not answer", out.error().reason);
        } else if (!out && out.error().fault == Fault::limit) {  // of the pool: not the directory's fault
            co_return unexpected(Fault::unavailable, "too many questions to directories, try again later", out.error().reason);
        }
        if (!out && is_broken(out.error())) {
            self->away = out.error();
            self->away_until = Clock::now() + self->shared->options.pause;
        }
        co_return out;
    }
};

Client::Client(OffloadPool& pool, Options options) : state_(std::make_shared<State>(pool, std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Task<Result<std::vector<Entry>>> Client::search(Search search, Deadline deadline) {
    auto ask = [search = std::move(search)](Connection& connection, const Options& options, Deadline until) -> Result<std::vector<Entry>> {
        if (auto bound = connection.bind_as_service(options, until); !bound) return forward(bound);
        return connection.search(search, until);
    };
    co_return co_await State::run<std::vector<Entry>>(state_, std::move(ask), deadline);
}

Task<Result<Verdict>> Client::prove(std::string dn, std::string password, Deadline deadline) {
    if (dn.empty() || password.empty() || password.contains('\0')) co_return Verdict{Proof::wrong, "no possible password"};
    auto ask = [dn = std::move(dn), kept = secret(std::move(password))](Connection& connection, const Options&, Deadline until) {
        return connection.bind(dn, *kept, until);
    };
    co_return co_await State::run<Verdict>(state_, std::move(ask), deadline);
}

}  // namespace sky::ldap
