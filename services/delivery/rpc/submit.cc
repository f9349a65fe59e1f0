// Submit: the parts of many messages on one stream, put together and committed.
#include <map>

#include "delivery/fingerprint.h"
#include "delivery/metrics.h"
#include "delivery/rpc/handlers.h"
#include "delivery/spool.h"
#include "sky/base/sha256.h"
#include "sky/rpc/server_stream.h"
#include "sky/smtp-proto/decision.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {

constexpr std::size_t most_recipients = 100'000;
constexpr std::size_t prepared_here = 64 * 1024;  // octets; making a larger one ready would hold the shard up for over a millisecond

Result<Recipient> recipient_of(const v1::Recipient& in) {
    Recipient out{in.address(), in.original(), TenantId{in.tenant_id()}, AccountId{in.account_id()}};
    switch (in.kind()) {
        case v1::Recipient::MODERATED:
            out.kind = Recipient::Kind::moderated;
            break;
        case v1::Recipient::DECISION: {  // the token itself is kept nowhere
            auto decision = smtp::parse_decision(in.address());
            if (!decision) return unexpected(Fault::syntax, "this address decides nothing");
            decision->token = smtp::digest_of_token(decision->token);
            out.kind = Recipient::Kind::decision;
            out.address = smtp::print(*decision);
            out.original.clear();
            break;
        }
        case v1::Recipient::PUBLIC_FOLDER:
            out.kind = Recipient::Kind::public_folder;
            if (!out.address.empty() && out.account && out.tenant) return out;
            return unexpected(Fault::syntax, "a public folder has an address, a tenant and an account");
        default:
            if (!out.address.empty() && static_cast<bool>(out.account) == static_cast<bool>(out.tenant)) return out;
            return unexpected(Fault::syntax, "a recipient has an address, and both tenant and account or neither");
    }
    if (out.address.empty() || !out.tenant || out.account) return unexpected(Fault::syntax, "a group has an address and a tenant only");
    return out;
}

Result<Envelope> envelope_of(const v1::Envelope& in) {
    const auto id = Uuid::from_bytes(in.ingest_id());
    if (!id) return unexpected(Fault::syntax, "an ingest id has 16 octets");
    if (in.tenant_id() <= 0) return unexpected(Fault::syntax, "an envelope names its tenant");
    if (in.recipients().empty() || static_cast<std::size_t>(in.recipients_size()) > most_recipients)
        return unexpected(Fault::syntax, "an envelope has between 1 and 100000 recipients");
    Envelope out{.ingest = *id,
                 .tenant = TenantId{in.tenant_id()},
                 .sender = in.reverse_path(),
                 .recipients = {},
                 .received_at = from_unix_micros(in.received_at()),
                 .account = AccountId{in.account_id()},
                 .remote_address = in.remote_address(),
                 .helo = in.helo(),
                 .protocol = in.protocol(),
                 .traceparent = in.traceparent()};
    for (const auto& recipient : in.recipients()) {
        auto taken = recipient_of(recipient);
        if (!taken) return forward(taken);
        out.recipients.push_back(std::move(*taken));
    }
    for (const auto& copy : in.sent_copies()) {
        if (copy.account_id() <= 0 || in.account_id() == 0)
            return unexpected(Fault::syntax, "a sent copy has an account and somebody who sent");
        out.sent_copies.push_back({AccountId{copy.account_id()}, copy.address()});
    }
    return out;
}

v1::SubmitReply refusal(std::uint64_t sequence, const Error& error) {
    v1::SubmitReply reply;
    reply.set_sequence(sequence);
    reply.set_fault(std::string(codes(error.fault).name));
    reply.set_text(error.text);
    return reply;
}

// A message between its envelope and its end.
struct Arriving {
    Arriving(Envelope e, std::string directory) : envelope(std::move(e)), spool(std::move(directory)) {}
    Envelope envelope;
    Spool spool;
};
using ArrivingPtr = std::shared_ptr<Arriving>;

// What the coroutines of one stream share.
struct Reception {
    Reception(DeliveryShard& s, SubmitStream in)
        : shard(s),
          stream(std::move(in)),
          most_octets(static_cast<std::uint64_t>(s.settings().number("MESSAGE_SIZE"))),
          most_open(static_cast<std::size_t>(s.settings().number("MESSAGES_OPEN"))),
          group(stream.executor()) {}
    DeliveryShard& shard;
    SubmitStream stream;
    std::uint64_t most_octets;
    std::size_t most_open;
    std::map<std::uint64_t, ArrivingPtr> arriving;  // by sequence
    std::size_t committing = 0;
    Event ended;
    Group group;
};
using ReceptionPtr = std::shared_ptr<Reception>;

Task<Result<mailstore::PreparedMessage>> prepare(DeliveryShard& shard, ArrivingPtr message, Deadline deadline) {
    if (message->spool.size() > prepared_here) {
        co_return co_await shard.offload().run(deadline, [message]() -> Result<mailstore::PreparedMessage> {
            auto octets = message->spool.view();
            if (!octets) return forward(octets);
            return mailstore::prepare(*octets);
        });
    }
    auto octets = message->spool.view();
    if (!octets) co_return forward(octets);
    co_return mailstore::prepare(*octets);
}

Task<Result<Uuid>> commit(DeliveryShard& shard, ArrivingPtr message, v1::End end) {
    const Deadline deadline = after(shard.settings().duration("COMMIT_LIMIT"));
    if (message->spool.size() != end.size() || end.sha256().size() != 32)
        co_return unexpected(Fault::unavailable, "the message did not arrive whole",
                             "size or digest at the end of a submission do not fit");
    auto prepared = co_await prepare(shard, message, deadline);
    if (!prepared) co_return forward(prepared);
    Submission submission{
        .envelope = std::move(message->envelope), .message_id = end.message_id(), .fingerprint = {}, .message = std::move(*prepared)};
    submission.fingerprint = fingerprint(submission.envelope, submission.message_id, end.sha256());
    co_return co_await shard.batcher().submit(std::move(submission), deadline);
}

Task<void> finish(ReceptionPtr reception, std::uint64_t sequence, ArrivingPtr message, v1::End end) {
    struct Ended {
        Reception& of;
        ~Ended() {
            --of.committing;
            of.ended.notify_all();
        }
    } ended{*reception};
    auto id = co_await commit(reception->shard, std::move(message), std::move(end));
    submissions.with({id ? "accepted" : codes(id.error().fault).name}).add();
    v1::SubmitReply reply;
    if (id) {
        reply.set_sequence(sequence);
        reply.set_accepted(true);
        reply.set_ingest_id(std::string(id->bytes()));
    } else {
        log::warning("delivery.submission.failed", {{"fault", codes(id.error().fault).name}, {"reason", id.error().reason}});
        reply = refusal(sequence, id.error());
    }
    static_cast<void>(co_await reception->stream.write(std::move(reply)));  // a broken stream is noticed by the reader
}

// Takes one part; an error is the answer to its message, of which nothing more is read.
Result<void> take(const ReceptionPtr& reception, v1::SubmitRequest& part) {
    const auto sequence = part.sequence();
    if (part.has_envelope()) {
        auto envelope = envelope_of(part.envelope());
        if (!envelope) return forward(envelope);
        const auto& directory = reception->shard.settings().text("SPOOL_DIR");
        if (!reception->arriving.emplace(sequence, std::make_shared<Arriving>(std::move(*envelope), directory)).second)
            return unexpected(Fault::syntax, "this sequence number is in use");
        return {};
    }
    const auto found = reception->arriving.find(sequence);
    if (found == reception->arriving.end()) return {};  // was answered already; the rest was under way
    if (part.has_chunk()) {
        auto& spool = found->second->spool;
        if (spool.size() + part.chunk().size() > reception->most_octets)
            return unexpected(Fault::too_large, "The message is too large", "more than MESSAGE_SIZE");
        return spool.append(part.chunk());
    }
    auto message = std::move(found->second);
    reception->arriving.erase(found);
    if (!part.has_end()) return {};  // aborted
    ++reception->committing;
    reception->group.spawn("delivery.submission", finish(reception, sequence, std::move(message), std::move(*part.mutable_end())));
    return {};
}

}  // namespace

// Deaf to cancellation: what is being committed ends, and a stream that breaks is noticed by reading.
Task<Result<void>> submit(DeliveryShard& shard, rpc::Context, SubmitStream stream) {
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    constexpr std::chrono::milliseconds look{250};
    const auto reception = std::make_shared<Reception>(shard, std::move(stream));
    while (!reception->stream.broken()) {
        if (reception->committing >= reception->most_open) {
            co_await reception->ended.wait(after(look));
            continue;
        }
        auto part = co_await reception->stream.read();
        if (!part || !*part) break;
        const auto sequence = (*part)->sequence();
        auto taken = take(reception, **part);
        if (taken && reception->arriving.size() > reception->most_open * 4) taken = unexpected(Fault::limit, "too many messages at once");
        if (taken) continue;
        reception->arriving.erase(sequence);
        submissions.with({codes(taken.error().fault).name}).add();
        static_cast<void>(co_await reception->stream.write(refusal(sequence, taken.error())));
    }
    for (const auto& [sequence, message] : reception->arriving)  // this shard is leaving; another one will take them
        static_cast<void>(
            co_await reception->stream.write(refusal(sequence, {Fault::unavailable, "Shutting down, try again", "the stream ended"})));
    while (!reception->stream.broken() && !co_await reception->group.join(after(look))) {
    }
    co_await reception->group.stop(after(std::chrono::seconds(5)));
    co_return Result<void>{};
}

}  // namespace sky::delivery
