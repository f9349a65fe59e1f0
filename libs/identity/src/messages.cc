#include "messages.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/rpc/status.h"

namespace sky::identity {

namespace auth_v1 = skybridge::auth::v1;
namespace directory_v1 = skybridge::directory::v1;

auth_v1::AuthenticateRequest request_of(Attempt attempt) {
    auth_v1::AuthenticateRequest out;
    out.set_username(std::move(attempt.username));
    out.set_password(std::move(attempt.password));
    out.set_authorization_id(std::move(attempt.authorization_id));
    out.set_protocol(std::move(attempt.protocol));
    out.set_remote_address(std::move(attempt.remote_address));
    out.set_tls(attempt.transport == Attempt::Transport::tls);
    out.set_traceparent(std::move(attempt.traceparent));
    out.set_one_time_code(std::move(attempt.one_time_code));
    return out;
}

void add_dialogue(auth_v1::AuthenticateRequest& request, Dialogue dialogue) {
    request.set_mechanism(ascii::to_upper(dialogue.mechanism));
    for (auto& name : dialogue.enabled) request.add_enabled(std::move(name));
    for (auto& binding : dialogue.connection.bindings) {
        auto& out = *request.add_bindings();
        out.set_type(std::move(binding.type));
        out.set_data(std::move(binding.data));
    }
    for (auto& address : dialogue.certificate_addresses) request.add_certificate_addresses(std::move(address));
    request.set_certificate(dialogue.connection.certificate == sasl::Connection::Certificate::verified);
    request.set_tls(dialogue.connection.transport == sasl::Connection::Transport::tls);
}

std::chrono::milliseconds delay_of(const auth_v1::AuthenticateReply& reply) {
    constexpr std::chrono::milliseconds longest{15'000};
    if (!reply.has_refusal()) return std::chrono::milliseconds::zero();
    return std::min(longest, std::chrono::milliseconds(reply.refusal().delay_ms()));
}

Result<Principal> principal_of(const auth_v1::AuthenticateReply& reply) {
    if (reply.has_refusal()) {
        const Fault fault = rpc::fault_named(reply.refusal().fault(), Fault::unavailable);
        return unexpected(fault, reply.refusal().text(), "auth refused: " + reply.refusal().fault());
    }
    // Never let in for want of a word.
    if (!reply.has_principal() || reply.principal().account_id() == 0)
        return unexpected(Fault::unavailable, {}, "auth answered neither yes nor no");
    const auto& from = reply.principal();
    return Principal{.tenant = TenantId{from.tenant_id()},
                     .account = AccountId{from.account_id()},
                     .address = from.address(),
                     .display_name = from.display_name(),
                     .version = from.version(),
                     .sends = {from.sends().hour(), from.sends().day(), from.sends().recipients()}};
}

namespace {
Recipient::How how_of(directory_v1::ResolveReply::How how) {
    switch (how) {
        case directory_v1::ResolveReply::SUBADDRESS:
            return Recipient::How::subaddress;
        case directory_v1::ResolveReply::DUTY:
            return Recipient::How::duty;
        case directory_v1::ResolveReply::CATCH_ALL:
            return Recipient::How::catch_all;
        case directory_v1::ResolveReply::GROUP:
            return Recipient::How::group;
        default:
            return Recipient::How::exact;
    }
}
}  // namespace

Result<Recipient> recipient_of(const directory_v1::ResolveReply& reply) {
    Recipient out;
    switch (reply.kind()) {
        case directory_v1::ResolveReply::LOCAL:
            out.kind = Recipient::Kind::local;
            break;
        case directory_v1::ResolveReply::REMOTE:
            out.kind = Recipient::Kind::remote;
            break;
        case directory_v1::ResolveReply::UNKNOWN:
            out.kind = Recipient::Kind::unknown;
            break;
        case directory_v1::ResolveReply::REFUSED:
            out.kind = Recipient::Kind::refused;
            break;
        default: {
            const Fault named = rpc::fault_named(reply.fault(), Fault::unavailable);
            return unexpected(codes(named).temporary ? named : Fault::unavailable, {}, "lookup failed: " + reply.fault());
        }
    }
    out.tenant = TenantId{reply.tenant_id()};
    out.address = reply.address();
    out.version = reply.version();
    out.how = how_of(reply.how());
    out.detail = reply.detail();
    out.matched = reply.matched();
    out.forbidden = out.kind == Recipient::Kind::refused && rpc::fault_named(reply.fault(), Fault::limit) == Fault::forbidden;
    out.sender_matters = reply.sender_matters();
    out.moderation = reply.moderation();
    for (const auto& target : reply.targets())
        out.targets.push_back({TenantId{target.tenant_id()}, AccountId{target.account_id()}, target.address(), target.public_folders()});
    if (out.kind == Recipient::Kind::local && out.targets.empty())
        return unexpected(Fault::unavailable, {}, "lookup said local, but not where to");
    return out;
}

directory_v1::AuthorizeRequest request_of(TenantId tenant, AccountId subject, Action action, std::string object) {
    directory_v1::AuthorizeRequest out;
    out.set_tenant_id(tenant.value);
    out.set_account_id(subject.value);
    out.set_object(std::move(object));
    switch (action) {
        case Action::open_mailbox:
            out.set_action(directory_v1::AuthorizeRequest::OPEN_MAILBOX);
            break;
        case Action::send_as:
            out.set_action(directory_v1::AuthorizeRequest::SEND_AS);
            break;
        case Action::send_on_behalf:
            out.set_action(directory_v1::AuthorizeRequest::SEND_ON_BEHALF);
            break;
    }
    return out;
}

Permission permission_of(const directory_v1::AuthorizeReply& reply) {
    const auto& object = reply.object();
    return {.allowed = reply.allowed(),
            .object = {TenantId{object.tenant_id()}, AccountId{object.account_id()}, object.address()},
            .own = reply.own(),
            .sent_copy = reply.sent_copy(),
            .version = reply.version()};
}

Settings settings_of(const directory_v1::MailboxSettings& reply) {
    Settings out{.version = reply.version(),
                 .address = reply.address(),
                 .display_name = reply.display_name(),
                 .kind = reply.kind(),
                 .language = reply.language(),
                 .time_zone = reply.time_zone(),
                 .sends = reply.sends(),
                 .addresses = {reply.addresses().begin(), reply.addresses().end()},
                 .quota_octets = reply.quota_bytes(),
                 .used_octets = reply.used_bytes(),
                 .protocols = {reply.protocols().begin(), reply.protocols().end()},
                 .others = {}};
    for (const auto& other : reply.others())
        out.others.push_back(
            {.mailbox = {TenantId{other.mailbox().tenant_id()}, AccountId{other.mailbox().account_id()}, other.mailbox().address()},
             .display_name = other.display_name(),
             .kind = other.kind(),
             .full_access = other.full_access(),
             .send_as = other.send_as(),
             .send_on_behalf = other.send_on_behalf(),
             .sent_copy = other.sent_copy()});
    return out;
}

namespace {
Neighbour neighbour_of(const directory_v1::Principal& one) {
    return {AccountId{one.account_id()}, one.group_id(), one.address(), one.kind(), one.active(), one.asked()};
}
}  // namespace

Standing standing_of(const directory_v1::Standing& reply) {
    Standing out{
        .version = reply.version(), .groups = {reply.group_ids().begin(), reply.group_ids().end()}, .opened = {}, .public_trees = {}};
    for (const auto& one : reply.opened()) out.opened.push_back(neighbour_of(one));
    for (const auto& one : reply.public_trees()) out.public_trees.push_back(neighbour_of(one));
    return out;
}

directory_v1::FindPrincipalsRequest request_of(TenantId tenant, NeighboursAsked asked) {
    directory_v1::FindPrincipalsRequest out;
    out.set_tenant_id(tenant.value);
    out.mutable_account_ids()->Assign(asked.accounts.begin(), asked.accounts.end());
    out.mutable_group_ids()->Assign(asked.groups.begin(), asked.groups.end());
    for (auto& address : asked.addresses) out.add_addresses(std::move(address));
    return out;
}

std::vector<Neighbour> neighbours_of(const directory_v1::FindPrincipalsReply& reply) {
    std::vector<Neighbour> out;
    for (const auto& one : reply.principals()) out.push_back(neighbour_of(one));
    return out;
}

}  // namespace sky::identity
