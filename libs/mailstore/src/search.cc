#include <array>

#include "sky/base/ascii.h"
#include "sky/mailstore/read.h"
#include "sky/mime/fold.h"
#include "sky/mime/header.h"
#include "sky/mime/part_text.h"
#include "sky/mime/words.h"

namespace sky::mailstore {
namespace {

// Every field has a statement of its own, so that none is built from text. An empty needle asks whether the field exists.
#define SKY_SEARCH(column)                                                                                                             \
    "select p.uid from mail.placement p join mail.email e using (tenant_id, email_id) join mail.summary s using (tenant_id, blob_id) " \
    "where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid between $3 and $4 and s." column " <> '' and strpos(lower(s." column       \
    "), lower($5)) > 0 order by p.uid"
constexpr std::array<pg::Statement, 6> by_field{{{"mailstore.search_from", SKY_SEARCH("from_text")},
                                                 {"mailstore.search_to", SKY_SEARCH("to_text")},
                                                 {"mailstore.search_cc", SKY_SEARCH("cc_text")},
                                                 {"mailstore.search_bcc", SKY_SEARCH("bcc_text")},
                                                 {"mailstore.search_subject", SKY_SEARCH("subject")},
                                                 {"mailstore.search_message_id", SKY_SEARCH("message_id")}}};
#undef SKY_SEARCH
constexpr pg::Statement by_sent{
    "mailstore.search_sent",
    "select p.uid from mail.placement p join mail.email e using (tenant_id, email_id) join mail.summary s using (tenant_id, blob_id) "
    "where p.tenant_id = $1 and p.mailbox_id = $2 and p.uid between $3 and $4 and s.sent_at >= $5 and s.sent_at < $6 order by p.uid"};

constexpr std::uint64_t header_limit = 4 * 1024 * 1024;
constexpr std::size_t window = 1024 * 1024;  // of decoded text looked at in one go

Result<std::vector<std::uint32_t>> uids(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    std::vector<std::uint32_t> out;
    for (const auto row : *rows) out.push_back(row.get<std::uint32_t>(0));
    return out;
}

bool has_needle(std::string_view text, const std::string& folded_needle) {
    return mime::fold_case(text).find(folded_needle) != std::string::npos;
}

bool header_contains(std::string_view header, std::string_view field, const std::string& needle) {
    for (const auto& each : mime::parse_header(header).fields) {
        if (!field.empty() && !ascii::equals_ignoring_case(each.name, field)) continue;
        // TEXT looks at names too: a whole line is what the user sees.
        const auto value = mime::decode_words(mime::unfold(each.value));
        if (has_needle(field.empty() ? std::string(each.name) + ": " + value : value, needle)) return true;
    }
    return false;
}

// Searches one leaf as it streams by: decodes, keeps a window, and a tail so that a match across two windows is found.
class LeafSearch {
  public:
    LeafSearch(const mime::Part& part, mime::PartLabel label, const std::string& needle)
        : decoder_(part.encoding), label_(std::move(label)), needle_(needle) {}

    bool feed(std::string_view piece) {
        decoder_.feed(piece, octets_);
        return octets_.size() >= window && look();
    }
    bool finish() {
        decoder_.finish(octets_);
        return look();
    }

  private:
    bool look() {
        auto text = mime::charset_text(octets_, label_);
        if (label_.html) text = mime::text_of_html(text);
        const auto tail = std::min(octets_.size(), needle_.size() * 4 + 64);
        octets_.erase(0, octets_.size() - tail);
        return has_needle(text, needle_);
    }
    mime::TransferDecoder decoder_;
    mime::PartLabel label_;
    const std::string& needle_;
    std::string octets_;
};

}  // namespace

Task<Result<std::vector<std::uint32_t>>> Reader::search_field(MailboxRef mailbox, UidRange range, SearchField field, std::string needle,
                                                              Deadline deadline) {
    std::erase(needle, '\0');
    if (!ascii::is_utf8(needle)) co_return std::vector<std::uint32_t>();
    const auto params =
        pg::params(mailbox.tenant, mailbox.mailbox, static_cast<std::int64_t>(range.first), static_cast<std::int64_t>(range.last), needle);
    co_return uids(co_await pool_->query(mailbox.tenant, by_field.at(static_cast<std::size_t>(field)), params, deadline));
}

Task<Result<std::vector<std::uint32_t>>> Reader::search_sent(MailboxRef mailbox, UidRange range, Time from, Time to, Deadline deadline) {
    const auto params = pg::params(mailbox.tenant, mailbox.mailbox, static_cast<std::int64_t>(range.first),
                                   static_cast<std::int64_t>(range.last), from, to);
    co_return uids(co_await pool_->query(mailbox.tenant, by_sent, params, deadline));
}

Task<Result<bool>> Reader::contains(TenantId tenant, EmailId email, Scan scan, std::string field, std::string needle, Deadline deadline) {
    const auto folded = mime::fold_case(needle);
    auto texts = co_await this->texts(tenant, {email}, Want::tree, deadline);
    if (!texts) co_return forward(texts);
    if (texts->empty()) co_return false;
    const auto& text = (*texts)[0];
    if (scan != Scan::body) {
        auto header = co_await read(tenant, email, 0, text.prefix_size + text.header_size, header_limit, deadline);
        if (!header) co_return forward(header);
        if (header_contains(*header, field, folded)) co_return true;
        if (scan == Scan::header_field) co_return false;
    }
    const auto tree = mime::unpack(text.tree);
    if (!tree) co_return unexpected(Fault::corrupt, "The stored message is damaged", "MIME tree damaged");
    for (const auto& part : tree->parts) {
        if (!part.text || part.kind != mime::Part::Kind::leaf) continue;
        auto header = co_await read(tenant, email, text.prefix_size + part.header_offset, part.header_size, header_limit, deadline);
        if (!header) co_return forward(header);
        LeafSearch leaf(part, mime::part_label(*header, part), folded);
        auto body = co_await open(tenant, email, text.prefix_size + part.body_offset(), part.body_size, deadline);
        if (!body) co_return forward(body);
        for (;;) {
            auto piece = co_await body->next(deadline);
            if (!piece) co_return forward(piece);
            if (piece->empty() ? leaf.finish() : leaf.feed(*piece)) co_return true;
            if (piece->empty()) break;
        }
    }
    co_return false;
}

}  // namespace sky::mailstore
