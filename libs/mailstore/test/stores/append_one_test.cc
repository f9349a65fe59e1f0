// One message of one frame goes another way than several; nobody may see that afterwards.
#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

const auto now = [] { return new_uuid(SystemClock{}.now()); };
const std::string old_one = mail("Plans", "Message-ID: <1@example.test>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0100\r\n");
const std::string answer = mail("Re: Plans",
                                "Message-ID: <2@example.test>\r\nReferences: <1@example.test>\r\nCc: \"Zoë\" <zoe@example.test>\r\n"
                                "Reply-To: eve@example.test\r\nDate: Mon, 02 Nov 2026 11:00:00 -0330\r\n");
const std::string bare = "\r\nno header at all\r\n";

// All that is written of a message but ids, UIDs and the time of day.
constexpr pg::Statement rows_of{
    "test.rows_of",
    "select row(p.keywords, p.internal_date, p.size, p.system)::text || row(e.prefix, e.received_at, e.sort_from, e.sort_to, e.sort_cc, "
    "e.display_from, e.display_to, e.sort_subject, e.is_reply, e.sent_at, e.sent_offset, e.message_ref, e.parent_refs)::text || "
    "to_jsonb(b) - 'blob_id' - 'created_at' || (to_jsonb(s) - 'blob_id') || (to_jsonb(f) - 'blob_id'), (select count(*) from "
    "mail.thread_ref r where r.tenant_id = $1 and r.thread_id = e.thread_id), (select count(*) from mail.email o where o.tenant_id = $1 "
    "and o.thread_id = e.thread_id) from mail.placement p join mail.email e on e.tenant_id = $1 and e.email_id = p.email_id "
    "join mail.blob b on b.tenant_id = $1 and b.blob_id = e.blob_id join mail.summary s on s.tenant_id = $1 and s.blob_id = e.blob_id "
    "join mail.blob_frame f on f.tenant_id = $1 and f.blob_id = e.blob_id where p.tenant_id = $1 and p.mailbox_id = $2 order by p.uid"};
constexpr pg::Statement change{"test.change", "update mail.mailbox set uid_next = $3 where tenant_id = $1 and mailbox_id = $2"};

struct House : Fixture {
    std::vector<std::string> rows(const Mailbox& of) {
        const auto read = get(owner.query(tenant, rows_of, pg::params(tenant, of.id), soon()));
        std::vector<std::string> out;
        for (const auto row : read)
            out.push_back(row.get<std::string>(0) + std::to_string(row.get<std::int64_t>(1)) + "," +
                          std::to_string(row.get<std::int64_t>(2)));
        return out;
    }
    Result<Appended> append(const Mailbox& into, std::vector<Append> messages, Uuid operation = now(),
                            std::optional<std::string> name = {}) {
        return run(writer.append(ref(into), std::move(messages), operation, soon(), std::move(name)));
    }
    Fault refused(const Mailbox& into, const Append& message, std::optional<std::string> name = {}) {
        const auto before = box(1, into.name);
        const auto done = append(into, {message}, now(), std::move(name));
        REQUIRE_FALSE(done);
        const auto after = box(1, into.name);
        CHECK((after.uid_next == before.uid_next && after.messages == before.messages && after.keywords == before.keywords));
        return done.error().fault;
    }
};

}  // namespace

TEST_CASE("one message is written as it is among several", "[mailstore][append]") {
    House together, f;  // two databases: octets of one tenant would be stored once
    together.make_account(1);
    f.make_account(1);
    std::vector<PreparedMessage> prepared;
    for (const std::string& octets : {old_one, answer, bare}) prepared.push_back(prepare(octets));
    const Time when = f.clock.now() - 24h;
    const std::vector<Append> several{{&prepared[0], seen, {"work"}, when},
                                      {&prepared[1], static_cast<std::uint16_t>(deleted | flagged), {"Home", "WORK", "home"}, when},
                                      {&prepared[2], 0, {}, when}};
    REQUIRE(together.append(together.box(1, "Drafts"), several));
    for (const Append& one : several) REQUIRE(f.append(f.box(1, "Drafts"), {one}));
    const auto first = together.box(1, "Drafts"), second = f.box(1, "Drafts");
    CHECK(together.rows(first).size() == 3);
    CHECK(f.rows(second) == together.rows(first));
    CHECK((second.keywords == first.keywords && second.messages == 3 && second.unseen == first.unseen && second.deleted == first.deleted));
    CHECK((second.octets == first.octets && second.uid_next == first.uid_next));
    // Marked ones are found where the mailbox says.
    CHECK(f.get(f.writer.expunge(Fixture::ref(second), {}, f.soon())).uids == std::vector<std::uint32_t>{2});
    // And it is news.
    CHECK(f.get(f.reader.changes(Fixture::ref(second), ModSeq{1}, f.soon())).placements.size() == 2);
    f.check_consistent();
}

TEST_CASE("octets that the tenant has are not stored again", "[mailstore][append]") {
    House f;
    f.make_account(1);
    const auto message = prepare(old_one);
    for (int i = 0; i < 2; ++i) REQUIRE(f.append(f.box(1, "Drafts"), {{&message, 0, {}, {}}}));
    const auto there = f.all(f.box(1, "Drafts"));
    REQUIRE(there.size() == 2);
    CHECK(there[0].email != there[1].email);
    const auto texts = f.get(f.reader.texts(tenant, {there[0].email, there[1].email}, Want::basics, f.soon()));
    CHECK((texts[0].blob == texts[1].blob && texts[0].thread == texts[1].thread));
    f.check_consistent();
}

TEST_CASE("an APPEND that is run twice is there once", "[mailstore][append][rfc9051:6.3.12]") {
    House f;
    const auto message = prepare(old_one);
    f.make_account(1, static_cast<std::int64_t>(message.size));  // for one
    const auto id = now();
    const auto first = f.append(f.box(1, "Drafts"), {{&message, 0, {}, {}}}, id);
    REQUIRE(first);
    CHECK(first->placed.front().uid == Uid{1});
    // By another message, so that the quota is not what refuses it.
    const auto empty = prepare("\r\n");
    f.get(f.writer.store(Fixture::ref(f.box(1, "Drafts")), {{1, 1}}, {FlagMode::add, deleted, {}, {}}, {}, f.soon()));
    f.get(f.writer.expunge(Fixture::ref(f.box(1, "Drafts")), {}, f.soon()));
    const auto again = f.append(f.box(1, "Drafts"), {{&empty, 0, {}, {}}}, id);
    REQUIRE(again);
    CHECK((again->placed.front().uid == Uid{1} && again->placed.front().email == first->placed.front().email));
    CHECK(again->changed.modseq == first->changed.modseq);
    CHECK(f.all(f.box(1, "Drafts")).empty());
    f.check_consistent();
}

TEST_CASE("an APPEND that can't be done says why, and does nothing", "[mailstore][append][rfc9051:6.3.12]") {
    House f;
    const auto message = prepare(old_one);
    f.make_account(1, static_cast<std::int64_t>(message.size * 2) - 1);
    const Append one{&message, deleted, {}, {}};
    const auto drafts = f.box(1, "Drafts");
    REQUIRE(f.append(drafts, {one}));
    CHECK(f.refused(drafts, one) == Fault::over_quota);
    f.get(f.writer.expunge(Fixture::ref(drafts), {}, f.soon()));

    const auto nowhere = f.run(f.writer.append({tenant, AccountId{1}, MailboxId{5555}}, {one}, now(), f.soon()));
    CHECK(nowhere.error().fault == Fault::not_found);
    const auto nobody = f.run(f.writer.append({tenant, AccountId{99}, drafts.id}, {one}, now(), f.soon()));
    CHECK(nobody.error().fault == Fault::not_found);

    std::vector<std::string> many;
    for (int i = 0; i < 65; ++i) many.push_back("k" + std::to_string(i));
    CHECK(f.refused(drafts, {&message, 0, many, {}}) == Fault::limit);
    many.pop_back();
    REQUIRE(f.append(drafts, {{&message, 0, many, {}}}));
    CHECK(f.all(drafts).front().flags.keywords == ~std::uint64_t{0});
    f.get(f.writer.remove(Fixture::ref(drafts), {{1, 99}}, f.soon()));

    f.get(f.owner.query(tenant, change, pg::params(tenant, drafts.id, std::int64_t{0xFFFFFFFF}), f.soon()));
    REQUIRE(f.append(drafts, {one}));
    f.get(f.writer.expunge(Fixture::ref(drafts), {}, f.soon()));
    CHECK(f.refused(drafts, one) == Fault::limit);
    CHECK(f.get(usage(f.imap, account(1), f.soon())).used_messages == 0);
    f.check_consistent();
}

TEST_CASE("what is to go into a mailbox of a name does not go into one that has it no longer", "[mailstore][append][rfc9051:6.3.12]") {
    House f;
    f.make_account(1);
    const auto message = prepare(old_one), another = prepare(answer);
    const Append one{&message, 0, {}, {}}, two{&another, 0, {}, {}};
    const auto drafts = f.box(1, "Drafts");
    REQUIRE(f.append(drafts, {one}, now(), "Drafts"));
    REQUIRE(f.append(drafts, {one, two}, now(), "Drafts"));
    f.get(f.boxes.rename(account(1), "Drafts", "Older", f.soon()));
    CHECK(f.append(drafts, {one}, now(), "Drafts").error().fault == Fault::not_found);
    CHECK(f.append(drafts, {one, two}, now(), "Drafts").error().fault == Fault::not_found);
    CHECK(f.all(f.box(1, "Older")).size() == 3);
    f.check_consistent();
}
