#include "imap/append_target.h"

namespace sky::imapd {

Reply no_such_target() { return Reply::no("TRYCREATE", "There is no such mailbox"); }

Task<Result<AppendTarget>> find_target(Session& session, std::string name) {
    auto found = co_await find_mailbox(session, std::move(name), store::Right::insert);
    if (!found && found.error().fault != Fault::not_found) co_return forward(found);
    if (!found || !found->mailbox.selectable) co_return AppendTarget{.found = {}, .no = no_such_target()};
    co_return AppendTarget{.found = *std::move(found), .no = {}};
}

Task<Result<AppendTarget>> recall_target(Session& session, std::string name) {
    const auto canonical = store::canonical_name(name);
    if (session.appended && canonical && *canonical == session.appended->name) {
        Found found{.mailbox = {}, .ref = session.appended->ref, .name = *canonical, .rights = store::Rights::all()};
        co_return AppendTarget{.found = std::move(found), .no = {}};
    }
    session.appended.reset();
    auto target = co_await find_target(session, std::move(name));
    if (target && target->found && target->found->is_own) session.appended = Session::Appended{target->found->name, target->found->ref};
    co_return target;
}

Task<Result<Found>> find_source(Session& session, std::string name) {
    auto found = co_await find_mailbox(session, std::move(name), store::Right::read);
    if (found && !found->mailbox.selectable) co_return unexpected(Fault::not_found, "There is no such mailbox");
    co_return found;
}

}  // namespace sky::imapd
