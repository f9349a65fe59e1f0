#include <map>

#include "sky/mailstore/read.h"
#include "sky/mailstore/upkeep.h"
#include "sort_columns.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement unsorted{"mailstore.unsorted_emails",
                                 "select tenant_id, email_id, is_unsorted from mail.unsorted_emails($1, $2, $3)"};
constexpr pg::Statement fill{
    "mailstore.fill_sort_keys",
    "update mail.email e set sort_from = u.a, sort_to = u.b, sort_cc = u.c, display_from = u.d, display_to = u.f, sort_subject = u.g, "
    "is_reply = u.reply, sent_at = case when u.sent > -9223372036854775808 then timestamptz 'epoch' + u.sent * interval '1 microsecond' "
    "end, "
    "message_ref = u.message, parent_refs = u.parents, sent_offset = u.zone from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], "
    "$6::text[], $7::text[], "
    "$8::text[], $9::boolean[], $10::bigint[], $11::bigint[], $12::bytea[], $13::integer[]) u (id, a, b, c, d, f, g, reply, sent, message, "
    "parents, zone) "
    "where e.tenant_id = $1 and e.email_id = u.id and e.sort_subject is null"};

Task<Result<void>> fill_some(pg::Pool& pool, TenantId tenant, std::vector<EmailId> emails, Deadline deadline) {
    const auto headers = co_await Reader(pool).octets(tenant, emails, Reader::Extent::header, deadline);
    if (!headers) co_return forward(headers);
    std::vector<std::string> from, to, cc, display_from, display_to, subject, packed;
    std::vector<bool> reply;
    std::vector<std::int64_t> sent, message;
    std::vector<std::int32_t> offset;
    for (const std::string& header : *headers) {
        auto keys = keys_of_header(header);
        from.push_back(std::move(keys.from));
        to.push_back(std::move(keys.to));
        cc.push_back(std::move(keys.cc));
        display_from.push_back(std::move(keys.display_from));
        display_to.push_back(std::move(keys.display_to));
        subject.push_back(std::move(keys.subject));
        reply.push_back(keys.is_reply);
        sent.push_back(keys.sent ? unix_micros(*keys.sent) : no_date);
        offset.push_back(keys.sent_offset);
        message.push_back(keys.message);
        packed.push_back(pack_refs(keys.parents));
    }
    std::vector<pg::Bytea> parents;
    for (const std::string& each : packed) parents.push_back({each});
    const auto done = co_await pool.query(
        tenant, fill, pg::params(tenant, emails, from, to, cc, display_from, display_to, subject, reply, sent, message, parents, offset),
        deadline);
    if (!done) co_return forward(done);
    co_return Result<void>{};
}

}  // namespace

Task<Result<std::size_t>> fill_sort_keys(pg::Pool& pool, EmailCursor& from, std::int32_t slice, Deadline deadline) {
    const auto rows = co_await pool.query(TenantId{}, unsorted, pg::params(from.tenant, from.email, slice), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) {
        from.at_end = true;
        co_return std::size_t{0};
    }
    std::map<TenantId, std::vector<EmailId>> todo;
    EmailCursor last = from;
    for (const auto row : *rows) {
        if (row.get<bool>(2))
            todo[row.get<TenantId>(0)].push_back(row.get<EmailId>(1));
        else
            last = {row.get<TenantId>(0), row.get<EmailId>(1), false};
    }
    std::size_t filled = 0;
    for (auto& [tenant, emails] : todo) {
        for (std::size_t at = 0; at < emails.size(); at += 50) {
            std::vector<EmailId> some(emails.begin() + static_cast<std::ptrdiff_t>(at),
                                      emails.begin() + static_cast<std::ptrdiff_t>(std::min(at + 50, emails.size())));
            if (auto done = co_await fill_some(pool, tenant, std::move(some), deadline); !done) co_return forward(done);
        }
        filled += emails.size();
    }
    from = last;
    co_return filled;
}

}  // namespace sky::mailstore
