#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"NAME", Takes::text, Must::be_given, "What it is called.", "name"},
    {"--storage", Takes::octets, Must::be_given, "Room: 5G.", "storage_bytes"},
    {"--by", Takes::text, Must::may_be_given, "mailbox: each has that much; pooled: the tenant's mailboxes share what each brings.",
     "storage"},
    {"--protocols", Takes::text, Must::may_be_given, "Separated by commas; empty: all.", "protocols"},
    {"--sends-hour", Takes::number, Must::may_be_given, "Messages that a mailbox may send in an hour; 0: no limit.", "sends_hour"},
    {"--sends-day", Takes::number, Must::may_be_given, "Messages that a mailbox may send in a day; 0: no limit.", "sends_day"},
    {"--recipients", Takes::number, Must::may_be_given, "Recipients of one message: 1 to 1000.", "recipients"},
    {"--retention", Takes::number, Must::may_be_given, "Days that deleted items are kept; 0: for ever.", "retention_days"},
    {"--proration", Takes::text, Must::may_be_given, "full_month: whole months are paid; daily: by the day.", "proration"},
    {"--owner", Takes::text, Must::may_be_given, "The reseller whose plan it is; not given: your own, of the platform the provider's.",
     "owner"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_one<admin::AddPlanRequest>(session, arguments, options, plan_columns);
}
}  // namespace

const Verb plan_add{.group = "plan",
                    .name = "add",
                    .sentence = "Makes a plan, which tenants and mailboxes can be put on.",
                    .example = "plan add basic --storage 5G --protocols imap,submission,web --sends-day 500",
                    .options = options,
                    .run = &run};

}  // namespace sky::skyctl
