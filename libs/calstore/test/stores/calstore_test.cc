#include "sky/calstore/calstore.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/run.h"
#include "support/scratch_database.h"

using namespace sky;
using namespace sky::calstore;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    support::ScratchDatabase database{{"libs/calstore"}};
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = database.dsn("sky_groupware"), .connections = 4}};
    pg::Pool owner_pool{context.get_executor(), {.dsn = database.owner_dsn(), .connections = 1}};
    CalStore store{pool};
    Owner ada{TenantId(1), AccountId(10)};

    Fixture() { REQUIRE(run(store.ensure_account(ada, after(5s)))); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    static NewObject object(std::string name, std::string uid, std::string start = "20260302T100000Z", std::string extra = "") {
        NewObject out{.name = std::move(name),
                      .data = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTART:" + start +
                              "\r\nDURATION:PT1H\r\n" + extra + "END:VEVENT\r\nEND:VCALENDAR\r\n",
                      .summary = {}};
        out.summary = ical::Object::parse(out.data).value().summary();
        return out;
    }
    Put put(NewObject object, Guard guard = {}) { return run(store.put(ada, "default", std::move(object), guard, after(5s))).value(); }
    Erased erase(std::string name, Guard guard = {}) {
        return run(store.erase(ada, CollectionKind::calendar, "default", std::move(name), guard, after(5s))).value();
    }
    Collection calendar() { return run(store.collection(ada, CollectionKind::calendar, "default", after(5s))).value().value(); }
    Changes changes(std::string token, std::size_t limit = 1000) {
        return run(store.changes(ada, calendar(), std::move(token), limit, WithData::no, after(5s))).value();
    }
    bool sound() { return run(fsck(owner_pool, after(5s))).value().empty(); }
};

constexpr Guard must_not_exist{[](const void*, const std::optional<std::string>& current) { return !current; }};
Guard must_be(const std::string& etag) {
    return {
        [](const void* context, const std::optional<std::string>& current) { return current == *static_cast<const std::string*>(context); },
        &etag};
}
std::vector<std::string> names(const std::vector<Object>& objects) {
    std::vector<std::string> out;
    for (const auto& object : objects) out.push_back(object.name);
    return out;
}
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("an account gets one calendar, however often it is asked for", "[calstore]") {
    Fixture f;
    REQUIRE(f.run(f.store.ensure_account(f.ada, after(5s))));
    const auto all = f.run(f.store.collections(f.ada, CollectionKind::calendar, after(5s))).value();
    REQUIRE(all.size() == 1);
    CHECK(all[0].slug == "default");
    CHECK(all[0].face.display_name == "Calendar");
}

TEST_CASE("what is put can be got, byte for byte, under a stable ETag", "[calstore][rfc4791:5.3.2]") {
    Fixture f;
    const auto object = Fixture::object("a.ics", "a", "20260302T100000Z", "SUMMARY:\xC3\xA4\r\n");
    const Put first = f.put(object);
    CHECK(first.outcome == Put::Outcome::created);
    const auto token = f.calendar().sync_token();
    const Put again = f.put(object);
    CHECK(again.outcome == Put::Outcome::unchanged);
    CHECK(again.etag == first.etag);
    CHECK(f.calendar().sync_token() == token);
    const auto got = f.run(f.store.get(f.ada, CollectionKind::calendar, "default", "a.ics", after(5s))).value();
    REQUIRE(got);
    CHECK(got->data == object.data);
    CHECK(got->etag == first.etag);
    const Put changed = f.put(Fixture::object("a.ics", "a", "20260303T100000Z"));
    CHECK(changed.outcome == Put::Outcome::updated);
    CHECK(changed.etag != first.etag);
    CHECK(f.calendar().sync_token() != token);
    CHECK(f.sound());
}

TEST_CASE("preconditions are decided inside the write", "[calstore][rfc9110:13.1]") {
    Fixture f;
    const Put first = f.put(Fixture::object("a.ics", "a"), must_not_exist);
    CHECK(first.outcome == Put::Outcome::created);
    CHECK(f.put(Fixture::object("a.ics", "a", "20260401T100000Z"), must_not_exist).outcome == Put::Outcome::precondition_failed);
    const std::string wrong = "\"1-0\"";
    CHECK(f.put(Fixture::object("a.ics", "a", "20260401T100000Z"), must_be(wrong)).outcome == Put::Outcome::precondition_failed);
    CHECK(f.erase("a.ics", must_be(wrong)) == Erased::precondition_failed);
    CHECK(f.erase("a.ics", must_be(first.etag)) == Erased::erased);
    CHECK(f.erase("a.ics") == Erased::missing);
}

TEST_CASE("a UID lives once in a collection and stays with its name", "[calstore][rfc4791:5.3.2.1]") {
    Fixture f;
    f.put(Fixture::object("a.ics", "u"));
    const Put second = f.put(Fixture::object("b.ics", "u"));
    CHECK(second.outcome == Put::Outcome::uid_conflict);
    CHECK(second.conflict == "a.ics");
    CHECK(f.put(Fixture::object("a.ics", "other")).outcome == Put::Outcome::uid_conflict);
    CHECK(f.run(f.store.put(f.ada, "nowhere", Fixture::object("a.ics", "u"), {}, after(5s))).value().outcome ==
          Put::Outcome::no_collection);
}

TEST_CASE("a collection takes only its components", "[calstore]") {
    Fixture f;
    REQUIRE(f.run(f.store.create(f.ada, {.slug = "tasks", .components = todos}, after(5s))));
    CHECK(f.run(f.store.put(f.ada, "tasks", Fixture::object("a.ics", "u"), {}, after(5s))).value().outcome ==
          Put::Outcome::component_refused);
}

TEST_CASE("changes since a token are told once, deletions too", "[calstore][rfc6578:3.2]") {
    Fixture f;
    const auto empty = f.changes("");
    CHECK(empty.changed.empty());
    f.put(Fixture::object("a.ics", "a"));
    f.put(Fixture::object("b.ics", "b"));
    const auto both = f.changes(empty.token);
    CHECK(names(both.changed) == Names{"a.ics", "b.ics"});
    f.erase("a.ics");
    f.put(Fixture::object("c.ics", "c"));
    f.erase("b.ics");
    f.put(Fixture::object("b.ics", "b2"));
    const auto after_all = f.changes(both.token);
    CHECK(names(after_all.changed) == Names{"c.ics", "b.ics"});
    CHECK(after_all.gone == Names{"a.ics"});
    CHECK(f.changes(after_all.token).changed.empty());
    CHECK(f.changes(after_all.token).token == after_all.token);
    CHECK(f.changes("").gone.empty());
    CHECK(f.sound());
}

TEST_CASE("a truncated answer goes on where it ended", "[calstore][rfc6578:3.6]") {
    Fixture f;
    for (int i = 0; i < 7; ++i) f.put(Fixture::object(std::to_string(i), std::to_string(i)));
    Names seen;
    std::string token;
    for (int page = 0; page < 10; ++page) {
        const auto part = f.changes(token, 3);
        for (const auto& object : part.changed) seen.push_back(object.name);
        token = part.token;
        if (!part.truncated) break;
    }
    CHECK(seen == Names{"0", "1", "2", "3", "4", "5", "6"});
    CHECK(f.changes(token).changed.empty());
}

TEST_CASE("tokens of another time, collection or epoch are refused", "[calstore][rfc6578:3.2]") {
    Fixture f;
    f.put(Fixture::object("a.ics", "a"));
    const std::string token = f.calendar().sync_token();
    CHECK(f.changes(token).outcome == Changes::Outcome::ok);
    for (const std::string bad :
         {"x", "urn:skybridge:sync:1:2", "urn:skybridge:sync:1:99999:1", "urn:skybridge:sync:9:1:1", "urn:skybridge:sync:1:-1:1"}) {
        CHECK(f.changes(bad).outcome == Changes::Outcome::invalid_token);
    }
    f.database.sql("update cal.account set log_floor = 1000, modseq = 1000");
    CHECK(f.changes(token).outcome == Changes::Outcome::invalid_token);
    f.database.sql("update cal.account set log_floor = 0, epoch = 2");
    CHECK(f.changes(token).outcome == Changes::Outcome::invalid_token);
    CHECK(f.run(f.store.get(f.ada, CollectionKind::calendar, "default", "a.ics", after(5s))).value()->etag.starts_with("\"2-"));
}

TEST_CASE("dropping old deletions raises the floor", "[calstore]") {
    Fixture f;
    f.put(Fixture::object("a.ics", "a"));
    const std::string before = f.calendar().sync_token();
    f.erase("a.ics");
    CHECK(f.changes(before).gone == Names{"a.ics"});
    REQUIRE(f.run(rotate_changes(f.pool, std::chrono::days(1), after(5s))));  // as groupware does it
    CHECK(f.changes(before).outcome == Changes::Outcome::ok);
    CHECK(f.database.sql("select cal.rotate_changes(current_date + 400)") == "2");
    CHECK(f.changes(before).outcome == Changes::Outcome::invalid_token);
    CHECK(f.changes(f.calendar().sync_token()).outcome == Changes::Outcome::ok);
    f.put(Fixture::object("b.ics", "b"));
    CHECK(f.erase("b.ics") == Erased::erased);  // the default partition takes what has none of its own
    CHECK(f.database.sql("select cal.rotate_changes(current_date - 1); select count(*) from cal.change_rest") == "0");
}

TEST_CASE("a time range finds what may touch it", "[calstore][rfc4791:9.9]") {
    Fixture f;
    f.put(Fixture::object("past", "1", "20200101T000000Z"));
    f.put(Fixture::object("now", "2", "20260302T100000Z"));
    f.put(Fixture::object("series", "3", "20200101T000000Z", "RRULE:FREQ=DAILY\r\n"));
    f.put(Fixture::object("ended", "4", "20200101T000000Z", "RRULE:FREQ=DAILY;COUNT=10\r\n"));
    f.put(Fixture::object("future", "5", "20300101T000000Z"));
    const ical::TimeRange march{ical::parse_moment("20260301T000000Z")->clock, ical::parse_moment("20260401T000000Z")->clock};
    const auto id = f.calendar().id;
    CHECK(names(f.run(f.store.in_range(f.ada, id, march, events, 100, after(5s))).value()) == Names{"now", "series"});
    CHECK(f.run(f.store.in_range(f.ada, id, march, todos, 100, after(5s))).value().empty());
    CHECK(f.run(f.store.in_range(f.ada, id, {}, all_components, 100, after(5s))).value().size() == 5);
    CHECK(names(f.run(f.store.multiget(f.ada, id, {"now", "nothing", "past"}, after(5s))).value()).size() == 2);
}

TEST_CASE("collections are made, changed and removed", "[calstore][rfc4791:5.3.1]") {
    Fixture f;
    NewCollection work{.slug = "work", .components = events};
    work.face.display_name = "Work \"at\" \\ office";
    work.face.properties["{urn:x}y"] = "<y xmlns=\"urn:x\">1\n</y>";
    REQUIRE(f.run(f.store.create(f.ada, work, after(5s))));
    CHECK(f.run(f.store.create(f.ada, work, after(5s))).error().fault == Fault::already_exists);
    auto found = f.run(f.store.collection(f.ada, CollectionKind::calendar, "work", after(5s))).value().value();
    CHECK(found.face.display_name == work.face.display_name);
    CHECK(found.face.properties == work.face.properties);
    found.face.color = "#ff0000ff";
    found.face.properties.clear();
    REQUIRE(f.run(f.store.update(f.ada, CollectionKind::calendar, "work", found.face, after(5s))));
    const auto changed = f.run(f.store.collection(f.ada, CollectionKind::calendar, "work", after(5s))).value().value();
    CHECK(changed.face.color == "#ff0000ff");
    CHECK(changed.face.properties.empty());
    CHECK(changed.modseq > found.modseq);
    CHECK(f.run(f.store.remove(f.ada, CollectionKind::calendar, "work", after(5s))).value());
    CHECK_FALSE(f.run(f.store.remove(f.ada, CollectionKind::calendar, "work", after(5s))).value());
    CHECK(f.run(f.store.update(f.ada, CollectionKind::calendar, "work", found.face, after(5s))).error().fault == Fault::not_found);
    CHECK(f.sound());
}

TEST_CASE("other tenants and other accounts see nothing", "[calstore][S58]") {
    Fixture f;
    f.put(Fixture::object("a.ics", "a"));
    for (const Owner other : {Owner{TenantId(1), AccountId(11)}, Owner{TenantId(2), AccountId(10)}}) {
        CHECK_FALSE(f.run(f.store.get(other, CollectionKind::calendar, "default", "a.ics", after(5s))).value());
        CHECK(f.run(f.store.list(other, f.calendar().id, WithData::yes, after(5s))).value().empty());
        CHECK(f.run(f.store.put(other, "default", Fixture::object("b.ics", "b"), {}, after(5s))).value().outcome ==
              Put::Outcome::no_collection);
    }
    // The second wall: even a statement without a tenant in its text sees only the connection's.
    constexpr pg::Statement everything{"test.everything", "select count(*) from cal.object"};
    CHECK(f.run(f.pool.query(TenantId(1), everything, {}, after(5s))).value()[0].get<std::int64_t>(0) == 1);
    CHECK(f.run(f.pool.query(TenantId(2), everything, {}, after(5s))).value()[0].get<std::int64_t>(0) == 0);
    CHECK(f.run(f.pool.query(TenantId{}, everything, {}, after(5s))).value()[0].get<std::int64_t>(0) == 0);
}

TEST_CASE("writers at the same time take numbers in order", "[calstore][R5]") {
    Fixture f;
    int done = 0;
    for (int i = 0; i < 20; ++i) {
        boost::asio::co_spawn(
            f.context,
            [](Fixture& fixture, int number, int& count) -> Task<void> {
                const auto text = std::to_string(number);
                auto put = co_await fixture.store.put(fixture.ada, "default", Fixture::object(text, text), {}, after(10s));
                if (put && put->outcome == Put::Outcome::created) ++count;
            }(f, i, done),
            [](std::exception_ptr) {});
    }
    f.context.restart();
    while (done < 20 && f.context.run_one_for(10s)) {
    }
    CHECK(done == 20);
    CHECK(f.changes("").changed.size() == 20);
    CHECK(f.sound());
}

TEST_CASE("fsck sees a flipped byte", "[calstore][R4]") {
    Fixture f;
    f.put(Fixture::object("a.ics", "a"));
    CHECK(f.sound());
    f.database.sql("update cal.object set data = set_byte(data, 20, 65)");
    CHECK_FALSE(f.sound());
}

TEST_CASE("an account takes everything with it", "[calstore]") {
    Fixture f;
    f.put(Fixture::object("a.ics", "a"));
    f.put(Fixture::object("b.ics", "b"));
    f.erase("a.ics");
    pg::Pool auth(f.context.get_executor(), {.dsn = f.database.dsn("sky_auth"), .connections = 1});
    constexpr pg::Statement drop{"test.drop", "delete from cal.account where account_id = 10"};
    CHECK(f.run(auth.query(TenantId(1), drop, {}, after(5s))).value().affected() == 1);
    CHECK(f.database.sql(
              "select (select count(*) from cal.object) + (select count(*) from cal.change) + (select count(*) from cal.collection)") ==
          "0");
}
