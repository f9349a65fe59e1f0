#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "sky/async/timer.h"
#include "sky/calstore/calstore.h"
#include "sky/mailstore/upkeep.h"
#include "skyctl/commands/commands.h"
#include "skyctl/ledger.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
using namespace std::chrono_literals;
constexpr Option options[] = {
    {"--quick", Takes::nothing, Must::may_be_given, "Leaves out reading every message again to compare its hash."},
};
constexpr std::int32_t most_findings = 1000;
constexpr std::int32_t blobs_at_once = 256;
constexpr auto patience = 10min;

enum class Depth { quick, full };

Task<Result<Table>> examine(pg::Pool& pool, Depth depth) {
    Table table({"check", "object", "finding"});
    const auto add_mail = [&](const std::vector<mailstore::Finding>& findings) {
        for (const auto& f : findings) table.add({f.check, "tenant " + std::to_string(f.tenant.value) + " " + f.object, f.text});
    };
    auto ledger = co_await check_ledger(pool, after(patience));
    if (!ledger) co_return forward(ledger);
    for (const auto& f : *ledger) table.add({f.check, f.object, f.text});
    auto numbers = co_await mailstore::check_numbers(pool, most_findings, after(patience));
    if (!numbers) co_return forward(numbers);
    add_mail(*numbers);
    BlobId last;
    while (depth == Depth::full) {
        auto blobs = co_await mailstore::check_blobs(pool, last, blobs_at_once, after(patience));
        if (!blobs) co_return forward(blobs);
        add_mail(blobs->findings);
        last = blobs->last;
        if (!last) break;
    }
    auto calendars = co_await calstore::fsck(pool, after(patience));
    if (!calendars) co_return forward(calendars);
    for (const auto& text : *calendars) table.add({std::string("calendar"), std::string(), text});
    co_return table;
}

Result<void> run(Session& session, const Arguments& arguments) {
    auto dsn = session.dsn();
    if (!dsn) return forward(dsn);
    boost::asio::io_context context;
    pg::Pool pool(context.get_executor(),
                  {.dsn = *dsn, .connections = 1, .durability = pg::Durability::waived, .application = "skyctl-fsck"});
    auto future =
        boost::asio::co_spawn(context, examine(pool, arguments.given("--quick") ? Depth::quick : Depth::full), boost::asio::use_future);
    while (future.wait_for(0s) != std::future_status::ready && context.run_one() > 0) {
    }
    auto table = future.get();
    pool.close();
    if (!table) return forward(table);
    if (table->size() > 0 || session.format() == Format::json) session.list(*table);
    if (table->size() > 0) return unexpected(Fault::corrupt, std::to_string(table->size()) + " findings");
    if (session.format() == Format::table) session.print("no findings\n");
    return {};
}
}  // namespace

const Verb fsck_verb{.group = "",
                     .name = "fsck",
                     .sentence = "Checks ledger, messages, numbers and calendars against each other; exit code 1 when something is wrong.",
                     .example = "fsck --output json",
                     .options = options,
                     .run = &run};

}  // namespace sky::skyctl
