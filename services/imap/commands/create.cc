#include <string>

#include "imap/commands/all.h"
#include "imap/list_names.h"
#include "imap/rights.h"
#include "imap/special_use.h"

namespace sky::imapd {
namespace {

// What the mailbox is for; no value: a use that can't be given, or a second one.
using Use = std::optional<store::SpecialUse>;

// [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"] (RFC 6154 §3, §6)
Result<Use> read_use(Arguments& in) {
    Use use = store::SpecialUse::none;
    if (!in.take(' ')) return use;
    if (!in.take('(') || !in.take_word("USE") || !in.take(' ') || !in.take('('))
        return unexpected(Fault::syntax, "CREATE knows no other parameter than USE");
    while (in.peek() != ')') {
        if (!in.take('\\')) return unexpected(Fault::syntax, "A use begins with \"\\\"");
        const auto attribute = in.atom();
        if (!attribute) return forward(attribute);
        const bool is_first = use == store::SpecialUse::none;
        use = is_first ? possible_use("\\" + std::string(*attribute)) : std::nullopt;
        if (!in.take(' ')) break;
    }
    if (!in.take(')') || !in.take(')')) return unexpected(Fault::syntax, "USE is not well formed");
    return use;
}

}  // namespace

Task<Result<Reply>> create(Session& session, Arguments arguments) {
    auto name = arguments.mailbox();
    if (!name) co_return forward(name);
    const auto use = read_use(arguments);
    if (!use) co_return forward(use);
    if (const auto end = arguments.end(); !end) co_return forward(end);
    if (!*use) co_return Reply::no("USEATTR", "No mailbox can be made for this use");
    // "foo/" announces children to come (RFC 9051 §6.3.4); "foo" is made.
    if (name->size() > 1 && name->ends_with('/')) name->pop_back();
    const auto room = co_await find_room(session, *name);
    if (!room && room.error().fault == Fault::syntax) co_return Reply::no("CANNOT", room.error().text);
    if (!room) co_return forward(room);
    auto made = co_await store::Mailboxes(session.house().pool).create(room->account, room->name, **use, session.limit());
    if (!made) {
        if (made.error().fault == Fault::syntax) co_return Reply::no("CANNOT", made.error().text);
        if (made.error().fault == Fault::wrong_state) co_return Reply::no("USEATTR", made.error().text);
        co_return forward(made);
    }
    session.publish({room->account.account, made->modseq});
    if (const std::string called = room->prefix + made->name; session.rev2 && called != *name)
        append_listed(session.out(), "LIST", {.name = called, .old_name = *name}, session.names());
    co_return Reply::ok("CREATE completed", "MAILBOXID (M" + std::to_string(made->id.value) + ")");
}

}  // namespace sky::imapd
