// AddAppPassword, ListAppPasswords, RemoveAppPassword.
#include "auth/store/app_passwords.h"

#include "auth/rpc/mailbox.h"
#include "auth/rpc/moments.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/sign_in/app_proof.h"
#include "auth/sign_in/protocols.h"
#include "sky/net/address.h"
#include "skybridge/admin/v1/app_passwords.pb.h"

namespace sky::auth {
namespace {
constexpr int most_networks = 100;

admin_v1::AppPassword message(const AppPasswordRow& row) {
    admin_v1::AppPassword out;
    out.set_id(row.id);
    out.set_label(row.label);
    out.mutable_protocols()->Assign(row.protocols.begin(), row.protocols.end());
    out.mutable_networks()->Assign(row.networks.begin(), row.networks.end());
    out.set_created(unix_seconds(row.created));
    if (row.expires) out.set_expires(unix_seconds(*row.expires));
    if (row.last_used) out.set_last_used(unix_seconds(*row.last_used));
    out.set_last_used_by(row.last_used_by);
    return out;
}

Record record_of(const MailboxRow& mailbox, const char* action, std::int64_t id) {
    return {.tenant = mailbox.tenant_id,
            .action = action,
            .object = mailbox.address + "#" + std::to_string(id),
            .account_ids = {mailbox.account.value}};
}

struct Addition {
    MailboxRow mailbox;
    NewAppPasswordRow row;
    std::string secret;
};
Task<Result<Written<admin_v1::NewAppPassword>>> add(AuthShard&, pg::Transaction& transaction, const Addition& to) {
    auto row = co_await insert_app_password(transaction, to.mailbox.tenant_id, to.mailbox.account, to.row);
    if (!row) co_return forward(row);
    admin_v1::NewAppPassword reply;
    *reply.mutable_app_password() = message(*row);
    reply.set_secret(to.secret);
    Record record = record_of(to.mailbox, "app_password.add", row->id);
    record.account_ids.clear();  // nobody's session depends on it yet
    co_return Written<admin_v1::NewAppPassword>{std::move(reply), std::move(record)};
}

struct Removal {
    MailboxRow mailbox;
    std::int64_t id;
};
Task<Result<Written<admin_v1::RemoveReply>>> remove(AuthShard&, pg::Transaction& transaction, const Removal& to) {
    auto gone = co_await delete_app_password(transaction, to.mailbox.tenant_id, to.mailbox.account, to.id);
    if (!gone) co_return forward(gone);
    if (!*gone) co_return unexpected(Fault::not_found, "no such app password");
    admin_v1::RemoveReply reply;
    reply.set_removed(1);
    co_return Written<admin_v1::RemoveReply>{reply, record_of(to.mailbox, "app_password.remove", to.id)};
}

Result<NewAppPasswordRow> row_of(const admin_v1::AddAppPasswordRequest& request) {
    NewAppPasswordRow out{.label = request.label()};
    if (auto good = check_text(request.label(), 256, "label"); !good) return forward(good);
    auto protocols = parse_protocols(request.protocols());
    if (!protocols) return forward(protocols);
    out.protocols = std::move(*protocols);
    if (request.networks_size() > most_networks) return unexpected(Fault::too_large, "an app password has at most 100 networks");
    for (const auto& text : request.networks()) {
        if (!net::parse_networks(text)) return unexpected(Fault::syntax, "a network is written as 192.0.2.0/24 or 2001:db8::/32");
        out.networks.push_back(text);
    }
    if (request.expires() < 0) return unexpected(Fault::syntax, "the app password has expired already");
    if (request.expires() > 0) {
        auto end = time_of(request.expires());
        if (!end) return forward(end);
        out.expires = *end;
    }
    return out;
}

Task<Result<admin_v1::NewAppPassword>> add_app_password(AuthShard& shard, Caller caller, const admin_v1::AddAppPasswordRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    if (mailbox->kind != "user" && mailbox->kind != "service")
        co_return unexpected(Fault::conflict, "nobody signs in as a " + mailbox->kind + " mailbox");
    if (mailbox->account != caller.subject.account && !caller.is(Role::tenant))
        co_return unexpected(Fault::forbidden, "people make their app passwords themselves");
    auto row = row_of(request);
    if (!row) co_return forward(row);
    std::string secret = new_app_password();
    row->verifier = AppProof(shard.seal()).verifier(mailbox->account, secret);
    auto sha256 = co_await shard.passwords().scram(sasl::ScramHash::sha256, secret, mailbox->scram_salt, caller.deadline);
    if (!sha256) co_return forward(sha256);
    row->scram_sha256 = std::move(*sha256);
    auto sha1 = co_await shard.passwords().scram(sasl::ScramHash::sha1, secret, mailbox->scram_salt, caller.deadline);
    if (!sha1) co_return forward(sha1);
    row->scram_sha1 = std::move(*sha1);
    const Addition to{*mailbox, std::move(*row), std::move(secret)};
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, to, &add);  // no idempotency key: the outcome would hold the secret
}

Task<Result<admin_v1::ListAppPasswordsReply>> list_all(AuthShard& shard, Caller caller, const admin_v1::ListAppPasswordsRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    auto rows = co_await list_app_passwords(shard.pool(), mailbox->tenant_id, mailbox->account, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::ListAppPasswordsReply reply;
    for (const auto& row : *rows) *reply.add_app_passwords() = message(row);
    co_return reply;
}

Task<Result<admin_v1::RemoveReply>> remove_app_password(AuthShard& shard, Caller caller,
                                                        const admin_v1::RemoveAppPasswordRequest& request) {
    auto mailbox = co_await named_mailbox(shard, caller, request.address());
    if (!mailbox) co_return forward(mailbox);
    co_return co_await write(shard, caller, {}, mailbox->tenant_id, Removal{*mailbox, request.id()}, &remove);
}
}  // namespace

void serve_app_passwords(AdminMethods& methods) {
    methods.add(&add_app_password);
    methods.add(&list_all);
    methods.add(&remove_app_password);
}

}  // namespace sky::auth
