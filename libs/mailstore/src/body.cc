// Summaries and octets of messages.
#include <algorithm>
#include <numeric>

#include "sky/mailstore/attachment_text.h"
#include "sky/mailstore/message.h"
#include "sky/mailstore/read.h"

namespace sky::mailstore {
namespace {

#define SKY_TEXT_COLUMNS                                                                                                                 \
    "e.email_id, e.thread_id, e.blob_id, octet_length(e.prefix), s.size, s.header_size, "                                                \
    "case when $3 & 1 <> 0 then s.envelope end, case when $3 & 2 <> 0 then s.bodystructure end, "                                        \
    "case when $3 & 4 <> 0 then s.preview end, case when $3 & 8 <> 0 then s.tree end, "                                                  \
    "case when $3 & 16 <> 0 then (select a.plain_size from mail.attachment_text a where a.tenant_id = $1 and a.blob_id = e.blob_id and " \
    "a.data is not null) end"
constexpr pg::Statement read_text{"mailstore.text", "select 1::bigint, " SKY_TEXT_COLUMNS
                                                    " from mail.email e join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id "
                                                    "where e.tenant_id = $1 and e.email_id = $2"};
constexpr pg::Statement read_texts{
    "mailstore.texts",
    "select u.place, " SKY_TEXT_COLUMNS
    " from unnest($2::bigint[]) with ordinality u (id, place) "
    "join mail.email e on e.tenant_id = $1 and e.email_id = u.id join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id"};
#undef SKY_TEXT_COLUMNS
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
// The prefix comes with the first frame, and alone where there are no octets.
#define SKY_FRAME_COLUMNS "f.start, f.plain_size, f.data, case when coalesce(f.seq, 0) = 0 then e.prefix end"
constexpr pg::Statement whole_one{"mailstore.whole_one",
                                  "select 1::bigint, " SKY_FRAME_COLUMNS
                                  ", 0::bigint from mail.email e left join mail.blob_frame f on f.tenant_id = $1 and "
                                  "f.blob_id = e.blob_id where e.tenant_id = $1 and e.email_id = $2"};
constexpr pg::Statement whole_many{"mailstore.whole_many",
                                   "select u.place, " SKY_FRAME_COLUMNS
                                   ", 0::bigint from unnest($2::bigint[]) with ordinality u (id, place) join mail.email e on "
                                   "e.tenant_id = $1 and e.email_id = u.id left join mail.blob_frame f on f.tenant_id = $1 and "
                                   "f.blob_id = e.blob_id"};
constexpr pg::Statement headers_of{"mailstore.headers_of",
                                   "select u.place, " SKY_FRAME_COLUMNS
                                   ", s.header_size from unnest($2::bigint[]) with ordinality u (id, place) join mail.email e on "
                                   "e.tenant_id = $1 and e.email_id = u.id join mail.summary s on s.tenant_id = $1 and "
                                   "s.blob_id = e.blob_id left join mail.blob_frame f on f.tenant_id = $1 and f.blob_id = e.blob_id and "
                                   "f.start < s.header_size"};
#undef SKY_FRAME_COLUMNS

std::unexpected<Error> gone() { return unexpected(Fault::not_found, "The message is gone"); }

}  // namespace

Task<Result<std::vector<EmailText>>> Reader::texts(TenantId tenant, std::vector<EmailId> emails, Want want, Deadline deadline) {
    const auto columns = static_cast<std::int32_t>(want);
    auto rows = emails.size() == 1 ? co_await pool_->query(tenant, read_text, pg::params(tenant, emails.front(), columns), deadline)
                                   : co_await pool_->query(tenant, read_texts, pg::params(tenant, emails, columns), deadline);
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
    std::vector<std::string> out(emails.size());
    if (emails.empty()) co_return out;
    const bool one = emails.size() == 1 && extent == Extent::whole;  // the planner knows what one row costs, and plans but once
    const auto rows =
        one ? co_await pool_->query(tenant, whole_one, pg::params(tenant, emails.front()), deadline)
            : co_await pool_->query(tenant, extent == Extent::whole ? whole_many : headers_of, pg::params(tenant, emails), deadline);
    if (!rows) co_return forward(rows);
    std::vector<std::size_t> order(rows->size());  // frames of a message by their start
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto place_of = [&rows](std::size_t at) {
        const auto row = (*rows)[at];
        return std::pair(row.get<std::int64_t>(0), row.is_null(1) ? 0 : row.get<std::int64_t>(1));
    };
    const auto earlier = [&place_of](std::size_t a, std::size_t b) { return place_of(a) < place_of(b); };
    if (!std::ranges::is_sorted(order, earlier)) std::ranges::sort(order, earlier);
    for (const std::size_t at : order) {
        const auto row = (*rows)[at];
        std::string& text = out[static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1];
        if (!row.is_null(4)) text += row.raw(4);
        if (row.is_null(1)) continue;
        const std::size_t before = text.size();
        if (auto unpacked = unpack_frame_to(text, row.raw(3), row.get<std::uint32_t>(2)); !unpacked) co_return forward(unpacked);
        if (extent == Extent::whole) continue;
        const auto wanted = static_cast<std::size_t>(row.get<std::int64_t>(5) - row.get<std::int64_t>(1));
        if (text.size() - before > wanted) text.resize(before + wanted);
    }
    co_return out;
}

}  // namespace sky::mailstore
