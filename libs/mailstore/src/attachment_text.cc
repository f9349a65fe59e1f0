#include "sky/mailstore/attachment_text.h"

#include <zstd.h>

#include <algorithm>
#include <set>

#include "sky/base/ascii.h"
#include "sky/mailstore/read.h"
#include "sky/mime/header.h"
#include "sky/mime/parameters.h"
#include "sky/mime/transfer.h"
#include "sky/mime/tree.h"
#include "sky/mime/words.h"

namespace sky::mailstore {
namespace {

constexpr std::size_t most_attachments = 50;  // of a message
constexpr std::uint64_t header_limit = 64 * 1024;
constexpr int level = 3;

constexpr pg::Statement settled{"mailstore.attachments_settled",
                                "select blob_id from mail.attachment_text where tenant_id = $1 and blob_id = any ($2) and "
                                "(data is not null or tries >= $3)"};
constexpr pg::Statement keep_text{
    "mailstore.keep_attachment_text",
    "insert into mail.attachment_text (tenant_id, blob_id, plain_size, data) select $1, b.blob_id, $3, $4 from mail.blob b where "
    "b.tenant_id = $1 and b.blob_id = $2 on conflict (tenant_id, blob_id) do update set plain_size = $3, data = $4"};
constexpr pg::Statement count_try{
    "mailstore.count_attachment_try",
    "insert into mail.attachment_text (tenant_id, blob_id, tries) select $1, b.blob_id, 1 from mail.blob b where b.tenant_id = $1 and "
    "b.blob_id = $2 on conflict (tenant_id, blob_id) do update set tries = attachment_text.tries + 1"};

bool may_have_text(const mime::Part& part) {
    return part.kind == mime::Part::Kind::leaf && !part.text && part.body_size > 0 && part.body_size <= largest_attachment / 3 * 4;
}

// What documents call themselves; pictures, sounds, signatures and what is encrypted have nothing to search.
bool is_document(std::string_view type) {
    if (!type.starts_with("application/")) return false;
    for (const std::string_view none : {"pgp-", "pkcs7-", "x-pkcs7-", "zip", "x-zip-compressed", "gzip", "x-gzip"})
        if (type.substr(12).starts_with(none)) return false;
    return true;
}

class Conversion {
  public:
    Conversion(pg::Pool& pool, TenantId tenant, const Converter& converter, Deadline deadline)
        : reader_(pool), tenant_(tenant), converter_(converter), deadline_(deadline) {}

    // All attachments of a message, one after the other.
    Task<Result<std::string>> text_of(const EmailText& email) {
        const auto tree = mime::unpack(email.tree);
        std::string out;
        std::size_t asked = 0;
        for (std::size_t i = 0; tree && i < tree->parts.size() && asked < most_attachments && out.size() < longest_attachment_text; ++i) {
            const auto& part = tree->parts[i];
            if (!may_have_text(part)) continue;
            auto type = co_await type_of(email, part);
            if (!type) co_return forward(type);
            if (!is_document(*type)) continue;
            auto octets = co_await octets_of(email, part);
            if (!octets) co_return forward(octets);
            ++asked;
            const auto text = co_await converter_({*std::move(type), *std::move(octets)}, deadline_);
            if (!text && text.error().fault == Fault::unsupported) continue;
            if (!text) co_return forward(text);
            (out += mime::guess_utf8(*text)) += '\n';
        }
        if (out.size() > longest_attachment_text) {
            std::size_t end = longest_attachment_text;
            while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
            out.resize(end);
        }
        co_return out;
    }

  private:
    Task<Result<std::string>> type_of(const EmailText& email, const mime::Part& part) {
        const auto header = co_await read(email.blob, part.header_offset, std::min(part.header_size, header_limit));
        if (!header) co_return forward(header);
        const auto fields = mime::parse_header(*header);
        const auto* field = mime::find(fields, "content-type");
        const auto type = field && !part.fallback ? mime::parse_content_type(field->value) : std::nullopt;
        co_return type ? ascii::to_lower(type->type + "/" + type->subtype) : "application/octet-stream";
    }
    Task<Result<std::string>> octets_of(const EmailText& email, const mime::Part& part) {
        const auto body = co_await read(email.blob, part.body_offset(), part.body_size);
        if (!body) co_return forward(body);
        co_return mime::decode_transfer(*body, part.encoding);
    }
    Task<Result<std::string>> read(BlobId blob, std::uint64_t offset, std::uint64_t size) {
        auto body = co_await reader_.open_blob(tenant_, blob, offset, size, deadline_);
        if (!body) co_return forward(body);
        std::string out;
        for (;;) {
            const auto piece = co_await body->next(deadline_);
            if (!piece) co_return forward(piece);
            if (piece->empty()) co_return out;
            out += *piece;
        }
    }

    Reader reader_;
    TenantId tenant_;
    const Converter& converter_;
    Deadline deadline_;
};

// What was converted is kept even when the time for converting is over.
Deadline storing() { return after(std::chrono::seconds(10)); }

std::string pack(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const auto size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level);
    if (ZSTD_isError(size)) throw std::bad_alloc();  // the bound is kept, so only memory can be short
    out.resize(size);
    return out;
}

// Of these emails those with parts that may be documents, and nothing known of them.
Task<Result<std::vector<EmailText>>> find_unconverted(pg::Pool& pool, TenantId tenant, std::vector<EmailId> emails, Deadline deadline) {
    auto texts = co_await Reader(pool).texts(tenant, std::move(emails), Want::tree, deadline);
    if (!texts) co_return texts;
    std::erase_if(*texts, [](const EmailText& text) {
        const auto tree = mime::unpack(text.tree);
        return !tree || std::ranges::none_of(tree->parts, may_have_text);
    });
    if (texts->empty()) co_return texts;
    std::vector<BlobId> blobs;
    for (const auto& text : *texts) blobs.push_back(text.blob);
    const auto rows = co_await pool.query(tenant, settled, pg::params(tenant, blobs, std::int32_t{attachment_tries}), deadline);
    if (!rows) co_return forward(rows);
    std::set<std::int64_t> known;
    for (const auto row : *rows) known.insert(row.get<std::int64_t>(0));
    std::erase_if(*texts, [&](const EmailText& text) { return known.contains(text.blob.value); });
    co_return texts;
}

}  // namespace

Task<Result<Unconverted>> convert_attachments(pg::Pool& pool, TenantId tenant, std::vector<EmailId> emails, const Converter& converter,
                                              Deadline deadline) {
    const auto todo = co_await find_unconverted(pool, tenant, std::move(emails), deadline);
    if (!todo) co_return forward(todo);
    Conversion conversion(pool, tenant, converter, deadline);
    Unconverted out;
    for (const EmailText& email : *todo) {
        if (out.away || passed(deadline)) {
            out.emails.push_back(email.email);
            continue;
        }
        auto text = co_await conversion.text_of(email);
        if (!text && text.error().fault == Fault::not_found) continue;  // the message is gone
        if (!text && text.error().fault == Fault::corrupt) text = std::string();
        if (!text) {
            out.emails.push_back(email.email);
            out.away = true;
            const auto counted = co_await pool.query(tenant, count_try, pg::params(tenant, email.blob), storing());
            if (!counted) co_return forward(counted);
            continue;
        }
        const auto packed = pack(*text);
        const auto kept = co_await pool.query(
            tenant, keep_text, pg::params(tenant, email.blob, static_cast<std::int32_t>(text->size()), pg::Bytea{packed}), storing());
        if (!kept) co_return forward(kept);
    }
    co_return out;
}

std::string unpack_attachment_text(std::string_view data, std::uint32_t plain_size) {
    if (plain_size > longest_attachment_text) return {};
    std::string out(plain_size, '\0');
    const auto size = ZSTD_decompress(out.data(), out.size(), data.data(), data.size());
    return ZSTD_isError(size) || size != plain_size ? std::string() : out;
}

}  // namespace sky::mailstore
