// Writes send their COMMIT along. One that waits for its account until its caller has given up must not be done afterwards: the client was
// told NO, and may have done something else since.
#include "fixture.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

constexpr pg::Statement hold{"test.hold", "select account_id from mail.account where tenant_id = $1 for no key update"};
constexpr auto patience = 300ms;

enum class Write { append, append_several, store, expunge, remove, copy, move };

struct House : Fixture {
    const PreparedMessage message = prepare(mail("Plans"));
    Mailbox inbox, drafts;

    House() {
        make_account(1);
        inbox = box(1, "INBOX");
        drafts = box(1, "Drafts");
        REQUIRE(run(writer.append(ref(inbox), {{&message, deleted, {}, {}}}, id(), soon())));  // and ids and plans are there
        inbox = box(1, "INBOX");
    }
    Uuid id() { return new_uuid(clock.now()); }

    Task<Result<void>> write(Write what, Deadline deadline) {
        const auto told = [](const auto& done) { return done ? Result<void>{} : Result<void>(forward(done)); };
        const MailboxRef from = ref(inbox);
        switch (what) {
            case Write::append:
                co_return told(co_await writer.append(from, {{&message, 0, {}, {}}}, id(), deadline));
            case Write::append_several:
                co_return told(co_await writer.append(from, {{&message, 0, {}, {}}, {&message, 0, {}, {}}}, id(), deadline));
            case Write::store:
                co_return told(co_await writer.store(from, {{1, 1}}, {FlagMode::add, flagged, {}, {}}, {}, deadline));
            case Write::expunge:
                co_return told(co_await writer.expunge(from, {}, deadline));
            case Write::remove:
                co_return told(co_await writer.remove(from, {{1, 1}}, deadline));
            case Write::copy:
                co_return told(co_await writer.copy(from, {{1, 1}}, drafts.id, id(), deadline));
            case Write::move:
                co_return told(co_await writer.move(from, {{1, 1}}, drafts.id, id(), deadline));
        }
        co_return unexpected(Fault::internal, "no such write");
    }
    // While somebody else holds the account for longer than the caller waits.
    Task<Result<Fault>> write_too_late(Write what) {
        auto other = co_await delivery.begin(tenant, soon());
        if (!other) co_return forward(other);
        if (auto held = co_await other->query(hold, pg::params(tenant)); !held) co_return forward(held);
        const auto written = co_await write(what, after(patience));
        if (auto freed = co_await other->commit(); !freed) co_return forward(freed);
        co_await sleep_for(patience);  // what still waited would go on
        if (written) co_return unexpected(Fault::internal, "done while the account was held");
        co_return written.error().fault;
    }
};

}  // namespace

TEST_CASE("what nobody waits for any more is not done", "[mailstore][append][store][expunge]") {
    const Write what =
        GENERATE(Write::append, Write::append_several, Write::store, Write::expunge, Write::remove, Write::copy, Write::move);
    CAPTURE(static_cast<int>(what));
    House f;
    CHECK(f.get(f.write_too_late(what)) == Fault::timeout);
    const Mailbox now = f.box(1, "INBOX");
    CHECK((now.uid_next == f.inbox.uid_next && now.modseq == f.inbox.modseq && now.messages == 1));
    CHECK(f.all(f.drafts).empty());
    // In time it is.
    f.get(f.write(what, f.soon()));
    CHECK((f.box(1, "INBOX").modseq > f.inbox.modseq || f.all(f.drafts).size() == 1));
    f.check_consistent();
}
