#include "outcome.h"

#include "keywords.h"

namespace sky::mailstore {

std::unexpected<Error> refusal(Outcome outcome) {
    switch (outcome) {
        case Outcome::no_account:
            return unexpected(Fault::not_found, "No such account");
        case Outcome::full:
        case Outcome::share_used_up:
            return unexpected(Fault::over_quota, "The mailbox is full");
        case Outcome::no_uids:
            return unexpected(Fault::limit, "The mailbox has no UIDs left");
        case Outcome::no_room_for_keyword:
            return std::unexpected(no_room_for_keyword());
        default:
            return unexpected(Fault::not_found, "No such mailbox");
    }
}

}  // namespace sky::mailstore
