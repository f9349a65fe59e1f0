#include "smtp/rpc/delivery.h"

#include "sky/async/event.h"
#include "sky/async/group.h"
#include "sky/rpc/stream_client.h"
#include "sky/telemetry/log.h"
#include "skybridge/delivery/v1/delivery.grpc.pb.h"
#include "smtp/message_buffer.h"

namespace sky::smtpd {
namespace {
namespace v1 = skybridge::delivery::v1;
constexpr std::size_t chunk = 256 * 1024;
constexpr std::size_t confirm_batch = 200;
constexpr std::size_t confirm_most = 100'000;  // kept while delivery is away; what is forgotten only stays unconfirmed for an hour
constexpr std::chrono::milliseconds confirm_pause{200};

v1::Recipient::Kind kind_of(Destination::Kind kind) {
    if (kind == Destination::Kind::moderated) return v1::Recipient::MODERATED;
    if (kind == Destination::Kind::public_folder) return v1::Recipient::PUBLIC_FOLDER;
    return kind == Destination::Kind::decision ? v1::Recipient::DECISION : v1::Recipient::PLACE;
}

v1::SubmitRequest envelope_part(const Submission& submission) {
    v1::SubmitRequest part;
    v1::Envelope& envelope = *part.mutable_envelope();
    envelope.set_ingest_id(std::string(submission.ingest.bytes()));
    envelope.set_tenant_id(submission.tenant.value);
    envelope.set_reverse_path(submission.reverse_path);
    for (const Destination& destination : submission.destinations) {
        v1::Recipient& recipient = *envelope.add_recipients();
        recipient.set_address(destination.address);
        recipient.set_original(destination.original);
        recipient.set_tenant_id(destination.tenant.value);
        recipient.set_account_id(destination.account.value);
        recipient.set_kind(kind_of(destination.kind));
    }
    for (const SentCopy& copy : submission.copies) {
        v1::SentCopy& out = *envelope.add_sent_copies();
        out.set_account_id(copy.account.value);
        out.set_address(copy.address);
    }
    envelope.set_received_at(unix_micros(submission.received_at));
    envelope.set_authenticated(static_cast<bool>(submission.account));
    envelope.set_account_id(submission.account.value);
    envelope.set_remote_address(submission.remote_address);
    envelope.set_helo(submission.helo);
    envelope.set_protocol(std::string(submission.protocol));
    envelope.set_eight_bit(submission.octets == Submission::Octets::eight_bit);
    envelope.set_traceparent(submission.traceparent);
    return part;
}

v1::SubmitRequest end_part(const Submission& submission) {
    v1::SubmitRequest part;
    v1::End& end = *part.mutable_end();
    end.set_sha256(submission.sha256);
    end.set_message_id(submission.message_id);
    const auto cut = submission.cut ? submission.cut->end - submission.cut->begin : 0;
    end.set_size(submission.head.size() + submission.body->size() - cut);
    return part;
}

Result<Receipt> receipt_of(const v1::SubmitReply& reply) {
    if (!reply.accepted())
        return unexpected(rpc::fault_named(reply.fault(), Fault::unavailable), reply.text(), "delivery refused: " + reply.text());
    const auto ingest = Uuid::from_bytes(reply.ingest_id());
    if (!ingest) return unexpected(Fault::internal, "", "delivery accepted without an id");
    return Receipt{*ingest};
}
}  // namespace

struct Delivery::State {
    State(Executor on, std::shared_ptr<rpc::Channel> to)
        : executor(std::move(on)),
          channel(std::move(to)),
          stub(v1::Delivery::NewStub(channel->grpc())),
          stream(executor, "delivery.submit",
                 [made = stub.get()](grpc::ClientContext* context, grpc::ClientBidiReactor<v1::SubmitRequest, v1::SubmitReply>* reactor) {
                     made->async()->Submit(context, reactor);
                 }),
          group(executor) {}

    static Task<void> confirm_soon(std::shared_ptr<State> self);
    static Task<bool> confirm_some(std::shared_ptr<State> self, Deadline deadline);

    Executor executor;
    std::shared_ptr<rpc::Channel> channel;
    std::unique_ptr<v1::Delivery::Stub> stub;
    rpc::StreamClient<v1::SubmitRequest, v1::SubmitReply> stream;
    std::vector<std::pair<Uuid, TenantId>> heard;
    bool confirming = false;
    Group group;
};

Delivery::Delivery(Executor executor, std::shared_ptr<rpc::Channel> channel)
    : state_(std::make_shared<State>(std::move(executor), std::move(channel))) {}
Delivery::~Delivery() = default;

Task<Result<Receipt>> Delivery::submit(const Submission& submission, Deadline deadline) {
    auto message = state_->stream.open();
    auto sent = co_await message.write(envelope_part(submission), deadline);
    // The first chunk begins with our headers; the rest are what the client sent, as they lie in the buffer.
    std::string bytes = submission.head;
    for (std::uint64_t offset = 0; sent && !message.answered();) {
        auto limit = chunk - bytes.size();
        if (const auto& cut = submission.cut) {
            if (offset == cut->begin) offset = cut->end;
            if (offset < cut->begin) limit = std::min<std::uint64_t>(limit, cut->begin - offset);
        }
        auto more = submission.body->read(offset, limit);
        if (!more) {
            v1::SubmitRequest given_up;
            given_up.mutable_abort();
            static_cast<void>(co_await message.write(std::move(given_up), deadline));
            co_return std::unexpected(std::move(more.error()));
        }
        if (bytes.empty() && more->empty()) break;
        offset += more->size();
        bytes += *more;
        v1::SubmitRequest part;
        part.set_chunk(std::exchange(bytes, {}));
        sent = co_await message.write(std::move(part), deadline);
    }
    if (sent && !message.answered()) sent = co_await message.write(end_part(submission), deadline);
    if (!sent) co_return std::unexpected(std::move(sent.error()));
    auto reply = co_await message.finish(deadline);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return receipt_of(*reply);
}

void Delivery::confirm(Uuid ingest, TenantId tenant) {
    if (state_->heard.size() < confirm_most) state_->heard.emplace_back(ingest, tenant);
    if (std::exchange(state_->confirming, true)) return;
    state_->group.spawn("smtp.confirm", State::confirm_soon(state_));
}

// A short wait makes one call of many ids.
Task<void> Delivery::State::confirm_soon(std::shared_ptr<State> self) {
    auto pause = confirm_pause;
    while (!self->heard.empty()) {
        co_await sleep_for(pause);
        const bool done = co_await confirm_some(self, after(std::chrono::seconds(5)));
        pause = done ? confirm_pause : std::min<std::chrono::milliseconds>(pause * 2, std::chrono::seconds(10));
    }
    self->confirming = false;
}

Task<bool> Delivery::State::confirm_some(std::shared_ptr<State> self, Deadline deadline) {
    const auto count = std::min(self->heard.size(), confirm_batch);
    v1::ConfirmRequest request;
    for (std::size_t i = 0; i < count; ++i) {
        auto& one = *request.add_ingests();
        one.set_ingest_id(std::string(self->heard[i].first.bytes()));
        one.set_tenant_id(self->heard[i].second.value);
    }
    auto reply =
        co_await rpc::call(*self->stub, &v1::Delivery::StubInterface::async_interface::Confirm, std::move(request), {.deadline = deadline});
    if (reply)
        self->heard.erase(self->heard.begin(), self->heard.begin() + static_cast<std::ptrdiff_t>(count));
    else
        log::warning("smtp.confirm.failed", {{"count", count}, {"reason", reply.error().reason}});
    co_return reply.has_value();
}

Task<void> Delivery::stop(Deadline deadline) {
    co_await state_->group.stop(deadline);
    while (!state_->heard.empty() && !passed(deadline))
        if (!co_await State::confirm_some(state_, deadline)) break;
    co_await state_->stream.stop();
}

}  // namespace sky::smtpd
