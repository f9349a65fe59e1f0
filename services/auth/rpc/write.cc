#include "auth/rpc/write.h"

#include <tuple>

#include "auth/sign_in/verdicts.h"

namespace sky::auth {

OutcomeKey outcome_key(const Caller& caller, const std::string& key, const google::protobuf::MessageLite& request) {
    // Programs of two tenants may have the same name, people and certificates may not.
    const auto& [name, account, over] = std::tie(caller.subject.name, caller.subject.account, caller.subject.over);
    return {account || !over ? name : name + " over " + std::to_string(over.value), request.GetTypeName(), key,
            keyed_digest({}, {request.SerializeAsString()})};
}

Result<void> check_page(const admin_v1::Page& page) {
    if (page.size() > 1000) return unexpected(Fault::syntax, "a page holds at most 1000 rows");
    return {};
}

Page page_of(const admin_v1::Page& page) {
    return {.size = page.size() == 0 ? 100 : static_cast<std::int32_t>(page.size()), .after = page.after()};
}

}  // namespace sky::auth
