#pragma once
// What a month costs: a function of the rows that were written each night and of the price lists, and of nothing else. The same rows give
// the same lines, in whatever order they come.
//
// Charged are days on which a mailbox was active and had a plan. A mailbox is one and the same through a new name, and when it was removed
// and made again under its old address.
// - daily: price × days ÷ days of the month.
// - full_month: the whole price, however few the days. Where such a mailbox changed its plan, or the plan its price, within the month, the
//   one month is shared between the lines by their days: price × days ÷ days on plans of this kind.
// Each line (mailbox, plan, price) is rounded once, half up; its tax is computed from that and rounded again. Days without a price give a
// line without a currency, so that nobody overlooks them.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "auth/billing/money.h"
#include "auth/billing/month.h"

namespace sky::auth {

// One mailbox on one day.
struct MailboxDay {
    std::int64_t tenant_id = 0;
    std::string tenant;
    Day day;
    std::int64_t account = 0;
    std::string address;
    std::string state;         // active; else it costs nothing that day, though its mail still takes room
    std::int64_t plan_id = 0;  // 0: none
    std::string plan;
    std::int64_t used_octets = 0;
};

enum class Proration { full_month, daily };
enum class Storage { mailbox, pooled };

struct PriceList {
    Proration proration = Proration::full_month;
    Storage storage = Storage::mailbox;
    std::map<Day, Price> prices;  // by the first day of each
};
using PriceLists = std::map<std::int64_t, PriceList>;  // by plan_id

enum class Unit {
    month,          // of a mailbox
    average_octets  // of all mailboxes on a pooled plan: their sum of each day, over the days of the month
};

struct Line {
    std::int64_t tenant_id = 0;
    std::string tenant, plan, mailbox;  // of a pool: no mailbox
    Unit unit = Unit::month;
    int days = 0;
    std::string quantity;  // "1", "0.482759" (for people: the amount is computed from the days), octets
    Price price;           // of one unit; without a currency: there was none
    Amount amount;
};

// Sorted by tenant, mailbox, plan, date of the price; a tenant's pools stand after its mailboxes.
std::vector<Line> statement(Month month, std::vector<MailboxDay> rows, const PriceLists& lists);

}  // namespace sky::auth
