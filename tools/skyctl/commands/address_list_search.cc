#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"TEXT", Takes::text, Must::may_be_given, "Each word begins a word of the name or the address; all if not given.", "text"},
    {"--tenant", Takes::text, Must::may_be_given, "Whose list; your own if not given.", "tenant"},
    {"--kind", Takes::text, Must::may_be_given, "user, shared, room, equipment, public_folders, service, group or contact.", "kind"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    return ask_list<admin::SearchAddressListRequest>(session, arguments, options, address_list_columns);
}
}  // namespace

const Verb address_list_search{.group = "address-list",
                               .name = "search",
                               .sentence = "Searches a tenant's address list.",
                               .example = "address-list search 'ada love' --tenant example",
                               .options = options,
                               .run = &run};

}  // namespace sky::skyctl
