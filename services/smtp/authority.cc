#include "smtp/authority.h"

#include <algorithm>

namespace sky::smtpd {

Task<Result<Authority>> authority_over(Directory& directory, const identity::Principal& user, std::string address, Deadline deadline) {
    using identity::Action;
    using How = identity::Recipient::How;
    auto found = co_await directory.resolve(address, deadline);
    if (!found && codes(found.error().fault).temporary) co_return unexpected(Fault::unavailable, "try again later", found.error().reason);
    Authority out;
    // What reaches somebody by a catch-all or as a member of a group is not its address.
    if (!found || found->kind != identity::Recipient::Kind::local || found->how == How::catch_all || found->how == How::group)
        co_return out;
    if (std::ranges::any_of(found->targets, [&](const identity::Target& target) { return target.account == user.account; })) {
        out.tie = Authority::Tie::own;
        co_return out;
    }
    for (const auto action : {Action::send_as, Action::send_on_behalf}) {
        auto permission = co_await directory.authorize(user, action, address, deadline);
        if (!permission) co_return unexpected(Fault::unavailable, "try again later", permission.error().reason);
        if (!permission->allowed) continue;
        out.tie = action == Action::send_as ? Authority::Tie::send_as : Authority::Tie::on_behalf;
        out.mailbox = permission->object;
        out.keeps_copy = permission->sent_copy == "shared" || permission->sent_copy == "both";
        co_return out;
    }
    co_return out;
}

}  // namespace sky::smtpd
