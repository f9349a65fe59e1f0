#include "delivery/batch_queue.h"

#include <catch2/catch.hpp>

using namespace sky;
using Queue = delivery::BatchQueue<int>;

namespace {
Queue::Entry entry(int ticket, std::int64_t tenant, std::size_t octets = 10) {
    return {ticket, TenantId{tenant}, octets, "print " + std::to_string(ticket)};
}
std::vector<int> tickets(const std::optional<Queue::Batch>& batch) {
    std::vector<int> out;
    if (batch)
        for (const auto& one : batch->entries) out.push_back(one.ticket);
    return out;
}
using Tickets = std::vector<int>;
}  // namespace

TEST_CASE("a batch forms while the tenant's last one is in flight", "[delivery]") {
    Queue queue({});
    queue.add(entry(1, 7));
    CHECK(tickets(queue.next()) == Tickets{1});
    queue.add(entry(2, 7));
    queue.add(entry(3, 7));
    CHECK_FALSE(queue.next());
    queue.finished(TenantId{7});
    CHECK(tickets(queue.next()) == Tickets{2, 3});
    queue.finished(TenantId{7});
    CHECK(queue.idle());
}

TEST_CASE("tenants take turns and never share a batch", "[delivery]") {
    Queue queue({.messages = 64, .octets = 1000, .in_flight = 2});
    for (int i = 0; i < 3; ++i) queue.add(entry(i, 7));
    queue.add(entry(10, 8));
    queue.add(entry(20, 9));
    CHECK(tickets(queue.next()) == Tickets{0, 1, 2});
    CHECK(tickets(queue.next()) == Tickets{10});
    CHECK_FALSE(queue.next());  // two in flight
    queue.finished(TenantId{8});
    CHECK(tickets(queue.next()) == Tickets{20});
}

TEST_CASE("a batch is bounded by messages and octets, but one large message travels", "[delivery]") {
    Queue queue({.messages = 2, .octets = 100, .in_flight = 1});
    queue.add(entry(1, 7, 500));
    queue.add(entry(2, 7, 60));
    queue.add(entry(3, 7, 60));
    queue.add(entry(4, 7, 10));
    queue.add(entry(5, 7, 10));
    for (const auto& expected : {Tickets{1}, Tickets{2}, Tickets{3, 4}, Tickets{5}}) {
        CHECK(tickets(queue.next()) == expected);
        queue.finished(TenantId{7});
    }
    CHECK(queue.idle());
}

TEST_CASE("equal fingerprints never share a batch", "[delivery]") {
    Queue queue({});
    auto twin = entry(2, 7);
    twin.fingerprint = entry(1, 7).fingerprint;
    queue.add(entry(1, 7));
    queue.add(twin);
    queue.add(entry(3, 7));
    CHECK(tickets(queue.next()) == Tickets{1, 3});
    queue.finished(TenantId{7});
    CHECK(tickets(queue.next()) == Tickets{2});
}

TEST_CASE("what was put back goes first", "[delivery]") {
    Queue queue({});
    queue.add(entry(1, 7));
    auto batch = queue.next();
    queue.add(entry(2, 7));
    queue.put_back(std::move(batch->entries.front()));
    CHECK(queue.waiting() == 2);
    queue.finished(TenantId{7});
    CHECK(tickets(queue.next()) == Tickets{1, 2});
}
