// DATA: the message itself, and the moment at which it becomes ours. RFC 5321 §4.1.1.4
#include "sky/failpoint/failpoint.h"
#include "sky/smtp-proto/trace.h"
#include "sky/telemetry/log.h"
#include "smtp/authorship.h"
#include "smtp/metrics.h"
#include "smtp/session.h"

namespace sky::smtpd {
namespace {
constexpr std::chrono::minutes longest_commit{5};  // the client waits ten (RFC 5321 §4.5.3.2.6); contract §2.4

smtp::Transmission how(const Session& session, const Peer& peer) {
    if (peer.greeting == Greeting::helo) return smtp::Transmission::smtp;
    if (session.stream().is_tls()) return peer.user ? smtp::Transmission::esmtpsa : smtp::Transmission::esmtps;
    return peer.user ? smtp::Transmission::esmtpa : smtp::Transmission::esmtp;
}

// Trace headers (RFC 5321 §4.4), and for our users the fields a client may leave to us (RFC 6409 §8.3).
std::string head(Session& session, const Submission& submission, const smtp::HeaderScanner& header, const Authorship& authorship) {
    const Peer& peer = session.peer();
    smtp::Hop hop{.helo = peer.helo,
                  .host = session.policy().hostname,
                  .how = how(session, peer),
                  .id = submission.ingest.text(),
                  .when = submission.received_at};
    if (!peer.user) hop.address = session.stream().peer().address;
    if (session.stream().is_tls()) {
        const auto tls = session.stream().tls_info();
        hop.tls = tls.version + " with cipher " + tls.cipher;
    }
    if (peer.transaction->recipients == 1 && !peer.transaction->only_recipient.empty())
        hop.only_recipient = peer.transaction->only_recipient;
    std::string out = smtp::received(hop);
    if (peer.user && !header.has_date()) out += "Date: " + smtp::date_time(submission.received_at) + "\r\n";
    if (peer.user && !header.has_message_id())
        out += "Message-ID: <" + submission.ingest.text() + "@" + session.policy().hostname + ">\r\n";
    out += authorship.fields;
    if (header.headless()) out += "\r\n";
    return out;
}

Submission submission_of(Session& session, Reception& reception, Authorship authorship) {
    const Peer& peer = session.peer();
    const Transaction& transaction = *peer.transaction;
    Submission submission;
    submission.received_at = session.house().clock.now();
    submission.ingest = new_uuid(submission.received_at);
    submission.tenant = transaction.tenant;
    if (transaction.mail.path) submission.reverse_path = smtp::print(*transaction.mail.path);
    submission.destinations = transaction.destinations;
    if (peer.user) submission.account = peer.user->account;
    submission.remote_address = session.stream().peer().address;
    submission.helo = peer.helo;
    submission.protocol = smtp::name(how(session, peer));
    if (transaction.mail.body == smtp::Body::eight_bit_mime) submission.octets = Submission::Octets::eight_bit;
    submission.traceparent = session.trace().traceparent();
    submission.head = head(session, submission, reception.header(), authorship);
    submission.cut = authorship.cut;
    submission.copies = std::move(authorship.copies);
    submission.body = &reception.body();
    submission.sha256 = reception.sha256();
    submission.message_id = reception.header().message_id();
    return submission;
}

void tell(Session& session, const Submission& submission, std::string_view event, std::string_view outcome, std::string_view reason) {
    counted::messages.with({outcome}).add();
    log::info(event, {{"session", session.trace().id()},
                      {"ingest", submission.ingest.text()},
                      {"remote", submission.remote_address},
                      {"account", submission.account},
                      {"from", submission.reverse_path},
                      {"destinations", submission.destinations.size()},
                      {"size", submission.body->size()},
                      {"message_id", submission.message_id},
                      {"reason", reason}});
}
// From the end of the data to the reply. 250 only once delivery has committed (contract §2.2).
Task<Verdict> hand_over(Session& session, Reception& reception) {
    SKY_FAILPOINT("smtp.data.before_submit");
    Result<Authorship> authorship;
    const auto refusal = reception.refusal();
    if (!refusal && session.peer().user) authorship = co_await authorship_of(session, reception.header());
    const Submission submission = submission_of(session, reception, authorship ? std::move(*authorship) : Authorship{});
    if (refusal) {
        tell(session, submission, "smtp.message.refused", "refused", refusal->text());
        co_return *refusal;
    }
    if (!authorship) {
        tell(session, submission, "smtp.message.refused", codes(authorship.error().fault).temporary ? "deferred" : "refused",
             authorship.error().reason);
        co_return std::unexpected(std::move(authorship.error()));
    }
    const auto begun = std::chrono::steady_clock::now();
    auto receipt = co_await session.house().custody.submit(submission, after(longest_commit));
    counted::commit.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    SKY_FAILPOINT("smtp.data.after_submit");
    if (!receipt) {
        const FaultCodes& row = codes(receipt.error().fault);
        tell(session, submission, "smtp.message.refused", row.temporary ? "deferred" : "refused", receipt.error().reason);
        co_return smtp::Reply{row.smtp, std::string(row.enhanced), {row.temporary ? "try again later" : receipt.error().text}};
    }
    counted::octets.add(submission.body->size());
    tell(session, submission, "smtp.message.accepted", "accepted", receipt->ingest == submission.ingest ? "" : "repetition");
    session.peer().transaction->ticket.keep(receipt->ingest);
    session.accepted(receipt->ingest, submission.tenant);
    co_return smtp::Reply{250, "2.0.0", {"ok, queued as " + receipt->ingest.text()}};
}
}  // namespace

Task<Verdict> data(Session& session, std::string_view argument) {
    if (!argument.empty()) co_return smtp::Reply{501, "5.5.4", {"DATA takes no arguments"}};
    if (session.peer().transaction->recipients == 0) co_return smtp::Reply{554, "5.5.1", {"no valid recipients"}};
    if (co_await session.spoke_too_early()) {  // RFC 2920 §3.1: DATA is the last of its group
        session.close();
        co_return smtp::Reply{554, "5.5.0", {"data before 354"}};
    }
    Reception reception(session.policy().message_size, session.policy().spool);
    if (auto received = co_await session.receive(reception); !received) co_return std::unexpected(std::move(received.error()));
    auto verdict = co_await hand_over(session, reception);
    session.peer().transaction.reset();
    co_return verdict;
}

}  // namespace sky::smtpd
