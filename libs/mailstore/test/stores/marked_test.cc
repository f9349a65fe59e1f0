// EXPUNGE finds what is marked \Deleted without walking through what is not.
#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {
const auto now = [] { return new_uuid(SystemClock{}.now()); };

// A mailbox of many messages, and how many entries of placement's index are read by what one connection does.
struct Large : Fixture {
    static constexpr std::uint32_t messages = 6000;
    pg::Pool one{context.get_executor(), {.dsn = database.dsn("sky_imap"), .connections = 1}};
    Writer writer_of_one{one, clock};

    Large() {
        make_account(1);
        const auto message = prepare(mail("m"));
        for (std::uint32_t done = 0; done < messages; done += 2000)
            deliver_all({{&message, std::vector<Recipient>(2000, Recipient{AccountId{1}, {}, "", clock.now()})}});
        database.sql("analyze mail.placement, mail.mailbox, mail.email");  // as autovacuum does
    }
    std::int64_t entries_read() {
        constexpr pg::Statement flush{"test.flush", "select pg_stat_force_next_flush()"};
        get(one.query(tenant, flush, pg::Params{}, soon()));
        return std::stoll(database.sql("select idx_tup_read from pg_stat_all_indexes where indexrelname = 'placement_pkey'"));
    }
    std::string marks(const std::string& name) {
        return database.sql("select array_to_string(marked, ' ') from mail.mailbox where name = '" + name + "'");
    }
};
}  // namespace

TEST_CASE("EXPUNGE reads as much as it removes, wherever that lies", "[mailstore][rfc9051:6.4.3]") {
    Large f;
    const auto inbox = Fixture::ref(f.inbox(1));
    f.get(f.writer_of_one.store(inbox, {{5, 5}, {3000, 3001}, {5990, 5990}}, {FlagMode::add, deleted, {}}, {}, f.soon()));
    CHECK(f.marks("INBOX") == "0 11 23");
    const auto before = f.entries_read();
    CHECK(f.get(f.writer_of_one.expunge(inbox, {}, f.soon())).uids == std::vector<std::uint32_t>{5, 3000, 3001, 5990});
    const auto read = f.entries_read() - before;
    CHECK(read >= 4);
    CHECK(read < 1000);  // three blocks of 256, and what is removed once more
    CHECK(f.marks("INBOX") == "");
    const auto after_it = f.entries_read();
    CHECK(f.get(f.writer_of_one.expunge(inbox, {}, f.soon())).uids.empty());
    CHECK(f.entries_read() == after_it);
    f.check_consistent();
}

TEST_CASE("UID EXPUNGE looks where its UIDs and the marks meet", "[mailstore][rfc4315:2.1]") {
    Large f;
    const auto inbox = Fixture::ref(f.inbox(1));
    f.get(f.writer_of_one.store(inbox, {{1, 3000}}, {FlagMode::add, deleted, {}}, {}, f.soon()));
    const auto before = f.entries_read();
    CHECK(f.get(f.writer_of_one.expunge(inbox, UidSet{{2990, 2991}, {2995, 2995}, {5000, 5100}}, f.soon())).uids ==
          std::vector<std::uint32_t>{2990, 2991, 2995});
    CHECK(f.entries_read() - before < 1000);
    CHECK(f.inbox(1).deleted == 2997);
    CHECK(f.get(f.writer_of_one.expunge(inbox, {}, f.soon())).uids.size() == 2997);
    CHECK(f.marks("INBOX") == "");
    f.check_consistent();
}

TEST_CASE("marks follow every way in which a message is marked", "[mailstore]") {
    Large f;
    const auto inbox = Fixture::ref(f.inbox(1));
    const auto archive = f.box(1, "Archive");
    f.get(f.writer.store(inbox, {{300, 300}, {900, 900}}, {FlagMode::replace, deleted | seen, {}}, {}, f.soon()));
    CHECK(f.marks("INBOX") == "1 3");
    f.get(f.writer.store(inbox, {{300, 300}}, {FlagMode::remove, deleted, {}}, {}, f.soon()));
    CHECK(f.marks("INBOX") == "1 3");  // more than needed is allowed
    f.get(f.writer.copy(inbox, {{899, 901}}, archive.id, now(), f.soon()));
    CHECK(f.marks("Archive") == "0");
    f.get(f.writer.move(inbox, {{900, 900}}, archive.id, now(), f.soon()));
    CHECK(f.marks("INBOX") == "");
    const auto message = prepare(mail("marked"));
    f.get(f.writer.append(inbox, {{&message, deleted, {}, {}}}, now(), f.soon()));
    CHECK(f.marks("INBOX") == "23");
    f.check_consistent();
    f.get(f.boxes.rename(account(1), "INBOX", "Old", f.soon()));
    CHECK((f.marks("INBOX") == "" && f.marks("Old") == "23"));
    f.check_consistent();
    CHECK(f.get(f.reader.deleted_octets(tenant, {f.box(1, "Old").id, archive.id, inbox.mailbox}, f.soon())) ==
          std::map<MailboxId, std::int64_t>{{f.box(1, "Old").id, static_cast<std::int64_t>(message.size)},
                                            {archive.id, 2 * static_cast<std::int64_t>(prepare(mail("m")).size)}});
    CHECK(f.get(f.writer.expunge(Fixture::ref(f.box(1, "Old")), {}, f.soon())).uids == std::vector<std::uint32_t>{6001});
    f.get(f.boxes.create(account(1), "Archive/below", SpecialUse::none, f.soon()));
    f.get(f.boxes.remove(account(1), "Archive", f.soon()));
    CHECK(f.marks("Archive") == "");
    f.database.sql("update mail.placement set system = 4 where uid = 7");
    CHECK(f.get(check_numbers(f.owner, 100, f.soon())).size() == 2);  // the count, and that EXPUNGE would miss it
}
