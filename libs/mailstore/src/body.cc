// Summaries and octets of messages.
#include <algorithm>
#include <unordered_map>

#include "sky/mailstore/attachment_text.h"
#include "sky/mailstore/message.h"
#include "sky/mailstore/read.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement read_texts{
    "mailstore.texts",
    "select u.place, e.email_id, e.thread_id, e.blob_id, octet_length(e.prefix), s.size, s.header_size, "
    "case when $3 & 1 <> 0 then s.envelope end, case when $3 & 2 <> 0 then s.bodystructure end, case when $3 & 4 <> 0 then s.preview end, "
    "case when $3 & 8 <> 0 then s.tree end, "
    "case when $3 & 16 <> 0 then (select a.plain_size from mail.attachment_text a where a.tenant_id = $1 and a.blob_id = e.blob_id and "
    "a.data is not null) end from "
    "unnest($2::bigint[]) with ordinality u (id, place) "
    "join mail.email e on e.tenant_id = $1 and e.email_id = u.id join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id"};
constexpr pg::Statement read_attachments{"mailstore.attachment_texts",
                                         "select blob_id, plain_size, data from mail.attachment_text where tenant_id = $1 and "
                                         "blob_id = any ($2) and data is not null"};
constexpr pg::Statement open_email{"mailstore.open_email",
                                   "select e.blob_id, b.size, e.prefix from mail.email e join mail.blob b using (tenant_id, blob_id) "
                                   "where e.tenant_id = $1 and e.email_id = $2"};
constexpr pg::Statement open_only_blob{"mailstore.open_blob", "select blob_id, size from mail.blob where tenant_id = $1 and blob_id = $2"};
constexpr pg::Statement frame_at{"mailstore.frame_at",
                                 "select start, plain_size, data from mail.blob_frame where tenant_id = $1 and blob_id = $2 "
                                 "and start + plain_size > $3 order by seq limit 1"};
constexpr pg::Statement prefixes{"mailstore.prefixes",
                                 "select email_id, prefix from mail.email where tenant_id = $1 and email_id = any ($2)"};
constexpr pg::Statement frames_of{
    "mailstore.frames_of",
    "select e.email_id, f.start, f.plain_size, f.data, s.header_size from mail.email e "
    "join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id "
    "join mail.blob_frame f on f.tenant_id = $1 and f.blob_id = e.blob_id "
    "where e.tenant_id = $1 and e.email_id = any ($2) and ($3 or f.start < s.header_size) order by e.email_id, f.seq"};

std::unexpected<Error> gone() { return unexpected(Fault::not_found, "The message is gone"); }

}  // namespace

Task<Result<std::vector<EmailText>>> Reader::texts(TenantId tenant, std::vector<EmailId> emails, Want want, Deadline deadline) {
    auto rows = co_await pool_->query(tenant, read_texts, pg::params(tenant, emails, static_cast<std::int32_t>(want)), deadline);
    if (!rows) co_return forward(rows);
    // Sorted here: the planner would sort all columns.
    std::vector<std::size_t> row_of(emails.size(), SIZE_MAX);
    for (std::size_t i = 0; i < rows->size(); ++i) row_of[static_cast<std::size_t>((*rows)[i].get<std::int64_t>(0)) - 1] = i;
    std::vector<EmailText> out;
    out.reserve(rows->size());
    for (const auto at : row_of) {
        if (at == SIZE_MAX) continue;
        const auto row = (*rows)[at];
        out.push_back({row.get<EmailId>(1), row.get<ThreadId>(2), row.get<BlobId>(3), row.get<std::uint32_t>(4),
                       static_cast<std::uint64_t>(row.get<std::int64_t>(5)), static_cast<std::uint64_t>(row.get<std::int64_t>(6)),
                       row.get<std::string>(7), row.get<std::string>(8), row.get<std::string>(9), row.get<std::string>(10), std::string(),
                       row.is_null(11) ? 0 : row.get<std::uint32_t>(11)});
    }
    co_return out;
}

Task<Result<void>> Reader::add_attachments(TenantId tenant, std::vector<EmailText*> texts, Deadline deadline) {
    std::erase_if(texts, [](const EmailText* text) { return text->attachment_octets == 0; });
    if (texts.empty()) co_return Result<void>{};
    std::vector<BlobId> blobs;
    for (const EmailText* text : texts) blobs.push_back(text->blob);
    const auto rows = co_await pool_->query(tenant, read_attachments, pg::params(tenant, blobs), deadline);
    if (!rows) co_return forward(rows);
    std::unordered_map<BlobId, std::string> known;
    for (const auto row : *rows) known[row.get<BlobId>(0)] = unpack_attachment_text(row.raw(2), row.get<std::uint32_t>(1));
    for (EmailText* text : texts)
        if (const auto found = known.find(text->blob); found != known.end()) text->attachments = found->second;
    co_return Result<void>{};
}

Task<Result<BodyReader>> Reader::open(TenantId tenant, EmailId email, std::uint64_t offset, std::uint64_t size, Deadline deadline) {
    auto rows = co_await pool_->query(tenant, open_email, pg::params(tenant, email), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return gone();
    const auto row = (*rows)[0];
    BodyReader reader;
    reader.pool_ = pool_;
    reader.tenant_ = tenant;
    reader.blob_ = row.get<BlobId>(0);
    reader.prefix_ = row.get<std::string>(2);
    const auto total = reader.prefix_.size() + static_cast<std::uint64_t>(row.get<std::int64_t>(1));
    reader.at_ = std::min(offset, total);
    reader.end_ = reader.at_ + std::min(size, total - reader.at_);
    reader.size_ = reader.end_ - reader.at_;
    co_return reader;
}

Task<Result<BodyReader>> Reader::open_blob(TenantId tenant, BlobId blob, std::uint64_t offset, std::uint64_t size, Deadline deadline) {
    auto rows = co_await pool_->query(tenant, open_only_blob, pg::params(tenant, blob), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return gone();
    BodyReader reader;
    reader.pool_ = pool_;
    reader.tenant_ = tenant;
    reader.blob_ = blob;
    const auto total = static_cast<std::uint64_t>((*rows)[0].get<std::int64_t>(1));
    reader.at_ = std::min(offset, total);
    reader.end_ = reader.at_ + std::min(size, total - reader.at_);
    reader.size_ = reader.end_ - reader.at_;
    co_return reader;
}

// The prefix comes together with the first octets of the blob: who got a first piece knows that the store can be read.
Task<Result<std::string>> BodyReader::next(Deadline deadline) {
    std::string piece;
    auto at = at_;
    if (at < prefix_.size() && at < end_) {
        piece = prefix_.substr(at, end_ - at);
        at += piece.size();
    }
    if (at < end_) {
        auto octets = co_await frame(at - prefix_.size(), deadline);
        // What is read here never changes, so a connection that broke is worth a second try.
        if (!octets && octets.error().fault == Fault::unavailable && !passed(deadline))
            octets = co_await frame(at - prefix_.size(), deadline);
        if (!octets) co_return octets;
        octets->resize(std::min<std::uint64_t>(octets->size(), end_ - at));
        at += octets->size();
        piece = piece.empty() ? std::move(*octets) : piece + *octets;
    }
    at_ = at;
    co_return piece;
}

// The octets of one frame from this place in the blob on.
Task<Result<std::string>> BodyReader::frame(std::uint64_t in_blob, Deadline deadline) {
    auto rows = co_await pool_->query(tenant_, frame_at, pg::params(tenant_, blob_, static_cast<std::int64_t>(in_blob)), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return gone();
    const auto row = (*rows)[0];
    const auto start = static_cast<std::uint64_t>(row.get<std::int64_t>(0));
    auto plain = unpack_frame(row.raw(2), row.get<std::uint32_t>(1));
    if (!plain) co_return plain;
    if (start > in_blob) co_return unexpected(Fault::corrupt, "The stored message is damaged", "a frame is missing");
    if (start < in_blob) plain->erase(0, in_blob - start);
    co_return plain;
}

Task<Result<std::string>> Reader::read(TenantId tenant, EmailId email, std::uint64_t offset, std::uint64_t size, std::uint64_t limit,
                                       Deadline deadline) {
    auto reader = co_await open(tenant, email, offset, size, deadline);
    if (!reader) co_return forward(reader);
    if (reader->size() > limit) co_return unexpected(Fault::too_large, "That is too much to read at once");
    std::string out;
    out.reserve(reader->size());
    for (;;) {
        auto piece = co_await reader->next(deadline);
        if (!piece) co_return piece;
        if (piece->empty()) co_return out;
        out += *piece;
    }
}

Task<Result<std::vector<std::string>>> Reader::octets(TenantId tenant, std::vector<EmailId> emails, Extent extent, Deadline deadline) {
    auto tx = co_await pool_->begin(tenant, deadline);
    if (!tx) co_return forward(tx);
    const auto first = tx->queue(prefixes, pg::params(tenant, emails));
    const auto second = tx->queue(frames_of, pg::params(tenant, emails, extent == Extent::whole));
    std::unordered_map<EmailId, std::string> texts;
    auto rows = co_await tx->take(first);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) texts[row.get<EmailId>(0)] = row.get<std::string>(1);
    rows = co_await tx->take(second);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) {
        auto plain = unpack_frame(row.raw(3), row.get<std::uint32_t>(2));
        if (!plain) co_return forward(plain);
        const auto start = static_cast<std::uint64_t>(row.get<std::int64_t>(1));
        const auto header = static_cast<std::uint64_t>(row.get<std::int64_t>(4));
        texts[row.get<EmailId>(0)] += extent == Extent::whole ? *plain : plain->substr(0, header - start);
    }
    std::vector<std::string> out;
    out.reserve(emails.size());
    for (const auto email : emails) out.push_back(texts[email]);
    co_return out;
}

}  // namespace sky::mailstore
