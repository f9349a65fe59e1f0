// RCPT: whom to. RFC 5321 §4.1.1.3
#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/smtp-proto/decision.h"
#include "sky/telemetry/log.h"
#include "smtp/metrics.h"
#include "smtp/session.h"

namespace sky::smtpd {
namespace {
// The sender may not relay: another domain, or a local part that asks for one ("user%elsewhere@here", "elsewhere!user@here").
smtp::Reply no_relay() { return {550, "5.7.1", {"relaying denied"}}; }
bool asks_for_relay(const smtp::Address& address) { return address.local.find_first_of("%!@") != std::string::npos; }

smtp::Reply refuse(Session& session, const smtp::Address& address, std::string_view outcome, smtp::Reply reply) {
    counted::recipients.with({outcome}).add();
    log::info("smtp.recipient.refused", {{"session", session.trace().id()},
                                         {"remote", session.stream().peer().address},
                                         {"recipient", smtp::print(address)},
                                         {"reason", outcome}});
    return reply;
}

// One copy for an account, however many of its addresses are named; of public folders one for each.
void add(Transaction& transaction, Destination destination) {
    const auto same = [&](const Destination& d) {
        if (d.kind != destination.kind) return false;
        if (destination.kind == Destination::Kind::public_folder)
            return d.account == destination.account && d.address == destination.address && d.original == destination.original;
        return destination.account ? d.account == destination.account : !d.account && d.address == destination.address;
    };
    if (std::ranges::none_of(transaction.destinations, same)) transaction.destinations.push_back(std::move(destination));
}

void accept(Session& session, const identity::Recipient& found) {
    Transaction& transaction = *session.peer().transaction;
    if (transaction.recipients++ == 0) transaction.only_recipient = found.address;
    if (!transaction.tenant) transaction.tenant = session.peer().user ? session.peer().user->tenant : found.tenant;
    if (found.moderation) {  // the group waits for its moderators, who are asked by delivery
        const auto& group = found.matched.empty() ? found.address : found.matched;
        return add(transaction,
                   {group, group == found.address ? "" : found.address, found.tenant, AccountId{}, Destination::Kind::moderated});
    }
    if (found.kind == identity::Recipient::Kind::remote) add(transaction, {found.address, "", TenantId{}, AccountId{}});
    for (const identity::Target& target : found.targets)
        add(transaction, {target.address, target.address == found.address ? "" : found.address, target.tenant, target.account,
                          target.public_folders ? Destination::Kind::public_folder : Destination::Kind::place});
}

// postmaster and abuse are never refused where a domain is ours (RFC 5321 §4.5.1, RFC 2142 §4): who is left of them in no tenant goes to
// the provider's postmaster.
bool is_duty(const smtp::Address& address) {
    return ascii::equals_ignoring_case(address.local, "postmaster") || ascii::equals_ignoring_case(address.local, "abuse");
}
bool takes(const identity::Recipient& found) { return found.kind == identity::Recipient::Kind::local && !found.targets.empty(); }
Task<std::optional<identity::Recipient>> postmaster(Session& session, const identity::Recipient& asked, identity::Sender sender) {
    auto found = co_await session.house().directory.resolve(session.policy().postmaster, std::move(sender), after(std::chrono::seconds(5)));
    if (!found || !takes(*found)) co_return std::nullopt;
    found->address = asked.address;  // so that what was asked for is kept as the original
    co_return std::move(*found);
}

// A decision's address is nobody's; somebody who has one of that form keeps it.
bool nobody_has(const identity::Recipient& found) {
    using identity::Recipient;
    return found.kind == Recipient::Kind::unknown || (found.kind == Recipient::Kind::local && found.how == Recipient::How::catch_all);
}
// Without the token, which belongs into no log.
smtp::Address shortened(const smtp::Address& address) { return {address.local.substr(0, address.local.find('-')), address.domain}; }

// A moderator decides: delivery knows about what, and whether this one may.
smtp::Reply decide(Session& session, const identity::Recipient& found) {
    Transaction& transaction = *session.peer().transaction;
    ++transaction.recipients;  // its address stands in no Received field
    if (!transaction.tenant) transaction.tenant = session.peer().user->tenant;
    add(transaction, {found.address, "", found.tenant, AccountId{}, Destination::Kind::decision});
    counted::recipients.with({"decision"}).add();
    return {250, "2.1.5", {"ok"}};
}
}  // namespace

Task<Verdict> rcpt(Session& session, std::string_view argument) {
    using Kind = identity::Recipient::Kind;
    const Policy& policy = session.policy();
    Peer& peer = session.peer();
    auto parsed = smtp::parse_rcpt(argument);
    if (!parsed && parsed.error().fault == Fault::unsupported) co_return smtp::Reply{555, "5.5.4", {parsed.error().text}};
    if (!parsed) co_return smtp::Reply{501, "5.1.3", {parsed.error().text}};
    // RFC 5321 §4.5.3.1.10: the rest may come with another message, which counts as one.
    if (peer.transaction->recipients >= policy.recipients) co_return smtp::Reply{452, "4.5.3", {"too many recipients"}};
    if (const auto most = peer.user ? peer.user->sends.recipients : 0; most > 0 && peer.transaction->recipients >= most)
        co_return smtp::Reply{452, "4.5.3", {"you may name " + std::to_string(most) + " recipients of one message"}};
    const smtp::Address& address = parsed->address;
    const auto named = address.domain.empty() ? policy.postmaster : smtp::print(address);
    const auto& path = peer.transaction->mail.path;
    identity::Sender sender{path ? smtp::print(*path) : std::string(),
                            peer.user ? identity::Sender::Proof::signed_in : identity::Sender::Proof::none};
    auto found = co_await session.house().directory.resolve(named, sender, after(std::chrono::seconds(5)));
    if (found && is_duty(address) && !takes(*found) && found->kind != Kind::remote) {
        if (auto other = co_await postmaster(session, *found, std::move(sender))) found = std::move(*other);
    }
    // auth away is never "no such user" (contract §2.10); what it can't read is a bad address.
    if (!found && codes(found.error().fault).temporary) co_return unexpected(Fault::unavailable, "try again later", found.error().reason);
    if (!found) co_return smtp::Reply{501, "5.1.3", {"bad address syntax"}};
    if (found->kind == Kind::remote && !peer.user) co_return refuse(session, address, "relay", no_relay());
    if (found->kind == Kind::refused && found->forbidden)
        co_return refuse(session, address, "forbidden", {550, "5.7.1", {"you may not send to this group"}});
    if (found->kind == Kind::refused) co_return refuse(session, address, "refused", {550, "5.2.1", {"mailbox takes no mail"}});
    if (const auto decision = smtp::parse_decision(named); decision && nobody_has(*found)) {
        if (!peer.user) co_return refuse(session, shortened(address), "unsigned decision", {550, "5.7.1", {"sign in to decide"}});
        co_return decide(session, *found);
    }
    if (found->kind == Kind::unknown || (found->kind == Kind::local && found->targets.empty())) {
        ++session.patience().unknown;
        if (!peer.user && asks_for_relay(address)) co_return refuse(session, address, "relay", no_relay());
        co_return refuse(session, address, "unknown", {550, "5.1.1", {"no such address here"}});
    }
    accept(session, *found);
    counted::recipients.with({"accepted"}).add();
    co_return smtp::Reply{250, "2.1.5", {"ok"}};
}

}  // namespace sky::smtpd
