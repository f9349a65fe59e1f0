// SetDelegate, ListDelegates, ListDelegations.
#include "auth/store/delegates.h"

#include "auth/address.h"
#include "auth/rpc/mailbox.h"
#include "auth/rpc/write.h"
#include "skybridge/admin/v1/delegates.pb.h"

namespace sky::auth {
namespace {
admin_v1::Delegate message(const DelegateRow& row) {
    admin_v1::Delegate out;
    out.set_address(row.address);
    out.set_delegate(row.delegate);
    out.set_full_access(row.powers.full_access);
    out.set_send_as(row.powers.send_as);
    out.set_send_on_behalf(row.powers.send_on_behalf);
    return out;
}

struct Setting {
    MailboxRow mailbox, delegate;
    Powers powers;
};
Task<Result<Written<admin_v1::Delegate>>> set(AuthShard&, pg::Transaction& transaction, const Setting& to) {
    auto done = co_await set_delegate(transaction, to.mailbox.tenant_id, to.mailbox.account, to.delegate.account, to.powers);
    if (!done) co_return forward(done);
    if (!*done) co_return unexpected(Fault::not_found, to.delegate.address + " is no delegate of " + to.mailbox.address);
    std::string what;
    for (const auto& [has, name] :
         {std::pair{to.powers.full_access, "full_access"}, {to.powers.send_as, "send_as"}, {to.powers.send_on_behalf, "send_on_behalf"}})
        if (has) what += (what.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    co_return Written<admin_v1::Delegate>{message({to.mailbox.address, to.delegate.address, to.powers}),
                                          {.tenant = to.mailbox.tenant_id,
                                           .action = to.powers.any() ? "delegate.set" : "delegate.remove",
                                           .object = to.mailbox.address + " " + to.delegate.address,
                                           .detail = "{\"powers\": [" + what + "]}",
                                           .account_ids = {to.mailbox.account.value, to.delegate.account.value}}};
}

Task<Result<admin_v1::Delegate>> set_it(AuthShard& shard, Caller caller, const admin_v1::SetDelegateRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    // A user grants, but may look at nobody else: the name is looked up in the organisation.
    const auto address = parse_address(request.delegate());
    if (!address) co_return unexpected(Fault::syntax, "the delegate is not an address");
    auto delegate = co_await find_mailbox(shard.pool(), mailbox->tenant_id, address->text(), caller.deadline);
    if (!delegate && delegate.error().fault != Fault::not_found) co_return forward(delegate);
    if (!delegate || delegate->kind != "user") co_return unexpected(Fault::not_found, "the delegate needs to be a user of the same tenant");
    if (delegate->account == mailbox->account) co_return unexpected(Fault::conflict, "nobody is their own delegate");
    const Setting to{*mailbox, *delegate, {request.full_access(), request.send_as(), request.send_on_behalf()}};
    co_return co_await write(shard, caller, outcome_key(caller, request.idempotency_key(), request), mailbox->tenant_id, to, &set);
}

admin_v1::ListDelegatesReply reply_of(const std::vector<DelegateRow>& rows) {
    admin_v1::ListDelegatesReply reply;
    for (const auto& row : rows) *reply.add_delegates() = message(row);
    return reply;
}

Task<Result<admin_v1::ListDelegatesReply>> list_of(AuthShard& shard, Caller caller, const admin_v1::ListDelegatesRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto rows = co_await list_delegates(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!rows) co_return forward(rows);
    co_return reply_of(*rows);
}

Task<Result<admin_v1::ListDelegatesReply>> list_for(AuthShard& shard, Caller caller, const admin_v1::ListDelegationsRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto rows = co_await list_delegations(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!rows) co_return forward(rows);
    co_return reply_of(*rows);
}
}  // namespace

void serve_delegates(AdminMethods& methods) {
    methods.add(&set_it);
    methods.add(&list_of);
    methods.add(&list_for);
}

}  // namespace sky::auth
