#include <algorithm>

#include "keywords.h"
#include "settle.h"
#include "sky/mailstore/write.h"

namespace sky::mailstore {
namespace {

// One slice: takes the account, changes the first $6 messages in the ranges, tells what they are now (migration 0017 says what the rows
// are).
constexpr pg::Statement store_slice{"mailstore.store_flags",
                                    "select s.* from mail.store_flags($1::bigint, $2::bigint, $3::bigint, $4::bigint[], $5::bigint[], "
                                    "$6::bigint, $7::integer, $8::smallint, $9::text[], $10::bigint, $11::smallint, $12::boolean) s"};
constexpr pg::Statement readers_slice{
    "mailstore.store_flags_of_reader",
    "select s.* from mail.store_flags_of_reader($1::bigint, $2::bigint, $3::bigint, $13::bigint, $4::bigint[], $5::bigint[], $6::bigint, "
    "$7::integer, $8::smallint, $9::text[], $10::bigint, $11::smallint, $12::boolean) s"};
constexpr int column_of_keywords = 8;  // behind those of a placement

constexpr std::size_t slice_size = 1000;

struct Slice {
    using Value = bool;  // is there more?
    static constexpr bool commits_itself = true;
    MailboxRef mailbox;
    const UidSet& uids;
    const FlagChange& change;
    std::optional<ModSeq> unchanged_since;
    std::uint32_t from = 1;
    std::uint32_t next = 1;  // where the following slice begins; a repeated slice begins at `from` again
    Stored out = {};         // of this slice

    // One round trip, COMMIT included: where the first row says that nothing was done, nothing but the MODSEQ was changed.
    Task<Result<bool>> run(pg::Transaction& tx) {
        out = {};
        const auto window = uids_from(uids, from, slice_size);
        const auto in = bounds(window);
        const auto since = unchanged_since ? std::optional<std::int64_t>(unchanged_since->value) : std::nullopt;
        const bool all_keywords = change.scope.keywords == FlagScope::Keywords::touched;
        auto params = pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox, in.first, in.last, static_cast<std::int64_t>(slice_size),
                                 static_cast<std::int32_t>(change.mode), static_cast<std::int16_t>(change.system & all_system_flags),
                                 change.keywords, since, static_cast<std::int16_t>(change.scope.system), all_keywords);
        if (mailbox.has_reader()) params.add(mailbox.reader);
        const auto slice = tx.queue(mailbox.has_reader() ? readers_slice : store_slice, params);
        SKY_FAILPOINT("mailstore.before_commit");
        tx.queue_commit();
        auto rows = co_await tx.take(slice);
        if (!rows) co_return forward(rows);
        if (rows->empty()) co_return unexpected(Fault::not_found, "No such account");
        const auto head = (*rows)[0];
        if (head.is_null(column_of_keywords)) co_return unexpected(Fault::not_found, "No such mailbox");
        out.keywords = head.get<std::vector<std::string>>(column_of_keywords);
        if (out.keywords.size() > max_keywords) co_return std::unexpected(no_room_for_keyword());
        const ModSeq now = head.get<ModSeq>(4);
        for (std::size_t i = 1; i < rows->size(); ++i) take(placement_of((*rows)[i]), now);
        std::ranges::sort(out.placements, {}, &Placement::uid);
        std::ranges::sort(out.modified);
        if (window.empty()) co_return false;
        const auto last = rows->size() - 1 == slice_size ? last_told() : window.back().last;
        next = last + 1;
        co_return last < uids.back().last;
    }

    std::uint32_t last_told() const {
        const auto told = out.placements.empty() ? 0 : out.placements.back().uid.value;
        return out.modified.empty() ? told : std::max(told, out.modified.back());
    }

    void take(Placement one, ModSeq now) {
        if (one.modseq == now) out.changed = {mailbox.account, now};
        if (one.modseq != now && unchanged_since && one.modseq > *unchanged_since)
            out.modified.push_back(one.uid.value);
        else
            out.placements.push_back(std::move(one));
    }
};

}  // namespace

Task<Result<Stored>> Writer::store(MailboxRef mailbox, UidSet uids, FlagChange change, std::optional<ModSeq> unchanged_since,
                                   Deadline deadline) {
    Stored all{{mailbox.account, ModSeq{}}, {}, {}, {}};
    if (auto valid = check_keywords(change.keywords); !valid) co_return forward(valid);
    change.system &= change.scope.system;
    if (change.scope.keywords == FlagScope::Keywords::left) change.keywords.clear();
    change.keywords = distinct_keywords(std::move(change.keywords));
    Slice slice{mailbox, uids, change, unchanged_since};
    for (;;) {
        // Repeating after a COMMIT in doubt would find its own MODSEQ too new for UNCHANGEDSINCE.
        const auto attempt = [&] {
            return settle(*pool_, mailbox.tenant, deadline, unchanged_since ? Repeat::harmful : Repeat::harmless, slice);
        };
        auto more = co_await with_room_for_keywords(*pool_, mailbox, deadline, attempt);
        if (!more) co_return forward(more);
        slice.from = slice.next;
        if (slice.out.changed.modseq.value > 0) all.changed = slice.out.changed;
        std::ranges::move(slice.out.placements, std::back_inserter(all.placements));
        std::ranges::move(slice.out.modified, std::back_inserter(all.modified));
        all.keywords = std::move(slice.out.keywords);
        if (!*more) co_return all;
        if (tell_) tell_(all.placements.size() + all.modified.size());
    }
}

}  // namespace sky::mailstore
