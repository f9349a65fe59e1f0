#include <limits>

#include "encode.h"
#include "retry.h"
#include "sky/base/sha256.h"
#include "sky/calstore/calstore.h"
#include "sql.h"

namespace sky::calstore {
namespace {

constexpr std::int64_t open_start = std::numeric_limits<std::int64_t>::min(), open_end = std::numeric_limits<std::int64_t>::max();

std::vector<Object> read_all(const pg::Rows& rows) {
    std::vector<Object> out;
    out.reserve(rows.size());
    for (const pg::Row row : rows) out.push_back(read_object(row));
    return out;
}

struct PutAttempt {
    Owner owner;
    const std::string& slug;
    const NewObject& object;
    const std::string& hash;
    Guard guard;
    Uuid operation;
    Put::Outcome& meant;  // of the last round; what a COMMIT in doubt turns out to have been

    Task<Result<Put>> operator()(pg::Transaction& transaction, int) const {
        const auto account = transaction.queue(sql::lock_account, pg::params(owner.tenant, owner.account));
        const auto search = transaction.queue(
            sql::find_for_put, pg::params(owner.tenant, owner.account, static_cast<std::int16_t>(CollectionKind::calendar), slug,
                                          object.name, object.summary.uid));
        auto locked = co_await transaction.take(account);
        if (!locked) co_return forward(locked);
        auto found = co_await transaction.take(search);
        if (!found) co_return forward(found);
        if (locked->empty() || found->empty()) co_return Put{Put::Outcome::no_collection, {}, {}};
        const pg::Row row = (*found)[0];
        const auto epoch = (*locked)[0].get<std::int32_t>(1);
        const std::string etag = etag_of(hash, epoch);
        const bool exists = !row.is_null(2);
        if (exists && row.get<Uuid>(4) == operation) co_return Put{meant, etag, {}};  // this very write, committed before
        if (!guard(exists ? std::optional(etag_of(row.raw(2), epoch)) : std::nullopt))
            co_return Put{Put::Outcome::precondition_failed, {}, {}};
        const Components bit = component_bit(object.summary.kind);
        if ((row.get<std::int16_t>(1) & bit) == 0) co_return Put{Put::Outcome::component_refused, {}, {}};
        // RFC 4791 §5.3.2.1: neither a second object of this UID, nor another UID under this name.
        if (!row.is_null(5) && row.get<std::string_view>(5) != object.name)
            co_return Put{Put::Outcome::uid_conflict, {}, row.get<std::string>(5)};
        if (exists && row.get<std::string_view>(3) != object.summary.uid) co_return Put{Put::Outcome::uid_conflict, {}, object.name};
        if (exists && row.raw(2) == hash) co_return Put{Put::Outcome::unchanged, etag, {}};
        meant = exists ? Put::Outcome::updated : Put::Outcome::created;
        const std::int64_t modseq = (*locked)[0].get<std::int64_t>(0) + 1;
        const auto collection = row.get<CalendarId>(0);
        const ical::Summary& summary = object.summary;
        pg::Params params = pg::params(owner.tenant, owner.account, collection, object.name, summary.uid, bit, summary.recurring,
                                       static_cast<std::int32_t>(summary.sequence), summary.title);
        params.add(summary.starts.value_or(open_start))
            .add(summary.ends.value_or(open_end))
            .add(static_cast<std::int32_t>(object.data.size()));
        params.add(pg::Bytea{hash}).add(operation).add(modseq).add(pg::Bytea{object.data});
        transaction.queue(sql::put, params);
        transaction.queue(sql::touch_collection, pg::params(owner.tenant, owner.account, collection, modseq));
        transaction.queue(sql::advance_account, pg::params(owner.tenant, owner.account, modseq));
        co_return Put{meant, etag, {}};
    }
};

struct EraseAttempt {
    Owner owner;
    CollectionKind kind;
    const std::string& slug;
    const std::string& name;
    Guard guard;
    Uuid operation;

    Task<Result<Erased>> operator()(pg::Transaction& transaction, int round) const {
        const auto account = transaction.queue(sql::lock_account, pg::params(owner.tenant, owner.account));
        const auto search =
            transaction.queue(sql::find_for_erase, pg::params(owner.tenant, owner.account, static_cast<std::int16_t>(kind), slug, name));
        auto locked = co_await transaction.take(account);
        if (!locked) co_return forward(locked);
        auto found = co_await transaction.take(search);
        if (!found) co_return forward(found);
        if (round > 1) {
            auto before = co_await transaction.query(sql::was_erased, pg::params(owner.tenant, owner.account, operation));
            if (!before) co_return forward(before);
            if (!before->empty()) co_return Erased::erased;
        }
        if (locked->empty() || found->empty()) co_return guard(std::nullopt) ? Erased::missing : Erased::precondition_failed;
        const pg::Row row = (*found)[0];
        if (!guard(etag_of(row.raw(1), (*locked)[0].get<std::int32_t>(1)))) co_return Erased::precondition_failed;
        const std::int64_t modseq = (*locked)[0].get<std::int64_t>(0) + 1;
        const auto collection = row.get<CalendarId>(0);
        transaction.queue(sql::erase, pg::params(owner.tenant, owner.account, collection, name));
        transaction.queue(sql::log_deletion, pg::params(owner.tenant, owner.account, modseq, std::int16_t{1}, collection, name, operation));
        transaction.queue(sql::touch_collection, pg::params(owner.tenant, owner.account, collection, modseq));
        transaction.queue(sql::advance_account, pg::params(owner.tenant, owner.account, modseq));
        co_return Erased::erased;
    }
};

bool wrote(const Put& put) { return put.outcome == Put::Outcome::created || put.outcome == Put::Outcome::updated; }
bool erased(Erased outcome) { return outcome == Erased::erased; }

}  // namespace

Task<Result<std::vector<Object>>> CalStore::list(Owner owner, CalendarId collection, WithData data, Deadline deadline) {
    const pg::Statement& statement = data == WithData::yes ? sql::list_with_data : sql::list;
    auto rows = co_await pool_->query(owner.tenant, statement, pg::params(owner.tenant, owner.account, collection), deadline);
    if (!rows) co_return forward(rows);
    co_return read_all(*rows);
}

Task<Result<std::vector<Object>>> CalStore::multiget(Owner owner, CalendarId collection, std::vector<std::string> names,
                                                     Deadline deadline) {
    auto rows = co_await pool_->query(owner.tenant, sql::multiget, pg::params(owner.tenant, owner.account, collection, names), deadline);
    if (!rows) co_return forward(rows);
    co_return read_all(*rows);
}

Task<Result<std::optional<Object>>> CalStore::get(Owner owner, CollectionKind kind, std::string slug, std::string name, Deadline deadline) {
    auto rows = co_await pool_->query(owner.tenant, sql::get,
                                      pg::params(owner.tenant, owner.account, static_cast<std::int16_t>(kind), slug, name), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return read_object((*rows)[0]);
}

Task<Result<std::vector<Object>>> CalStore::in_range(Owner owner, CalendarId collection, ical::TimeRange range, Components components,
                                                     std::size_t limit, Deadline deadline) {
    auto rows = co_await pool_->query(owner.tenant, sql::in_range,
                                      pg::params(owner.tenant, owner.account, collection, range.start.value_or(open_start),
                                                 range.end.value_or(open_end), components, static_cast<std::int64_t>(limit)),
                                      deadline);
    if (!rows) co_return forward(rows);
    co_return read_all(*rows);
}

Task<Result<Put>> CalStore::put(Owner owner, std::string slug, NewObject object, Guard guard, Deadline deadline) {
    const std::string hash = sha256(object.data);
    const Uuid operation = new_uuid(SystemClock().now());
    auto meant = Put::Outcome::updated;
    co_return co_await whole(*pool_, owner.tenant, deadline, PutAttempt{owner, slug, object, hash, guard, operation, meant}, wrote);
}

Task<Result<Erased>> CalStore::erase(Owner owner, CollectionKind kind, std::string slug, std::string name, Guard guard, Deadline deadline) {
    const Uuid operation = new_uuid(SystemClock().now());
    co_return co_await whole(*pool_, owner.tenant, deadline, EraseAttempt{owner, kind, slug, name, guard, operation}, erased);
}

}  // namespace sky::calstore
