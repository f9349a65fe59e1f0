#include "sky/mailstore/sort.h"

#include <algorithm>
#include <cstring>

#include "sky/mailstore/read.h"
#include "sort_columns.h"

namespace sky::mailstore {
namespace {

constexpr std::size_t slice = 20'000;        // rows in one answer
constexpr std::size_t headers_at_once = 50;  // computed together

constexpr pg::Statement read_sort_rows{
    "mailstore.sort_rows",
    "select u.place, case when $3 & 1 <> 0 then e.sort_from end, case when $3 & 2 <> 0 then e.sort_to end, case when $3 & 4 <> 0 then "
    "e.sort_cc end, case when $3 & 8 <> 0 then e.display_from end, case when $3 & 16 <> 0 then e.display_to end, case when $3 & 32 <> 0 "
    "then e.sort_subject end, case when $3 & 64 <> 0 then e.sent_at end, coalesce(e.sent_offset, 0::smallint), coalesce(e.is_reply, "
    "false), case when $3 & 128 <> 0 then "
    "e.message_ref end, case when $3 & 128 <> 0 then e.parent_refs end, e.sort_subject is null "
    "from unnest($2::bigint[]) with ordinality u (id, place) join mail.email e on e.tenant_id = $1 and e.email_id = u.id"};

void read_row(pg::Row row, SortRow& out) {
    out.from = row.get<std::string>(1);
    out.to = row.get<std::string>(2);
    out.cc = row.get<std::string>(3);
    out.display_from = row.get<std::string>(4);
    out.display_to = row.get<std::string>(5);
    out.subject = row.get<std::string>(6);
    out.sent = row.get<std::optional<Time>>(7);
    out.sent_offset = row.get<std::int16_t>(8);
    out.is_reply = row.get<bool>(9);
    out.message = row.get<std::optional<std::int64_t>>(10).value_or(0);
    out.parents = unpack_refs(row.raw(11));
}

SortRow computed(std::string_view header) {
    auto keys = keys_of_header(header);
    SortRow out;
    out.from = std::move(keys.from);
    out.to = std::move(keys.to);
    out.cc = std::move(keys.cc);
    out.display_from = std::move(keys.display_from);
    out.display_to = std::move(keys.display_to);
    out.subject = std::move(keys.subject);
    out.sent = keys.sent;
    out.sent_offset = keys.sent_offset;
    out.is_reply = keys.is_reply;
    out.message = keys.message;
    out.parents = std::move(keys.parents);
    return out;
}

}  // namespace

std::string pack_refs(const std::vector<std::int64_t>& refs) {
    std::string out(refs.size() * sizeof(std::int64_t), '\0');
    if (!refs.empty()) std::memcpy(out.data(), refs.data(), out.size());
    return out;
}

std::vector<std::int64_t> unpack_refs(std::string_view packed) {
    std::vector<std::int64_t> out(packed.size() / sizeof(std::int64_t));
    if (!out.empty()) std::memcpy(out.data(), packed.data(), out.size() * sizeof(std::int64_t));
    return out;
}

mime::SortKeys keys_of_header(std::string_view header) { return mime::sort_keys(mime::parse_header(header)); }

Task<Result<std::vector<SortRow>>> sort_rows(pg::Pool& pool, TenantId tenant, std::vector<EmailId> emails, SortBy wanted,
                                             Deadline deadline) {
    std::vector<SortRow> out(emails.size());
    std::vector<std::size_t> missing;
    for (std::size_t at = 0; at < emails.size(); at += slice) {
        const std::vector<EmailId> some(emails.begin() + static_cast<std::ptrdiff_t>(at),
                                        emails.begin() + static_cast<std::ptrdiff_t>(std::min(at + slice, emails.size())));
        const auto rows =
            co_await pool.query(tenant, read_sort_rows, pg::params(tenant, some, static_cast<std::int32_t>(wanted)), deadline);
        if (!rows) co_return forward(rows);
        for (const auto row : *rows) {
            const std::size_t place = at + static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1;
            if (row.get<bool>(12))
                missing.push_back(place);
            else
                read_row(row, out[place]);
        }
    }
    Reader reader(pool);
    for (std::size_t at = 0; at < missing.size(); at += headers_at_once) {
        std::vector<EmailId> some;
        for (std::size_t i = at; i < std::min(at + headers_at_once, missing.size()); ++i) some.push_back(emails[missing[i]]);
        const auto headers = co_await reader.octets(tenant, some, Reader::Extent::header, deadline);
        if (!headers) co_return forward(headers);
        for (std::size_t i = 0; i < headers->size(); ++i) out[missing[at + i]] = computed((*headers)[i]);
    }
    co_return out;
}

}  // namespace sky::mailstore
