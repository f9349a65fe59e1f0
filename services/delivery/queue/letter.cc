#include "delivery/queue/letter.h"

#include "delivery/fingerprint.h"
#include "delivery/store/ingest.h"

namespace sky::delivery {

Letter letter(TenantId tenant, Uuid id, std::string protocol, std::string message_id, const std::string& octets,
              std::span<const identity::Target> places, std::chrono::milliseconds life) {
    Letter out;
    auto& envelope = out.submission.envelope;
    envelope.ingest = id;
    envelope.tenant = tenant;
    envelope.received_at = SystemClock().now();
    envelope.protocol = std::move(protocol);
    for (const auto& place : places) {
        envelope.recipients.push_back({place.address, {}, place.tenant, place.account});
        store::NewRecipient row;
        row.recipient = place.address;
        row.route = place.account ? store::Route::local : store::Route::remote;
        row.target = place.tenant;
        row.account = place.account;
        row.expires_in = life;
        out.rows.push_back(std::move(row));
    }
    out.submission.message_id = std::move(message_id);
    out.submission.message = mailstore::prepare(octets);
    out.submission.fingerprint = fingerprint(envelope, out.submission.message_id, out.submission.message.sha256);
    return out;
}

Task<Result<store::MessageKey>> queue_letter(QueueContext& queue, pg::Transaction& tx, const Letter& letter) {
    const auto& submission = letter.submission;
    const auto tenant = submission.envelope.tenant;
    const Submission* const all[] = {&submission};
    auto heads = co_await store::insert_heads(tx, tenant, all);
    if (!heads) co_return forward(heads);
    if (heads->fresh.empty()) co_return unexpected(Fault::internal, {}, "the new id of a letter is taken");
    const mailstore::Delivery only_blob{&submission.message, {}};
    auto stored = co_await mailstore::deliver(tx, tenant, queue.rooms.ids, {&only_blob, 1}, mailstore::Busy::wait);
    if (!stored) co_return forward(stored);
    if (auto reserved = co_await queue.rooms.ids.reserve(tx, 1); !reserved) co_return forward(reserved);

    const store::MessageKey key{tenant, QueueId{queue.rooms.ids.next()}};
    std::vector<store::LedgerRow> ledger;
    auto rows = letter.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].message = key.id;
        rows[i].position = static_cast<std::int32_t>(i);
        ledger.push_back({.ingest = submission.envelope.ingest,
                          .position = rows[i].position,
                          .recipient = rows[i].recipient,
                          .account = rows[i].account,
                          .outcome = "queued",
                          .detail = {},
                          .mailbox = {},
                          .uid = {}});
    }
    const store::NewMessage message{key.id, submission.envelope.ingest, stored->front().blob,
                                    {},     submission.message_id,      static_cast<std::int64_t>(submission.message.size)};
    store::insert_ledger(tx, tenant, ledger);
    store::insert(tx, tenant, {&message, 1}, rows);
    co_return key;
}

}  // namespace sky::delivery
