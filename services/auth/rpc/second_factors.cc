// GetSecondFactor, BeginSecondFactor, ConfirmSecondFactor, RenewRecoveryCodes, RemoveSecondFactor.
#include "auth/store/second_factors.h"

#include "auth/rpc/mailbox.h"
#include "auth/rpc/write.h"
#include "auth/sign_in/code_check.h"
#include "auth/store/tenants.h"
#include "sky/base/encode.h"
#include "skybridge/admin/v1/second_factors.pb.h"

namespace sky::auth {
namespace {
Record record_of(const MailboxRow& mailbox, const char* action) {
    return {.tenant = mailbox.tenant_id, .action = action, .object = mailbox.address, .account_ids = {mailbox.account.value}};
}

struct Beginning {
    MailboxRow mailbox;
    std::string sealed;
    admin_v1::NewSecondFactor reply;
};
Task<Result<Written<admin_v1::NewSecondFactor>>> begin(AuthShard&, pg::Transaction& transaction, const Beginning& to) {
    auto done = co_await insert_second_factor(transaction, to.mailbox.tenant_id, to.mailbox.account, to.sealed);
    if (!done) co_return forward(done);
    Record record = record_of(to.mailbox, "second_factor.begin");
    record.account_ids.clear();  // nothing counts yet
    co_return Written<admin_v1::NewSecondFactor>{to.reply, std::move(record)};
}

struct NewCodes {
    MailboxRow mailbox;
    admin_v1::RecoveryCodes reply;
    std::vector<std::string> digests;
};
NewCodes new_codes(const Seal& seal, const MailboxRow& mailbox) {
    NewCodes out{.mailbox = mailbox, .reply = {}, .digests = {}};
    for (int i = 0; i < recovery_codes; ++i) {
        out.reply.add_codes(readable_secret(2, 5));
        out.digests.push_back(recovery_digest(seal, mailbox.account, out.reply.codes(i)));
    }
    return out;
}

struct Confirmation {
    NewCodes codes;
    std::string sealed;
    std::int64_t step;
};
Task<Result<Written<admin_v1::RecoveryCodes>>> confirm(AuthShard&, pg::Transaction& transaction, const Confirmation& to) {
    const MailboxRow& mailbox = to.codes.mailbox;
    auto done = co_await confirm_second_factor(transaction, mailbox.tenant_id, mailbox.account, to.sealed, to.step);
    if (!done) co_return forward(done);
    if (!*done) co_return unexpected(Fault::conflict, "the second factor was changed meanwhile: begin again");
    auto kept = co_await replace_recovery_codes(transaction, mailbox.tenant_id, mailbox.account, to.codes.digests);
    if (!kept) co_return forward(kept);
    co_return Written<admin_v1::RecoveryCodes>{to.codes.reply, record_of(mailbox, "second_factor.confirm")};
}

Task<Result<Written<admin_v1::RecoveryCodes>>> renew(AuthShard&, pg::Transaction& transaction, const NewCodes& to) {
    auto kept = co_await replace_recovery_codes(transaction, to.mailbox.tenant_id, to.mailbox.account, to.digests);
    if (!kept) co_return forward(kept);
    Record record = record_of(to.mailbox, "second_factor.recovery_codes");
    record.account_ids.clear();
    co_return Written<admin_v1::RecoveryCodes>{to.reply, std::move(record)};
}

Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const MailboxRow& mailbox) {
    auto gone = co_await delete_second_factor(transaction, mailbox.tenant_id, mailbox.account);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "there is no second factor");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, record_of(mailbox, "second_factor.remove")};
}

// One's own only: nobody else should hold the secret.
Task<Result<MailboxRow>> own_mailbox(AuthShard& shard, const Caller& caller, const std::string& address) {
    auto mailbox = co_await named_mailbox(shard, caller, address);
    if (!mailbox) co_return forward(mailbox);
    if (mailbox->account != caller.subject.account) co_return unexpected(Fault::forbidden, "people set up their second factor themselves");
    co_return mailbox;
}

Task<Result<void>> prove_code(AuthShard& shard, const MailboxRow& mailbox, const std::string& code, Deadline deadline) {
    // RFC 4226 §7.3: a stolen session could guess on and on. Counted as a place of its own, so that nobody's sign-in suffers.
    const std::string place = "code of " + std::to_string(mailbox.account.value);
    const AttemptKey key{place, place, keyed_digest({}, {place, code})};
    const Reservation reservation = co_await shard.attempts().reserve(key);
    if (is_exhausted(reservation.standing)) co_return unexpected(Fault::limit, "too many wrong codes, try again later");
    auto right = co_await check_code(shard.pool(), shard.seal(), mailbox.tenant_id, mailbox.account, code, deadline);
    if (!right || *right) co_await shard.attempts().refund(key, reservation, right ? Refund::proved : Refund::not_tried);
    if (!right) co_return forward(right);
    if (!*right) co_return unexpected(Fault::bad_credentials, "the code is wrong or was used already");
    co_return Result<void>{};
}

Task<Result<admin_v1::SecondFactor>> get_it(AuthShard& shard, Caller caller, const admin_v1::GetSecondFactorRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto row = co_await find_second_factor(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!row) co_return forward(row);
    admin_v1::SecondFactor out;
    if (!*row) co_return out;
    out.set_confirmed((*row)->confirmed);
    out.set_created(unix_seconds((*row)->created));
    out.set_recovery_codes(static_cast<std::uint32_t>((*row)->codes_left));
    co_return out;
}

Task<Result<admin_v1::NewSecondFactor>> begin_it(AuthShard& shard, Caller caller, const admin_v1::BeginSecondFactorRequest& request) {
    auto mailbox = co_await own_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto tenant = co_await find_tenant(shard.pool(), caller.view(), mailbox->tenant, caller.deadline);
    if (!tenant) co_return forward(tenant);
    const std::string secret = random_bytes(totp_secret_size), object = std::to_string(mailbox->account.value);
    Beginning to{*mailbox, shard.seal().seal(totp_place(mailbox->tenant_id, object), secret), {}};
    to.reply.set_secret(base32_encode(secret));
    to.reply.set_uri(otpauth_uri(tenant->display_name.empty() ? tenant->name : tenant->display_name, mailbox->address, secret));
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, to, &begin);
}

Task<Result<admin_v1::RecoveryCodes>> confirm_it(AuthShard& shard, Caller caller, const admin_v1::ConfirmSecondFactorRequest& request) {
    auto mailbox = co_await own_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto row = co_await find_second_factor(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!row) co_return forward(row);
    if (!*row) co_return unexpected(Fault::not_found, "there is no second factor");
    if ((*row)->confirmed) co_return unexpected(Fault::conflict, "the second factor is confirmed already");
    const std::string object = std::to_string(mailbox->account.value);
    auto secret = shard.seal().open(totp_place(mailbox->tenant_id, object), (*row)->sealed);
    if (!secret) co_return forward(secret);
    const auto step = proved_step(*secret, request.code(), std::chrono::system_clock::now(), 0);
    if (!step) co_return unexpected(Fault::bad_credentials, "the code is wrong: is the clock of your phone right?");
    const Confirmation to{new_codes(shard.seal(), *mailbox), (*row)->sealed, *step};
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, to, &confirm);
}

Task<Result<admin_v1::RecoveryCodes>> renew_codes(AuthShard& shard, Caller caller, const admin_v1::RenewRecoveryCodesRequest& request) {
    auto mailbox = co_await own_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    if (auto good = co_await prove_code(shard, *mailbox, request.code(), caller.deadline); !good) co_return forward(good);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, new_codes(shard.seal(), *mailbox), &renew);
}

Task<Result<admin_v1::RemoveReply>> remove_it(AuthShard& shard, Caller caller, const admin_v1::RemoveSecondFactorRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    // A stolen session must not be able to take the second factor away; an enrolment that only began guards nothing.
    if (mailbox->account == caller.subject.account) {
        auto row = co_await find_second_factor(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
        if (!row) co_return forward(row);
        if (*row && (*row)->confirmed)
            if (auto good = co_await prove_code(shard, *mailbox, request.code(), caller.deadline); !good) co_return forward(good);
    }
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, *mailbox, &remove);
}
}  // namespace

void serve_second_factors(AdminMethods& methods) {
    methods.add(&get_it);
    methods.add(&begin_it);
    methods.add(&confirm_it);
    methods.add(&renew_codes);
    methods.add(&remove_it);
}

}  // namespace sky::auth
