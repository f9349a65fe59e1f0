#include "delivery/queue/fair_queue.h"

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::delivery;

TEST_CASE("tenants take turns, each in its order", "[delivery]") {
    FairQueue queue;
    for (int i = 1; i <= 4; ++i) queue.add({TenantId{1}, QueueId{i}});
    queue.add({TenantId{2}, QueueId{10}});
    queue.add({TenantId{3}, QueueId{20}});
    queue.add({TenantId{2}, QueueId{11}});
    CHECK(queue.size() == 7);
    std::vector<std::int64_t> order;
    while (!queue.empty()) order.push_back(queue.take().id.value);
    CHECK(order == std::vector<std::int64_t>{1, 10, 20, 2, 11, 3, 4});
    queue.add({TenantId{1}, QueueId{5}});
    CHECK(queue.take() == store::MessageKey{TenantId{1}, QueueId{5}});
}
