// Keeps the full-text index up with the mail: finds what is not in it, makes segments, merges small ones.
#include <algorithm>
#include <bit>
#include <span>

#include "message_text.h"
#include "sky/mailstore/read.h"
#include "sky/mailstore/search_index.h"
#include "sky/mime/fold.h"
#include "sky/mime/header.h"

namespace sky::mailstore {
namespace {

constexpr std::size_t messages_at_once = 256;
constexpr std::uint64_t octets_at_once = 8 * 1024 * 1024;
constexpr std::uint64_t large_message = 1024 * 1024;  // read apart, a frame at a time
constexpr std::size_t messages_a_call = 4096;
constexpr std::size_t fan_in = 4;              // segments of one size that become one
constexpr std::size_t largest_merge = 16'384;  // documents; beyond this segments stay apart
constexpr std::size_t overlap = 64;
constexpr std::chrono::seconds conversion_limit{60};  // of attachments, in one call; the lease is longer

constexpr pg::Statement unindexed{"mailstore.unindexed_accounts", "select tenant_id, account_id from mail.unindexed_accounts($1)"};
constexpr pg::Statement make_state{"mailstore.search_state",
                                   "insert into mail.search_state (tenant_id, account_id) select tenant_id, account_id from mail.account "
                                   "where tenant_id = $1 and account_id = $2 on conflict do nothing"};
constexpr pg::Statement take_lease{
    "mailstore.search_lease",
    "update mail.search_state s set lease = s.lease + 1, leased_until = now() + interval '2 minutes' from mail.account a "
    "where s.tenant_id = $1 and s.account_id = $2 and (s.leased_until is null or s.leased_until < now()) and a.tenant_id = $1 and "
    "a.account_id = $2 returning s.lease, s.modseq, a.modseq, a.log_floor"};
constexpr pg::Statement keep_lease{"mailstore.search_keep_lease",
                                   "update mail.search_state set leased_until = now() + interval '2 minutes' "
                                   "where tenant_id = $1 and account_id = $2 and lease = $3 returning lease"};
constexpr pg::Statement end_lease{"mailstore.search_end_lease",
                                  "update mail.search_state set leased_until = null, modseq = greatest(modseq, $4) "
                                  "where tenant_id = $1 and account_id = $2 and lease = $3"};
constexpr pg::Statement added_since{
    "mailstore.search_added",
    "select distinct p.email_id from mail.change_log l cross join lateral generate_series(1, array_length(l.uids, 1), 2) i "
    "join mail.placement p on p.tenant_id = $1 and p.mailbox_id = l.mailbox_id and p.uid between l.uids[i] and l.uids[i + 1] "
    "where l.tenant_id = $1 and l.account_id = $2 and l.modseq > $3 and l.modseq <= $4 and l.kind = 1 order by p.email_id"};
// In some mailbox, that is: what was deleted and may be restored is indexed again when it is (merging drops it).
constexpr pg::Statement all_emails{"mailstore.search_all",
                                   "select e.email_id from mail.email e where e.tenant_id = $1 and e.account_id = $2 "
                                   "and exists (select from mail.placement p where p.tenant_id = $1 and p.email_id = e.email_id) "
                                   "order by e.email_id"};
constexpr pg::Statement segment_heads{"mailstore.search_heads",
                                      "select segment_id, document_count, documents from mail.search_segment where tenant_id = $1 and "
                                      "account_id = $2 and last_email >= $3 and "
                                      "first_email <= $4"};
constexpr pg::Statement segment_sizes{"mailstore.search_sizes",
                                      "select segment_id, document_count from mail.search_segment where tenant_id = $1 and account_id = $2 "
                                      "order by document_count, segment_id"};
constexpr pg::Statement segments_whole{
    "mailstore.search_whole",
    "select s.segment_id, s.pages, s.documents, p.page, p.data from mail.search_segment s join mail.search_page p "
    "using (tenant_id, account_id, segment_id) where s.tenant_id = $1 and s.account_id = $2 and s.segment_id = any ($3) "
    "order by s.segment_id, p.page"};
constexpr pg::Statement still_there{
    "mailstore.search_still_there",
    "select e.email_id from mail.email e where e.tenant_id = $1 and e.email_id = any ($3) and e.account_id = $2 "
    "and exists (select from mail.placement p where p.tenant_id = $1 and p.email_id = e.email_id) order by e.email_id"};
constexpr pg::Statement add_segment{"mailstore.search_add_segment",
                                    "with s as (insert into mail.search_segment (tenant_id, account_id, segment_id, document_count, pages, "
                                    "first_email, last_email, documents) "
                                    "values ($1, $2, nextval('mail.object_id'), $3, $4, $5, $6, $7) returning segment_id) "
                                    "select segment_id from s"};
constexpr pg::Statement add_pages{
    "mailstore.search_add_pages",
    "insert into mail.search_page (tenant_id, account_id, segment_id, page, data) select $1, $2, $3, u.page, u.data "
    "from unnest($4::integer[], $5::bytea[]) u (page, data)"};
constexpr pg::Statement drop_segments{"mailstore.search_drop",
                                      "delete from mail.search_segment where tenant_id = $1 and account_id = $2 and segment_id = any ($3)"};

using Ids = std::vector<std::int64_t>;

struct Lease {
    AccountRef account;
    std::int64_t number = 0;
    std::int64_t indexed = 0;  // MODSEQ
    std::int64_t target = 0;   // MODSEQ: what was added up to here is to be indexed
    bool log_reaches = false;
};

// Nothing: another has it, or there is no such account.
Task<Result<std::optional<Lease>>> take(pg::Pool& pool, AccountRef account, Deadline deadline) {
    auto tx = co_await pool.begin(account.tenant, deadline);
    if (!tx) co_return forward(tx);
    tx->queue(make_state, pg::params(account.tenant, account.account));
    auto rows = co_await tx->query(take_lease, pg::params(account.tenant, account.account));
    if (!rows) co_return forward(rows);
    if (auto done = co_await tx->commit(); !done) co_return forward(done);
    if (rows->empty()) co_return std::optional<Lease>();
    const auto row = (*rows)[0];
    Lease out{account, row.get<std::int64_t>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2), false};
    out.log_reaches = out.indexed > 0 && out.indexed >= row.get<std::int64_t>(3);
    co_return out;
}

Task<Result<Ids>> ids(pg::Pool& pool, TenantId tenant, const pg::Statement& statement, pg::Params params, Deadline deadline) {
    const auto rows = co_await pool.query(tenant, statement, params, deadline);
    if (!rows) co_return forward(rows);
    Ids out;
    out.reserve(rows->size());
    for (const auto row : *rows) out.push_back(row.get<std::int64_t>(0));
    co_return out;
}

// Emails that are in no segment yet, ascending.
Task<Result<Ids>> find_unindexed(pg::Pool& pool, const Lease& lease, Deadline deadline) {
    const auto& [tenant, account] = lease.account;
    auto found = lease.log_reaches
                     ? co_await ids(pool, tenant, added_since, pg::params(tenant, account, lease.indexed, lease.target), deadline)
                     : co_await ids(pool, tenant, all_emails, pg::params(tenant, account), deadline);
    if (!found || found->empty()) co_return found;
    const auto rows = co_await pool.query(tenant, segment_heads, pg::params(tenant, account, found->front(), found->back()), deadline);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) {
        const auto documents = trigrams::unpack_documents(row.raw(2));
        if (documents) std::erase_if(*found, [&](std::int64_t email) { return std::ranges::binary_search(*documents, email); });
    }
    co_return found;
}

struct Message {
    EmailText text;
    std::string octets;  // empty: large, or gone
    std::vector<std::string> fields;
};

// Text for Field::text, and the lines of fields that are searched by themselves.
void collect(trigrams::KeyCollector& keys, TextKind kind, std::string_view piece) {
    struct Named {
        std::string_view name;
        trigrams::Field field;
    };
    static constexpr Named named[] = {{"FROM", trigrams::Field::from},
                                      {"TO", trigrams::Field::to},
                                      {"CC", trigrams::Field::cc},
                                      {"BCC", trigrams::Field::bcc},
                                      {"SUBJECT", trigrams::Field::subject}};
    const auto folded = mime::fold_case(piece);
    keys.add(trigrams::Field::text, folded);
    const auto colon = folded.find(": ");
    if (kind != TextKind::header || colon == std::string::npos) return;
    for (const Named& one : named)
        if (std::string_view(folded).substr(0, colon) == one.name) keys.add(one.field, std::string_view(folded).substr(colon + 2));
}

// A search by field looks at the store's columns first.
void collect_columns(trigrams::KeyCollector& keys, const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) keys.add(static_cast<trigrams::Field>(i + 1), mime::fold_case(fields[i]));
}

void collect_attachments(trigrams::KeyCollector& keys, const EmailText& text) {
    visit_attachments(text, [&](TextKind kind, std::string_view piece) {
        collect(keys, kind, piece);
        return false;
    });
}

std::vector<trigrams::Key> keys_in_memory(trigrams::KeyCollector& keys, const Message& message) {
    collect_columns(keys, message.fields);
    if (const auto tree = mime::unpack(message.text.tree))
        visit_text(message.octets, message.text.prefix_size, *tree, overlap, [&](TextKind kind, std::string_view piece) {
            collect(keys, kind, piece);
            return false;
        });
    collect_attachments(keys, message.text);
    return keys.take();
}

bool is_small(const EmailText& text) { return text.prefix_size + text.blob_size <= large_message; }

// The first of `emails` with all that is needed to index them; how many of the ids that were.
Task<Result<std::pair<std::vector<Message>, std::size_t>>> read_messages(pg::Pool& pool, TenantId tenant,
                                                                         std::span<const std::int64_t> emails, Deadline deadline) {
    std::vector<EmailId> wanted;
    for (const std::int64_t email : emails.subspan(0, std::min(emails.size(), messages_at_once))) wanted.emplace_back(email);
    Reader reader(pool);
    auto texts = co_await reader.texts(tenant, wanted, Want::tree | Want::attachments, deadline);
    if (!texts) co_return forward(texts);
    std::vector<Message> out;
    std::vector<EmailId> small;
    std::uint64_t octets = 0;
    for (EmailText& text : *texts) {
        const std::uint64_t size = is_small(text) ? text.prefix_size + text.blob_size : 0;
        if (octets + size + text.attachment_octets > octets_at_once && !out.empty()) {
            wanted.erase(std::ranges::find(wanted, text.email), wanted.end());
            break;
        }
        octets += size + text.attachment_octets;
        if (size > 0) small.push_back(text.email);
        out.push_back({std::move(text), {}, {}});
    }
    std::vector<EmailText*> with_attachments;
    for (Message& message : out) with_attachments.push_back(&message.text);
    if (auto added = co_await reader.add_attachments(tenant, std::move(with_attachments), deadline); !added) co_return forward(added);
    auto fields = co_await reader.fields(tenant, wanted, deadline);
    if (!fields) co_return forward(fields);
    auto read = co_await reader.octets(tenant, small, Reader::Extent::whole, deadline);
    if (!read && read.error().fault != Fault::corrupt) co_return forward(read);
    std::size_t next = 0;
    for (Message& message : out) {
        const auto at = static_cast<std::size_t>(std::ranges::find(wanted, message.text.email) - wanted.begin());
        message.fields = std::move((*fields)[at]);
        if (next == small.size() || message.text.email != small[next]) continue;
        if (read)
            message.octets = std::move((*read)[next]);
        else if (auto alone = co_await reader.octets(tenant, {small[next]}, Reader::Extent::whole, deadline); alone)
            message.octets = std::move(alone->front());  // what can't be read can't be found, and keeps nobody else from it
        ++next;
    }
    co_return std::pair(std::move(out), wanted.size());
}

Task<Result<std::vector<trigrams::Key>>> keys_of_large(pg::Pool& pool, TenantId tenant, const Message& message, Deadline deadline) {
    trigrams::KeyCollector keys;
    collect_columns(keys, message.fields);
    const auto visited = co_await visit_stored_text(
        pool, tenant, message.text, overlap,
        [&](TextKind kind, std::string_view piece) {
            collect(keys, kind, piece);
            return false;
        },
        deadline);
    if (!visited && visited.error().fault != Fault::not_found && visited.error().fault != Fault::corrupt) co_return forward(visited);
    collect_attachments(keys, message.text);
    co_return keys.take();
}

// One segment in place of `merged`. False: the lease is another's.
Task<Result<bool>> write_segment(pg::Pool& pool, const Lease& lease, const trigrams::Segment& segment, const Ids& merged,
                                 Deadline deadline) {
    const auto& [tenant, account] = lease.account;
    auto tx = co_await pool.begin(tenant, deadline);
    if (!tx) co_return forward(tx);
    const auto kept = tx->queue(keep_lease, pg::params(tenant, account, lease.number));
    if (!merged.empty()) tx->queue(drop_segments, pg::params(tenant, account, merged));
    std::optional<pg::Transaction::Ticket> added;
    if (!segment.documents.empty()) {
        const std::string documents = trigrams::pack_documents(segment.documents);
        added = tx->queue(add_segment, pg::params(tenant, account, static_cast<std::int32_t>(segment.documents.size()),
                                                  static_cast<std::int32_t>(segment.pages.size()), segment.documents.front(),
                                                  segment.documents.back(), pg::Bytea{documents}));
    }
    const auto mine = co_await tx->take(kept);
    if (!mine) co_return forward(mine);
    if (mine->empty()) co_return false;
    if (added) {
        const auto row = co_await tx->take(*added);
        if (!row) co_return forward(row);
        std::vector<std::int32_t> numbers;
        std::vector<pg::Bytea> data;
        for (const std::string& page : segment.pages) {
            numbers.push_back(static_cast<std::int32_t>(numbers.size()));
            data.push_back({page});
        }
        tx->queue(add_pages, pg::params(tenant, account, (*row)[0].get<std::int64_t>(0), numbers, data));
    }
    if (auto done = co_await tx->commit(); !done) co_return forward(done);
    co_return true;
}

// Segments whose sizes lie within a factor of four of each other, when there are enough of them: the smallest such.
Task<Result<Ids>> find_mergeable(pg::Pool& pool, AccountRef account, Deadline deadline) {
    const auto rows = co_await pool.query(account.tenant, segment_sizes, pg::params(account.tenant, account.account), deadline);
    if (!rows) co_return forward(rows);
    const auto size_class = [](std::size_t count) { return static_cast<int>(std::bit_width(count)) / 2; };
    Ids group;
    std::size_t documents = 0;
    int group_class = -1;
    for (const auto row : *rows) {
        const auto count = static_cast<std::size_t>(row.get<std::int32_t>(1));
        if (size_class(count) != group_class) {
            if (group.size() >= fan_in) break;
            group.clear();
            documents = 0;
            group_class = size_class(count);
        }
        if (documents + count > largest_merge) continue;
        documents += count;
        group.push_back(row.get<std::int64_t>(0));
    }
    if (group.size() < fan_in) group.clear();
    co_return group;
}

Task<Result<std::vector<trigrams::Segment>>> read_segments(pg::Pool& pool, AccountRef account, const Ids& wanted, Deadline deadline) {
    const auto rows = co_await pool.query(account.tenant, segments_whole, pg::params(account.tenant, account.account, wanted), deadline);
    if (!rows) co_return forward(rows);
    std::vector<trigrams::Segment> out;
    std::int64_t last = 0;
    for (const auto row : *rows) {
        if (row.get<std::int64_t>(0) != last || out.empty()) {
            auto documents = trigrams::unpack_documents(row.raw(2));
            out.push_back({documents ? *std::move(documents) : Ids(), {}});
            last = row.get<std::int64_t>(0);
        }
        out.back().pages.push_back(row.get<std::string>(4));
    }
    co_return out;
}

// True: some were merged, look again. What is damaged is dropped, and then indexed anew.
Task<Result<bool>> merge_some(pg::Pool& pool, OffloadPool& offload, const Lease& lease, Deadline deadline) {
    const auto group = co_await find_mergeable(pool, lease.account, deadline);
    if (!group) co_return forward(group);
    if (group->empty()) co_return false;
    auto segments = co_await read_segments(pool, lease.account, *group, deadline);
    if (!segments) co_return forward(segments);
    Ids documents;
    for (const auto& segment : *segments) documents.insert(documents.end(), segment.documents.begin(), segment.documents.end());
    auto kept =
        co_await ids(pool, lease.account.tenant, still_there, pg::params(lease.account.tenant, lease.account.account, documents), deadline);
    if (!kept) co_return forward(kept);
    auto merged = co_await offload.run(
        deadline, [segments = *std::move(segments), kept = *std::move(kept)] { return trigrams::merge(segments, kept); });
    if (!merged) co_return forward(merged);
    co_return co_await write_segment(pool, lease, *merged ? **merged : trigrams::Segment{}, *group, deadline);
}

// The next of `todo`; how many of them. 0: the lease is another's.
Task<Result<std::size_t>> index_some(pg::Pool& pool, OffloadPool& offload, const Lease& lease, std::span<const std::int64_t> todo,
                                     Deadline deadline) {
    auto read = co_await read_messages(pool, lease.account.tenant, todo, deadline);
    if (!read) co_return forward(read);
    std::vector<Message> messages = std::move(read->first);
    const std::size_t taken = read->second;
    trigrams::SegmentBuilder builder;
    for (const Message& message : messages) {
        if (is_small(message.text)) continue;
        auto keys = co_await keys_of_large(pool, lease.account.tenant, message, deadline);
        if (!keys) co_return forward(keys);
        builder.add(message.text.email.value, *std::move(keys));
    }
    auto segment = co_await offload.run(deadline, [mine = std::move(messages), builder = std::move(builder)]() mutable {
        trigrams::KeyCollector keys;
        for (const Message& message : mine)
            if (is_small(message.text)) builder.add(message.text.email.value, keys_in_memory(keys, message));
        return builder.build();
    });
    if (!segment) co_return forward(segment);
    const auto written = co_await write_segment(pool, lease, *segment, {}, deadline);
    if (!written) co_return forward(written);
    co_return *written ? taken : 0;
}

// Has attachments converted first, for some time; emails that wait for theirs are left out, and found by reading them.
Task<Result<Unconverted>> leave_out_unconverted(pg::Pool& pool, TenantId tenant, Ids& todo, const Converter& converter, Deadline deadline) {
    std::vector<EmailId> emails;
    for (const std::int64_t email : todo) emails.emplace_back(email);
    auto waiting = co_await convert_attachments(pool, tenant, std::move(emails), converter, std::min(deadline, after(conversion_limit)));
    if (!waiting) co_return waiting;
    std::ranges::sort(waiting->emails);
    std::erase_if(todo, [&](std::int64_t email) { return std::ranges::binary_search(waiting->emails, EmailId{email}); });
    co_return waiting;
}

Task<Result<IndexStep>> index_leased(pg::Pool& pool, OffloadPool& offload, const Lease& lease, const Converter& converter,
                                     Deadline deadline) {
    IndexStep out;
    auto todo = co_await find_unindexed(pool, lease, deadline);
    if (!todo) co_return forward(todo);
    const bool too_many = todo->size() > messages_a_call;
    if (too_many) todo->resize(messages_a_call);
    if (converter) {
        const auto waiting = co_await leave_out_unconverted(pool, lease.account.tenant, *todo, converter, deadline);
        if (!waiting) co_return forward(waiting);
        out.waiting = waiting->emails.size();
        out.more = !waiting->away && !waiting->emails.empty();
    }
    std::span<const std::int64_t> left(*todo);
    while (!left.empty()) {
        const auto done = co_await index_some(pool, offload, lease, left, deadline);
        if (!done) co_return forward(done);
        out.busy = *done == 0;
        if (out.busy) co_return out;
        out.documents += *done;
        left = left.subspan(*done);
    }
    out.more = out.more || too_many;
    for (bool again = true; again;) {
        const auto merged = co_await merge_some(pool, offload, lease, deadline);
        if (!merged) co_return forward(merged);
        again = *merged;
    }
    co_return out;
}

}  // namespace

Task<Result<IndexStep>> index_account(pg::Pool& pool, OffloadPool& offload, AccountRef account, Deadline deadline,
                                      const Converter& converter) {
    const auto lease = co_await take(pool, account, deadline);
    if (!lease) co_return forward(lease);
    if (!*lease) co_return IndexStep{.busy = true};
    auto step = co_await index_leased(pool, offload, **lease, converter, deadline);
    const bool complete = step && !step->more && !step->busy && step->waiting == 0;
    const auto ended = co_await pool.query(
        account.tenant, end_lease,
        pg::params(account.tenant, account.account, (*lease)->number, complete ? (*lease)->target : std::int64_t{0}), deadline);
    if (step && !ended) co_return forward(ended);
    co_return step;
}

Task<Result<std::vector<AccountRef>>> unindexed_accounts(pg::Pool& pool, std::int32_t limit, Deadline deadline) {
    const auto rows = co_await pool.query(TenantId{}, unindexed, pg::params(limit), deadline);
    if (!rows) co_return forward(rows);
    std::vector<AccountRef> out;
    for (const auto row : *rows) out.push_back({row.get<TenantId>(0), row.get<AccountId>(1)});
    co_return out;
}

}  // namespace sky::mailstore
