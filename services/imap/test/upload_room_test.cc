#include "imap/upload_room.h"

#include <catch2/catch.hpp>

#include "net/test/pair.h"

using namespace sky;
using namespace sky::imapd;
using namespace std::chrono_literals;

namespace {

const AccountId ada{1}, grace{2};
using Share = UploadRoom::Share;

Task<void> take(Share* share, std::uint64_t octets, bool* taken) { *taken = (co_await share->grow(octets, after(10s))).has_value(); }

}  // namespace

TEST_CASE("no account takes more than a quarter of the memory for messages", "[imap]") {
    net::run([]() -> Task<void> {
        UploadRoom room(400);
        Share first(room, ada), second(room, ada), other(room, grace);
        CHECK(co_await first.grow(60, after(0ms)));
        CHECK((co_await second.grow(41, after(1ms))).error().fault == Fault::unavailable);
        CHECK(co_await second.grow(40, after(0ms)));
        CHECK(co_await other.grow(100, after(0ms)));
        CHECK(room.taken() == 200);
        // More than that is never had by waiting.
        CHECK((co_await other.grow(1, Deadline::max())).error().fault == Fault::limit);
        first.shrink_to(30);
        CHECK(co_await second.grow(30, after(0ms)));
        CHECK(room.taken() == 200);
    }());
}

TEST_CASE("who finds no room for a message waits until somebody is done", "[imap]") {
    net::run([]() -> Task<void> {
        UploadRoom room(400);
        std::vector<std::unique_ptr<Share>> all;
        for (std::int64_t account = 1; account <= 4; ++account) {
            all.push_back(std::make_unique<Share>(room, AccountId{account}));
            CHECK(co_await all.back()->grow(100, after(0ms)));
        }
        Share late(room, AccountId{5});
        CHECK((co_await late.grow(1, after(1ms))).error().fault == Fault::unavailable);
        bool taken = false;
        Group group(co_await boost::asio::this_coro::executor);
        group.spawn("test.late", take(&late, 50, &taken));
        co_await sleep_for(1ms);
        CHECK_FALSE(taken);
        all.pop_back();
        CHECK(co_await group.join(after(10s)));
        CHECK(taken);
        Share moved(std::move(late));
        CHECK(room.taken() == 350);
    }());
}
