#include "encode.h"
#include "retry.h"
#include "sky/calstore/calstore.h"
#include "sql.h"

namespace sky::calstore {
namespace {

constexpr std::int64_t max_collections = 200;

pg::Params face_params(Owner owner, CollectionKind kind, const std::string& slug) {
    return pg::params(owner.tenant, owner.account, static_cast<std::int16_t>(kind), slug);
}

struct Create {
    Owner owner;
    const NewCollection& wanted;

    Task<Result<bool>> operator()(pg::Transaction& transaction, int) const {
        const auto account = transaction.queue(sql::lock_account, pg::params(owner.tenant, owner.account));
        const auto counted = transaction.queue(sql::count_collections, face_params(owner, wanted.kind, wanted.slug));
        auto locked = co_await transaction.take(account);
        if (!locked) co_return forward(locked);
        auto count = co_await transaction.take(counted);
        if (!count) co_return forward(count);
        if (locked->empty()) co_return unexpected(Fault::not_found, "no such account");
        if ((*count)[0].get<std::int64_t>(1) != 0) co_return unexpected(Fault::already_exists, "the collection exists");
        if ((*count)[0].get<std::int64_t>(0) >= max_collections) co_return unexpected(Fault::limit, "too many collections");
        const std::int64_t modseq = (*locked)[0].get<std::int64_t>(0) + 1;
        const CollectionFace& face = wanted.face;
        const std::string properties = write_properties(face.properties);
        auto params = face_params(owner, wanted.kind, wanted.slug);
        params.add(wanted.components).add(face.display_name).add(face.description).add(face.color).add(face.order).add(face.timezone);
        params.add(face.transparent).add(pg::Jsonb{properties}).add(modseq);
        transaction.queue(sql::add_collection, params);
        transaction.queue(sql::advance_account, pg::params(owner.tenant, owner.account, modseq));
        co_return true;
    }
};

struct Update {
    Owner owner;
    CollectionKind kind;
    const std::string& slug;
    const CollectionFace& face;

    Task<Result<bool>> operator()(pg::Transaction& transaction, int) const {
        auto locked = co_await transaction.query(sql::lock_account, pg::params(owner.tenant, owner.account));
        if (!locked) co_return forward(locked);
        if (locked->empty()) co_return unexpected(Fault::not_found, "no such collection");
        const std::int64_t modseq = (*locked)[0].get<std::int64_t>(0) + 1;
        const std::string properties = write_properties(face.properties);
        auto params = face_params(owner, kind, slug);
        params.add(face.display_name).add(face.description).add(face.color).add(face.order).add(face.timezone).add(face.transparent);
        params.add(pg::Jsonb{properties}).add(modseq);
        const auto changed = transaction.queue(sql::update_collection, params);
        transaction.queue(sql::advance_account, pg::params(owner.tenant, owner.account, modseq));
        auto result = co_await transaction.take(changed);
        if (!result) co_return forward(result);
        if (result->affected() == 0) co_return unexpected(Fault::not_found, "no such collection");
        co_return true;
    }
};

struct Remove {
    Owner owner;
    CollectionKind kind;
    const std::string& slug;
    Uuid operation;

    Task<Result<bool>> operator()(pg::Transaction& transaction, int round) const {
        const auto account = transaction.queue(sql::lock_account, pg::params(owner.tenant, owner.account));
        const auto removal = transaction.queue(sql::remove_collection, face_params(owner, kind, slug));
        auto locked = co_await transaction.take(account);
        if (!locked) co_return forward(locked);
        auto removed = co_await transaction.take(removal);
        if (!removed) co_return forward(removed);
        if (round > 1) {
            auto before = co_await transaction.query(sql::was_erased, pg::params(owner.tenant, owner.account, operation));
            if (!before) co_return forward(before);
            if (!before->empty()) co_return true;
        }
        if (locked->empty() || removed->empty()) co_return false;
        const std::int64_t modseq = (*locked)[0].get<std::int64_t>(0) + 1;
        transaction.queue(sql::log_deletion, pg::params(owner.tenant, owner.account, modseq, std::int16_t{2},
                                                        (*removed)[0].get<CalendarId>(0), slug, operation));
        transaction.queue(sql::advance_account, pg::params(owner.tenant, owner.account, modseq));
        co_return true;
    }
};

bool always(bool) { return true; }
bool if_done(bool done) { return done; }

}  // namespace

Task<Result<void>> CalStore::ensure_account(Owner owner, Deadline deadline) {
    auto known = co_await pool_->query(owner.tenant, sql::has_account, pg::params(owner.tenant, owner.account), deadline);
    if (!known) co_return forward(known);
    if (!known->empty()) co_return Result<void>{};
    auto made = co_await pool_->query(owner.tenant, sql::ensure_account, pg::params(owner.tenant, owner.account), deadline);
    if (!made) co_return forward(made);
    NewCollection first{.slug = "default"};
    first.face.display_name = "Calendar";
    auto created = co_await create(owner, std::move(first), deadline);
    if (!created && created.error().fault != Fault::already_exists) co_return created;
    co_return Result<void>{};
}

Task<Result<std::vector<Collection>>> CalStore::collections(Owner owner, CollectionKind kind, Deadline deadline) {
    auto rows = co_await pool_->query(owner.tenant, sql::collections,
                                      pg::params(owner.tenant, owner.account, static_cast<std::int16_t>(kind)), deadline);
    if (!rows) co_return forward(rows);
    std::vector<Collection> out;
    out.reserve(rows->size());
    for (const pg::Row row : *rows) out.push_back(read_collection(row));
    co_return out;
}

Task<Result<std::optional<Collection>>> CalStore::collection(Owner owner, CollectionKind kind, std::string slug, Deadline deadline) {
    auto rows = co_await pool_->query(owner.tenant, sql::collection, face_params(owner, kind, slug), deadline);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return std::nullopt;
    co_return read_collection((*rows)[0]);
}

Task<Result<void>> CalStore::create(Owner owner, NewCollection wanted, Deadline deadline) {
    auto made = co_await whole(*pool_, owner.tenant, deadline, Create{owner, wanted}, always);
    if (!made) co_return forward(made);
    co_return Result<void>{};
}

Task<Result<void>> CalStore::update(Owner owner, CollectionKind kind, std::string slug, CollectionFace face, Deadline deadline) {
    auto changed = co_await whole(*pool_, owner.tenant, deadline, Update{owner, kind, slug, face}, always);
    if (!changed) co_return forward(changed);
    co_return Result<void>{};
}

Task<Result<bool>> CalStore::remove(Owner owner, CollectionKind kind, std::string slug, Deadline deadline) {
    const Uuid operation = new_uuid(SystemClock().now());
    co_return co_await whole(*pool_, owner.tenant, deadline, Remove{owner, kind, slug, operation}, if_done);
}

}  // namespace sky::calstore
