// Header fields that a view keeps once they were searched again: the same answers as the store gives, without asking it.
#include "imap/store/kept_fields.h"

#include <catch2/catch.hpp>

#include "imap/store/views.h"
#include "sky/mailstore/accounts.h"
#include "sky/mime/fold.h"
#include "support/run.h"
#include "support/scratch_database.h"

using namespace sky;
using namespace sky::imapd;
using namespace std::chrono_literals;
using store::SearchField;
using Uids = std::vector<std::uint32_t>;

namespace {
constexpr TenantId tenant{7};
constexpr std::uint32_t messages = 300;

// An INBOX with messages of UIDs 1 to 300: the subject of n is "Größe n", and 7 has a longer one than is kept.
struct House {
    support::ScratchDatabase database{{"libs/mailstore"}};
    boost::asio::io_context context;
    pg::Pool pool{context.get_executor(), {.dsn = database.dsn("sky_imap"), .connections = 2}};
    SystemClock clock;
    Group errands{context.get_executor()};
    Views views{pool, nullptr, nullptr, errands};
    std::shared_ptr<View> view;
    Uids all;

    House() {
        database.sql("select set_config('sky.tenant', '7', false); select mail.create_account(7, 1, 0::smallint, null)");
        const store::MailboxRef ref{tenant, AccountId{1},
                                    MailboxId{std::stoll(database.sql("select mailbox_id from mail.mailbox where name = 'INBOX'"))}};
        view = views.open(ref, run(store::Mailboxes(pool).find(ref, soon())).value());
        for (std::uint32_t n = 1; n <= messages; ++n) {
            add("Gr\xc3\xb6\xc3\x9f"
                "e " +
                std::to_string(n) + (n == 7 ? std::string(600, 'x') + "end" : std::string()));
            all.push_back(n);
        }
        look();
    }
    void add(const std::string& subject) {
        const auto message = store::prepare("From: ada@example.test\r\nSubject: " + subject + "\r\n\r\n");
        store::Writer writer(pool, clock);
        REQUIRE(run(writer.append(view->ref(), {{&message, 0, {}, {}}}, new_uuid(clock.now()), soon())));
    }
    void look() {
        view->distrust();
        REQUIRE(run(view->load(soon())));
        REQUIRE(run(view->touch({0}, soon())));
    }
    Deadline soon() const { return after(30s); }
    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    FieldMatches match(const std::string& needle, SearchField field = SearchField::subject) {
        return match_kept(*view, field, mime::fold_case(needle), all);
    }
    void keep() { REQUIRE(run(keep_field(*view, SearchField::subject, soon()))); }
    // What is kept is seen by its old value.
    void alter() { database.sql("select set_config('sky.tenant', '7', false); update mail.summary set subject = 'altered'"); }
};
}  // namespace

TEST_CASE("a field that is searched again is kept, and compared as the store compares", "[imap][rfc9051:6.4.4][rfc5051:2]") {
    House house;
    CHECK(house.match("299").unknown == house.all);
    CHECK_FALSE(keeps(*house.view, SearchField::subject));
    house.keep();
    CHECK(keeps(*house.view, SearchField::subject));
    CHECK_FALSE(keeps(*house.view, SearchField::from));
    house.alter();
    const FieldMatches some = house.match(
        "GR\xc3\x96\xc3\x9f"
        "E 29");
    CHECK(some.found == Uids{29, 290, 291, 292, 293, 294, 295, 296, 297, 298, 299});
    CHECK(some.unknown == Uids{7});  // which may have it further on
    CHECK(house.match("e 7x").found == Uids{7});
    CHECK(house.match("e 7x").unknown.empty());
    CHECK(house.match("").found.size() == messages);  // the field exists
    CHECK(house.match("altered").found.empty());
    CHECK(house.match("ada", SearchField::from).unknown == house.all);
    CHECK(match_kept(*house.view, SearchField::subject, mime::fold_case("e 3"), {2, 3, 4, 31}).found == Uids{3, 31});
}

TEST_CASE("a field is not kept for one search, for few messages or for very large mailboxes", "[imap]") {
    House house;
    CHECK_FALSE(worth_keeping(*house.view, SearchField::from, messages));
    CHECK_FALSE(worth_keeping(*house.view, SearchField::to, messages));
    CHECK_FALSE(worth_keeping(*house.view, SearchField::from, 20));
    CHECK(worth_keeping(*house.view, SearchField::from, messages));
    house.database.sql("select set_config('sky.tenant', '7', false); update mail.mailbox set messages = 20001, modseq = modseq + 1");
    house.view->note_row(house.run(store::Mailboxes(house.pool).find(house.view->ref(), house.soon())).value());
    house.view->distrust();
    REQUIRE(house.run(house.view->load(house.soon())));
    CHECK_FALSE(worth_keeping(*house.view, SearchField::to, messages));
}

TEST_CASE("kept fields count in memory, go with their block, and do not know what came later", "[imap]") {
    House house;
    const std::size_t before = house.view->messages_held();
    house.keep();
    CHECK(house.view->messages_held() > before + messages * 10 / 64);
    house.add("later");
    house.look();
    house.all.push_back(messages + 1);
    CHECK(house.match("later").unknown == Uids{7, messages + 1});
    house.views.release_blocks(0ms, 0);
    CHECK(house.match("299").unknown == house.all);
    house.look();
    CHECK(house.match("299").unknown == house.all);
    house.keep();
    CHECK(house.match("later").found == Uids{messages + 1});
}
