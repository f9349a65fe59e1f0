#include "skyctl/commands/commands.h"
#include "skyctl/session.h"
#include "skyctl/tables.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--domain", Takes::text, Must::may_be_given, "Only of this domain."},
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    std::vector<admin::Mailbox> mailboxes;
    admin::ListMailboxesRequest request;
    request.set_domain(arguments.text("--domain"));
    request.set_tenant(arguments.text("--tenant"));
    do {
        request.mutable_page()->set_size(500);
        auto reply = session.call<admin::ListMailboxesReply>(request);
        if (!reply) return forward(reply);
        mailboxes.insert(mailboxes.end(), reply->mailboxes().begin(), reply->mailboxes().end());
        request.mutable_page()->set_after(reply->next());
    } while (!request.page().after().empty());
    session.list(mailbox_table(mailboxes, session.format()));
    return {};
}
}  // namespace

const Verb mailbox_list{.group = "mailbox",
                        .name = "list",
                        .sentence = "Lists mailboxes.",
                        .example = "mailbox list --domain example.test",
                        .options = options,
                        .run = &run};

}  // namespace sky::skyctl
