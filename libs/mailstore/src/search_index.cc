#include "sky/mailstore/search_index.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

namespace sky::mailstore {
namespace {

// The segments, and of each the pages that are asked for: of one moment, in one round trip.
constexpr pg::Statement read_index{
    "mailstore.search_index",
    "select s.segment_id, s.pages, s.documents, null::integer, null::bytea from mail.search_segment s where s.tenant_id = $1 and "
    "s.account_id = $2 union all select p.segment_id, null, null, p.page, p.data from mail.search_segment s cross join lateral (select "
    "distinct h & (s.pages - 1) as page from unnest($3::integer[]) h) w join mail.search_page p on p.tenant_id = $1 and "
    "p.account_id = $2 and p.segment_id = s.segment_id and p.page = w.page where s.tenant_id = $1 and s.account_id = $2"};

struct Loaded {
    std::vector<std::int64_t> documents;
    std::uint32_t pages = 1;
    pg::Rows rows;  // what `data` points into
    std::map<std::uint32_t, std::string_view> data;
    std::string_view page(std::uint32_t number) const {
        const auto found = data.find(number);
        return found == data.end() ? std::string_view() : found->second;
    }
    bool has_all(const std::vector<std::uint32_t>& hashes) const {
        return std::ranges::all_of(hashes, [this](std::uint32_t hash) { return data.contains(hash & (pages - 1)); });
    }
};

// A segment of which a page is missing is as if it were not there: its documents are read, which is slow and right.
Task<Result<std::vector<Loaded>>> load(pg::Pool& pool, AccountRef account, const std::vector<std::uint32_t>& hashes, Deadline deadline) {
    const std::vector<std::int32_t> numbers(hashes.begin(), hashes.end());
    const auto rows = co_await pool.query(account.tenant, read_index, pg::params(account.tenant, account.account, numbers), deadline);
    if (!rows) co_return forward(rows);
    std::map<std::int64_t, Loaded> found;
    for (const auto row : *rows) {
        if (row.is_null(1)) continue;
        auto documents = trigrams::unpack_documents(row.raw(2));
        const auto count = row.get<std::uint32_t>(1);
        if (!documents || !std::has_single_bit(count) || count > trigrams::max_pages) continue;  // damaged: as if not indexed
        found[row.get<std::int64_t>(0)] = {*std::move(documents), count, *rows, {}};
    }
    for (const auto row : *rows)
        if (const auto at = found.find(row.get<std::int64_t>(0)); row.is_null(1) && at != found.end())
            at->second.data.emplace(row.get<std::uint32_t>(3), row.raw(4));
    std::vector<Loaded> out;
    for (auto& [id, segment] : found)
        if (segment.has_all(hashes)) out.push_back(std::move(segment));
    co_return out;
}

// Takes away the emails that segments hold and do not name.
class Exclusion {
  public:
    explicit Exclusion(std::vector<EmailId> emails) : emails_(std::move(emails)), out_(emails_.size(), 0), order_(emails_.size()) {
        std::iota(order_.begin(), order_.end(), 0U);  // the usual case: mail lies in a mailbox in the order in which it came
        if (!std::ranges::is_sorted(emails_)) std::ranges::sort(order_, {}, [this](std::uint32_t at) { return emails_[at]; });
    }

    // Of these documents (ascending) those at the places in `hits` (ascending) stay.
    void leave(const std::vector<std::int64_t>& documents, const std::vector<std::uint32_t>& hits) {
        auto hit = hits.begin();
        auto next = std::ranges::lower_bound(order_, documents.empty() ? 0 : documents.front(), {},
                                             [this](std::uint32_t at) { return emails_[at].value; });
        for (std::uint32_t place = 0; place < documents.size() && next != order_.end(); ++place) {
            while (next != order_.end() && emails_[*next].value < documents[place]) ++next;
            const bool is_hit = hit != hits.end() && *hit == place;
            if (is_hit) ++hit;
            for (; next != order_.end() && emails_[*next].value == documents[place]; ++next)  // several, where it was copied
                if (!is_hit) out_[*next] = 1;
        }
    }

    std::vector<EmailId> rest() const {
        std::vector<EmailId> rest;
        for (std::size_t at = 0; at < emails_.size(); ++at)
            if (out_[at] == 0) rest.push_back(emails_[at]);
        return rest;
    }

  private:
    std::vector<EmailId> emails_;
    std::vector<char> out_;
    std::vector<std::uint32_t> order_;  // of emails_, ascending
};

}  // namespace

Task<Result<std::vector<EmailId>>> SearchIndex::narrow(AccountRef account, std::vector<EmailId> emails, trigrams::Query query,
                                                       Deadline deadline) {
    if (query.asks_nothing()) co_return emails;
    const auto segments = co_await load(*pool_, account, query.page_hashes(), deadline);
    if (!segments) co_return forward(segments);
    Exclusion exclusion(std::move(emails));
    for (const Loaded& segment : *segments) {
        const auto hits = query.match(segment.documents.size(), segment.pages, [&](std::uint32_t page) { return segment.page(page); });
        if (hits) exclusion.leave(segment.documents, *hits);
    }
    co_return exclusion.rest();
}

Task<Result<std::vector<std::optional<std::uint16_t>>>> SearchIndex::shares(AccountRef account, std::vector<EmailId> emails,
                                                                            trigrams::Query query, Deadline deadline) {
    const auto segments = co_await load(*pool_, account, query.page_hashes(), deadline);
    if (!segments) co_return forward(segments);
    std::map<std::int64_t, std::uint16_t> counts;
    for (const Loaded& segment : *segments) {
        const auto shares = query.count(segment.documents.size(), segment.pages, [&](std::uint32_t page) { return segment.page(page); });
        if (!shares) continue;
        for (std::size_t place = 0; place < shares->size(); ++place) counts.insert_or_assign(segment.documents[place], (*shares)[place]);
    }
    std::vector<std::optional<std::uint16_t>> out;
    out.reserve(emails.size());
    for (const EmailId email : emails) {
        const auto found = counts.find(email.value);
        out.push_back(found == counts.end() ? std::nullopt : std::optional(found->second));
    }
    co_return out;
}

}  // namespace sky::mailstore
