#include "imap/commands/all.h"
#include "sky/base/ascii.h"
#include "sky/settings/settings.h"

namespace sky::imapd {
namespace {

// RFC 2971 §3.3: at most 30 fields, names to 30 octets, values to 1,024.
Result<std::string> read_client(Arguments& in) {
    std::string name, version;
    if (in.take_word("NIL")) return name;
    if (const auto open = in.expect('('); !open) return forward(open);
    std::size_t fields = 0;
    if (in.take(')')) return name;
    do {
        const auto field = in.string();
        if (!field) return forward(field);
        if (const auto space = in.space(); !space) return forward(space);
        bool is_nil = false;
        const auto value = in.nstring(is_nil);
        if (!value) return forward(value);
        if (++fields > 30 || field->size() > 30 || value->size() > 1024) return unexpected(Fault::syntax, "ID is beyond its limits");
        if (ascii::equals_ignoring_case(*field, "name")) name = *value;
        if (ascii::equals_ignoring_case(*field, "version")) version = *value;
    } while (in.take(' '));
    if (const auto close = in.expect(')'); !close) return forward(close);
    if (!version.empty()) (name += ' ') += version;
    return ascii::printable(name, 100);
}

}  // namespace

Task<Result<Reply>> id(Session& session, Arguments arguments) {
    auto client = read_client(arguments);
    if (!client) co_return forward(client);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    if (!client->empty()) session.set_client(*std::move(client));
    session.out() += "* ID (\"name\" \"Skybridge\" \"version\" \"";
    (session.out() += settings::version()) += "\")\r\n";
    co_return Reply::ok("ID completed");
}

}  // namespace sky::imapd
