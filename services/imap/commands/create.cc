#include <string>

#include "imap/commands/all.h"

namespace sky::imapd {

Task<Result<Reply>> create(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    auto use = store::SpecialUse::none;
    if (arguments.take(' ')) {  // RFC 6154 §3: (USE (\Sent))
        if (!arguments.take('(') || !arguments.take_word("USE") || !arguments.take(' ') || !arguments.take('(') || !arguments.take('\\'))
            co_return unexpected(Fault::syntax, "CREATE knows no other parameter than USE");
        const auto attribute = arguments.atom();
        if (!attribute) co_return forward(attribute);
        const auto known = store::special_use("\\" + std::string(*attribute));
        if (!known || !arguments.take(')') || !arguments.take(')')) co_return Reply::no("USEATTR", "This use is not offered");
        use = *known;
    }
    if (const auto end = arguments.end(); !end) co_return forward(end);
    // "foo/" announces children to come (RFC 9051 §6.3.4); "foo" is made.
    if (name->size() > 1 && name->ends_with('/')) name->pop_back();
    auto made = co_await store::Mailboxes(session.house().pool).create(session.account(), *std::move(name), use, session.limit());
    if (!made) {
        if (made.error().fault == Fault::syntax) co_return Reply::no("CANNOT", made.error().text);
        co_return forward(made);
    }
    session.house().views.publish({session.account().account, made->modseq});
    co_return Reply::ok("CREATE completed", "MAILBOXID (M" + std::to_string(made->id.value) + ")");
}

}  // namespace sky::imapd
