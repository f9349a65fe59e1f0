#include <algorithm>
#include <unordered_map>

#include "message_text.h"
#include "sky/base/ascii.h"
#include "sky/mailstore/likeness.h"
#include "sky/mailstore/read.h"
#include "sky/mime/fold.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement read_fields{
    "mailstore.search_fields",
    "select u.place, s.from_text, s.to_text, s.cc_text, s.bcc_text, s.subject from unnest($2::bigint[]) with ordinality u (id, place) "
    "join mail.email e on e.tenant_id = $1 and e.email_id = u.id join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id"};
constexpr pg::Statement read_field{
    "mailstore.search_field",
    "select u.place, case $3::integer when 0 then s.from_text when 1 then s.to_text when 2 then s.cc_text when 3 then s.bcc_text else "
    "s.subject end "
    "from unnest($2::bigint[]) with ordinality u (id, place) "
    "join mail.email e on e.tenant_id = $1 and e.email_id = u.id join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id"};

constexpr std::size_t fields_at_once = 20'000;
constexpr std::size_t texts_at_once = 200;
constexpr std::uint64_t octets_at_once = 2 * 1024 * 1024;
constexpr std::uint64_t large_message = 512 * 1024;  // read apart, a frame at a time
constexpr std::size_t kept_of_field = 8192 - 4;      // of a longer field the column has only the beginning (libs/mime summary.cc)

bool has_needle(std::string_view text, const std::string& folded_needle) {
    return mime::fold_case(text).find(folded_needle) != std::string::npos;
}

std::string_view header_name(SearchField field) {
    constexpr std::string_view names[] = {"From", "To", "Cc", "Bcc", "Subject"};
    return names[static_cast<std::size_t>(field)];
}

// Looks for one needle in the pieces of one message.
class Hunt {
  public:
    Hunt(Reader::Scan scan, std::string field, const std::string& needle)
        : scan_(scan), field_(std::move(field)), needle_(mime::fold_case(needle)) {}

    std::size_t overlap() const { return needle_.size(); }
    bool reads_headers_only() const { return scan_ == Reader::Scan::header_field; }
    bool operator()(TextKind kind, std::string_view piece) const {
        if (scan_ == Reader::Scan::header_field) return kind == TextKind::header && has_field(piece);
        if (scan_ == Reader::Scan::body && kind != TextKind::body) return false;
        return has_needle(piece, needle_);
    }

  private:
    bool has_field(std::string_view line) const {
        const auto colon = line.find(": ");
        return ascii::equals_ignoring_case(line.substr(0, colon), field_) && has_needle(line.substr(colon + 2), needle_);
    }
    Reader::Scan scan_;
    std::string field_;
    std::string needle_;
};

std::vector<EmailId> some_of(const std::vector<EmailId>& emails, std::size_t at, std::size_t count) {
    const auto begin = emails.begin() + static_cast<std::ptrdiff_t>(at);
    return {begin, begin + static_cast<std::ptrdiff_t>(std::min(count, emails.size() - at))};
}

// Shows the texts of messages to a visitor, one message after the other; read one by one or many in one round trip, as their sizes allow.
class TextTour {
  public:
    struct Guide {
        TextVisitor visit;
        std::function<void(EmailId, bool)> end;  // of one message, and whether the visitor ended it
        std::size_t overlap = 0;
        Reader::Extent extent = Reader::Extent::whole;
    };
    TextTour(pg::Pool& pool, TenantId tenant, Guide guide, Deadline deadline)
        : pool_(pool), tenant_(tenant), guide_(std::move(guide)), deadline_(deadline) {}

    Task<Result<void>> run(std::vector<EmailId> emails) {
        for (std::size_t at = 0; at < emails.size(); at += texts_at_once)
            if (auto looked = co_await look(some_of(emails, at, texts_at_once)); !looked) co_return looked;
        co_return Result<void>{};
    }

  private:
    Task<Result<void>> look(std::vector<EmailId> emails) {
        texts_.clear();
        const auto want = guide_.extent == Reader::Extent::header ? Want::tree : Want::tree | Want::attachments;
        auto texts = co_await Reader(pool_).texts(tenant_, emails, want, deadline_);
        if (!texts) co_return forward(texts);
        for (EmailText& text : *texts) texts_.emplace(text.email, std::move(text));
        std::vector<EmailId> together;
        std::uint64_t octets = 0;
        for (const EmailId email : emails) {
            const auto text = texts_.find(email);
            if (text == texts_.end()) continue;
            const bool headers = guide_.extent == Reader::Extent::header;
            const std::uint64_t size =
                text->second.prefix_size + (headers ? text->second.header_size : text->second.blob_size) + text->second.attachment_octets;
            if (size > large_message) {
                if (auto looked = co_await look_at_large(text->second); !looked) co_return looked;
                continue;
            }
            together.push_back(email);
            octets += size;
            if (octets < octets_at_once) continue;
            if (auto looked = co_await look_at(together); !looked) co_return looked;
            together.clear();
            octets = 0;
        }
        co_return co_await look_at(together);
    }

    Task<Result<void>> look_at(const std::vector<EmailId>& emails) {
        if (emails.empty()) co_return Result<void>{};
        const auto octets = co_await Reader(pool_).octets(tenant_, emails, guide_.extent, deadline_);
        if (!octets) co_return forward(octets);
        std::vector<EmailText*> texts;
        for (const EmailId email : emails) texts.push_back(&texts_.at(email));
        if (auto added = co_await Reader(pool_).add_attachments(tenant_, texts, deadline_); !added) co_return added;
        for (std::size_t i = 0; i < emails.size(); ++i) {
            EmailText& text = texts_.at(emails[i]);
            const auto tree = mime::unpack(text.tree);
            if (!tree) co_return unexpected(Fault::corrupt, "The stored message is damaged", "MIME tree damaged");
            guide_.end(emails[i], visit_text((*octets)[i], text.prefix_size, *tree, guide_.overlap, guide_.visit) ||
                                      visit_attachments(text, guide_.visit));
            text.attachments = {};
        }
        co_return Result<void>{};
    }

    Task<Result<void>> look_at_large(EmailText& text) {
        std::vector<EmailText*> one{&text};
        if (auto added = co_await Reader(pool_).add_attachments(tenant_, std::move(one), deadline_); !added) co_return added;
        const auto ended = co_await visit_stored_text(pool_, tenant_, text, guide_.overlap, guide_.visit, deadline_);
        if (!ended && ended.error().fault != Fault::not_found) co_return forward(ended);
        guide_.end(text.email, ended && (*ended || visit_attachments(text, guide_.visit)));
        text.attachments = {};
        co_return Result<void>{};
    }

    pg::Pool& pool_;
    TenantId tenant_;
    Guide guide_;
    Deadline deadline_;
    std::unordered_map<EmailId, EmailText> texts_;
};

}  // namespace

Task<Result<std::vector<std::vector<std::string>>>> Reader::fields(TenantId tenant, std::vector<EmailId> emails, Deadline deadline) {
    std::vector<std::vector<std::string>> out(emails.size());
    const auto rows = co_await pool_->query(tenant, read_fields, pg::params(tenant, emails), deadline);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) {
        auto& fields = out[static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1];
        for (int column = 1; column <= 5; ++column) fields.push_back(row.get<std::string>(column));
    }
    co_return out;
}

Task<Result<std::vector<FieldText>>> Reader::field_texts(TenantId tenant, std::vector<EmailId> emails, SearchField field,
                                                         Deadline deadline) {
    std::vector<FieldText> out(emails.size());
    const auto rows = co_await pool_->query(tenant, read_field, pg::params(tenant, emails, static_cast<std::int32_t>(field)), deadline);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) {
        FieldText& one = out[static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1];
        const auto text = row.raw(1);
        one.folded = mime::fold_case(text.substr(0, most_field_text));
        one.whole = text.size() <= most_field_text && one.folded.size() <= most_field_text;
        if (one.folded.size() > most_field_text) one.folded.resize(most_field_text);  // folding may take eleven times the octets
    }
    co_return out;
}

Task<Result<std::vector<EmailId>>> Reader::search_field(TenantId tenant, std::vector<EmailId> emails, SearchField field, std::string needle,
                                                        Deadline deadline) {
    const auto folded = mime::fold_case(needle);
    std::vector<char> matches(emails.size(), 0);
    std::vector<EmailId> long_ones;
    for (std::size_t at = 0; at < emails.size(); at += fields_at_once) {
        const auto some = some_of(emails, at, fields_at_once);
        const auto rows = co_await pool_->query(tenant, read_field, pg::params(tenant, some, static_cast<std::int32_t>(field)), deadline);
        if (!rows) co_return forward(rows);
        for (const auto row : *rows) {
            const std::size_t place = at + static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1;
            const auto text = row.raw(1);
            matches[place] = !text.empty() && has_needle(text, folded) ? 1 : 0;
            if (matches[place] == 0 && text.size() >= kept_of_field) long_ones.push_back(emails[place]);
        }
    }
    if (!long_ones.empty()) {
        auto found =
            co_await search_text(tenant, std::move(long_ones), Scan::header_field, std::string(header_name(field)), needle, deadline);
        if (!found) co_return found;
        for (std::size_t i = 0; i < emails.size(); ++i)
            if (std::ranges::find(*found, emails[i]) != found->end()) matches[i] = 1;
    }
    std::vector<EmailId> out;
    for (std::size_t i = 0; i < emails.size(); ++i)
        if (matches[i] != 0) out.push_back(emails[i]);
    co_return out;
}

Task<Result<std::vector<EmailId>>> Reader::search_text(TenantId tenant, std::vector<EmailId> emails, Scan scan, std::string field,
                                                       std::string needle, Deadline deadline) {
    const Hunt hunt(scan, std::move(field), needle);
    std::vector<EmailId> found;
    TextTour tour(*pool_, tenant,
                  {.visit = hunt,
                   .end =
                       [&found](EmailId email, bool ended) {
                           if (ended) found.push_back(email);
                       },
                   .overlap = hunt.overlap(),
                   .extent = hunt.reads_headers_only() ? Extent::header : Extent::whole},
                  deadline);
    if (auto done = co_await tour.run(emails); !done) co_return forward(done);
    std::ranges::sort(found);
    std::erase_if(emails, [&](EmailId email) { return !std::ranges::binary_search(found, email); });
    co_return emails;
}

Task<Result<std::map<EmailId, unsigned>>> Reader::score_field(TenantId tenant, std::vector<EmailId> emails, SearchField field,
                                                              std::string needle, Deadline deadline) {
    std::map<EmailId, unsigned> out;
    Likeness likeness(needle);
    for (std::size_t at = 0; at < emails.size(); at += fields_at_once) {
        const auto some = some_of(emails, at, fields_at_once);
        const auto rows = co_await pool_->query(tenant, read_field, pg::params(tenant, some, static_cast<std::int32_t>(field)), deadline);
        if (!rows) co_return forward(rows);
        for (const auto row : *rows) {
            if (row.raw(1).empty()) continue;
            likeness.reset();
            likeness.add(row.raw(1));
            if (const unsigned score = likeness.score(); score > 0)
                out[some[static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1]] = score;
        }
    }
    co_return out;
}

Task<Result<std::map<EmailId, unsigned>>> Reader::score_text(TenantId tenant, std::vector<EmailId> emails, Scan scan, std::string field,
                                                             std::string needle, Deadline deadline) {
    std::map<EmailId, unsigned> out;
    Likeness likeness(needle);
    const auto wanted = [scan, &field](TextKind kind, std::string_view piece) {
        if (scan == Scan::body) return kind == TextKind::body;
        return scan == Scan::text || (kind == TextKind::header && ascii::equals_ignoring_case(piece.substr(0, piece.find(": ")), field));
    };
    TextTour tour(*pool_, tenant,
                  {.visit =
                       [&](TextKind kind, std::string_view piece) {
                           if (wanted(kind, piece)) likeness.add(scan == Scan::header_field ? piece.substr(field.size() + 2) : piece);
                           return likeness.score() == 100;
                       },
                   .end =
                       [&](EmailId email, bool) {
                           if (const unsigned score = likeness.score(); score > 0) out[email] = score;
                           likeness.reset();
                       },
                   .overlap = likeness.longest_word(),
                   .extent = scan == Scan::header_field ? Extent::header : Extent::whole},
                  deadline);
    if (auto done = co_await tour.run(std::move(emails)); !done) co_return forward(done);
    co_return out;
}

}  // namespace sky::mailstore
