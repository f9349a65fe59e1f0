#include "sky/failpoint/failpoint.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "sky/failpoint/spec.h"

using namespace sky;

TEST_CASE("failpoints are written as name=action", "[failpoint]") {
    const auto points = failpoint::parse("a.b=crash; c=error@3\nd=sleep:0.25;e=hang;f=hang:30");
    REQUIRE(points);
    REQUIRE(points->size() == 5);
    CHECK((*points)[0].action.kind == failpoint::Action::Kind::crash);
    CHECK((*points)[1].only_hit == 3);
    CHECK((*points)[2].action.wait == std::chrono::milliseconds(250));
    CHECK((*points)[3].action.wait == std::chrono::hours(1));
    CHECK(failpoint::parse(" ; \n")->empty());
    for (const char* bad : {"a", "=crash", "a=", "a=boom", "a=error@0", "a=error@x", "a=sleep:", "a=sleep:-1", "a=sleep:1e9"})
        CHECK_FALSE(failpoint::parse(bad));
}

#ifdef SKYBRIDGE_FAILPOINTS
namespace {

Task<Result<int>> guarded() {
    SKY_FAILPOINT("test.point");
    co_return 7;
}
Result<int> guarded_plainly() {
    SKY_FAILPOINT_SYNC("test.plain");
    return 7;
}
Task<void> guarded_void() {
    SKY_FAILPOINT_VOID("test.void");
    co_return;
}

template <class T>
T await(Task<T> task) {
    boost::asio::io_context context(1);
    std::exception_ptr failure;
    std::optional<T> out;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T value) {
        failure = thrown;
        if (!thrown) out.emplace(std::move(value));
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return *std::move(out);
}

// In a process of its own, because the environment is looked at once.
int status_of(const char* specification, const std::function<int()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        setenv("SKYBRIDGE_FAILPOINT", specification, 1);
        std::_Exit(body());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

}  // namespace

TEST_CASE("without a wish in the environment nothing happens", "[failpoint]") {
    // Asked in a child as well: armed() remembers its first answer for the whole process.
    const int status = status_of("other.point=error", [] { return await(guarded()) && guarded_plainly() ? 0 : 1; });
    CHECK(status == 0);
}

TEST_CASE("an injected error leaves the enclosing function, at the hit that was asked for", "[failpoint]") {
    CHECK(status_of("test.point=error@2;test.plain=error", [] {
              if (!await(guarded())) return 1;
              const auto second = await(guarded());
              if (second || second.error().fault != Fault::unavailable) return 2;
              if (!await(guarded())) return 3;
              return guarded_plainly() ? 4 : 0;
          }) == 0);
    CHECK(status_of("test.void=error", [] {
              try {
                  await([]() -> Task<int> {
                      co_await guarded_void();
                      co_return 0;
                  }());
              } catch (const std::runtime_error&) {
                  return 0;
              }
              return 1;
          }) == 0);
}

TEST_CASE("a crash is as sudden as SIGKILL", "[failpoint]") {
    const int status = status_of("test.point=crash", [] { return await(guarded()) ? 0 : 1; });
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("a sleep delays, and a file switches points in a running process", "[failpoint]") {
    CHECK(status_of("", [] {
              char name[] = "/tmp/sky-failpoint-XXXXXX";
              const int file = mkstemp(name);
              if (file < 0) return 1;
              close(file);
              setenv("SKYBRIDGE_FAILPOINT_FILE", name, 1);
              const auto before = std::chrono::steady_clock::now();
              if (!await(guarded())) return 2;
              std::ofstream(name) << "test.point=sleep:0.02\n";
              if (!await(guarded()) || std::chrono::steady_clock::now() - before < std::chrono::milliseconds(20)) return 3;
              std::ofstream(name) << "test.point=error\n";
              if (await(guarded())) return 4;
              unlink(name);
              return await(guarded()) ? 0 : 5;
          }) == 0);
}
#endif
