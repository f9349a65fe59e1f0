#include "skyctl/commands/commands.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"--month", Takes::text, Must::be_given, "YYYY-MM (UTC)."},
    {"--tenant", Takes::text, Must::may_be_given, "Only this tenant's."},
    {"--format", Takes::text, Must::may_be_given, "csv (if not given) or json."},
};

// The document is printed once it is whole: half a bill must not look like one.
Result<void> run(Session& session, const Arguments& arguments) {
    admin::BillMonthRequest request;
    request.set_month(arguments.text("--month"));
    request.set_tenant(arguments.text("--tenant"));
    request.set_format(arguments.given("--format") ? arguments.text("--format") : "csv");
    if (request.format().empty()) return unexpected(Fault::syntax, "the format is csv or json");
    std::string document;
    do {
        request.mutable_page()->set_size(1000);
        auto reply = session.call<admin::BillMonthReply>(request);
        if (!reply) return forward(reply);
        document += reply->text();
        request.mutable_page()->set_after(reply->next());
    } while (!request.page().after().empty());
    session.print(document);
    return {};
}
}  // namespace

const Verb billing_export{.group = "billing",
                          .name = "export",
                          .sentence = "Writes a month's bill: the same days and prices give the same octets.",
                          .example = "billing export --month 2026-11 --format csv",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl
