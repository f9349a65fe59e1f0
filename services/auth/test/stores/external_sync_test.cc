// Mailboxes that follow a directory: against a real slapd.
#include <catch2/catch.hpp>

#include "auth/external_directory/sync.h"
#include "external_directory.h"

using namespace house;

namespace {
std::string staff(const std::string& members) {
    return "dn: cn=staff,ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: staff\n" + members + "\n";
}
std::string member(const std::string& cn) { return "member: cn=" + cn + ", " + people + "\n"; }

struct Following : WithDirectory {
    DirectoryServer server{
        person("Ada", "ada@one.test", "title: Countess\njpegPhoto:: /9j/4AAQSkZJRg==\nmanager: cn=Bob," + people + "\n") +
        person("Bob", "bob@one.test", "telephoneNumber: 42\n") + person("Eve", "eve@two.test") + staff(member("Ada") + member("Eve"))};
    Following() {
        set(configuration(server)).value();
        group("staff@one.test", {"someone@elsewhere.test"});
        admin_v1::SetExternalGroupRequest request;
        request.set_tenant("one");
        request.set_dn("CN=staff, ou=groups,dc=example,dc=test");
        request.set_address("staff@one.test");
        operate<admin_v1::ExternalDirectory>(request).value();
    }
    TenantId one() { return TenantId{std::stoll(database.sql("select tenant_id from directory.tenant where name = 'one'"))}; }
    // Asks for one and waits for the worker.
    admin_v1::ExternalSync sync(bool whole = false) {
        const auto ended = [&] { return database.sql("select coalesce(max(ended_at)::text, '') from directory.external_sync"); };
        const auto before = ended();
        admin_v1::StartExternalSyncRequest start;
        start.set_tenant("one");
        start.set_whole(whole);
        CHECK(operate<admin_v1::ExternalSync>(start).value().state() == "waiting");
        for (int i = 0; i < 600 && ended() == before; ++i) run(sleep_for(50ms));
        const auto now = status();
        CHECK(now.state() == "ended");
        return now;
    }
    admin_v1::ExternalSync status() {
        admin_v1::GetExternalSyncRequest request;
        request.set_tenant("one");
        return operate<admin_v1::ExternalSync>(request).value();
    }
    Result<admin_v1::ExternalSyncPlan> plan() {
        admin_v1::PlanExternalSyncRequest request;
        request.set_tenant("one");
        return operate<admin_v1::ExternalSyncPlan>(request);
    }
    std::string column(const std::string& what, const std::string& address) {
        return database.sql("select coalesce((select " + what + "::text from directory.account a where address = '" + address +
                            "'), 'none')");
    }
    std::string members() { return database.sql("select string_agg(target, ' ' order by target) from directory.group_member"); }
};
}  // namespace

TEST_CASE("people of the directory get mailboxes, sign in, and are changed as they change there", "[auth][ldap][sync]") {
    Following house;
    const auto planned = house.plan().value();
    CHECK(std::vector<std::string>(planned.lines().begin(), planned.lines().end()) ==
          std::vector<std::string>{"add ada@one.test", "add bob@one.test", "manager of ada@one.test: bob@one.test",
                                   "group staff@one.test: +ada@one.test -someone@elsewhere.test",
                                   "skip cn=eve,ou=people,dc=example,dc=test: it has no address of its own at a domain of the tenant"});
    CHECK(house.column("state", "ada@one.test") == "none");  // nothing was done

    auto done = house.sync();
    CHECK(done.error().empty());
    CHECK(done.added() == 2);
    CHECK(done.skipped() == 1);
    CHECK(house.column("title", "ada@one.test") == "Countess");
    CHECK(house.column("phone", "bob@one.test") == "42");
    CHECK(house.column("(select address from directory.account m where m.account_id = a.manager_id)", "ada@one.test") == "bob@one.test");
    CHECK(house.database.sql("select count(*) from directory.photo") == "1");
    CHECK(house.members() == "ada@one.test");
    CHECK(house.database.sql("select count(*) from mail.account") == "2");
    CHECK(house.sign_in("ada@one.test", "ldap horse").proved);
    CHECK(house.database.sql("select count(*) from directory.audit where actor = 'ldap' and action = 'mailbox.add'") == "2");
    CHECK(house.plan()->lines_size() == 1);  // what is skipped

    house.server.modify("dn: cn=Bob," + people +
                        "\nchangetype: modify\nreplace: telephoneNumber\ntelephoneNumber: 43\n-\nreplace: mail\n"
                        "mail: robert@one.test\nmail: bobby@one.test\n\n"
                        "dn: cn=staff,ou=groups,dc=example,dc=test\nchangetype: modify\nadd: member\nmember: cn=Bob," +
                        people + "\n");
    done = house.sync();
    CHECK(done.error().empty());
    CHECK(house.column("phone", "robert@one.test") == "43");
    CHECK(house.column("(select string_agg(n.address, ' ' order by n.address) from directory.address n where n.account_id = a.account_id)",
                       "robert@one.test") == "bob@one.test bobby@one.test robert@one.test");
    CHECK(house.members() == "ada@one.test robert@one.test");
    CHECK(house.sign_in("bob@one.test", "ldap horse").proved->address == "robert@one.test");
}

TEST_CASE("who vanishes is suspended with all mail, and comes back; nobody inherits the mailbox", "[auth][ldap][sync]") {
    Following house;
    house.sync();
    const auto account = house.column("account_id", "bob@one.test");
    house.server.modify("dn: cn=Bob," + people + "\nchangetype: delete\n");
    auto done = house.sync();
    CHECK(done.suspended() == 1);
    CHECK(house.column("state", "bob@one.test") == "suspended");
    CHECK(house.database.sql("select count(*) from mail.account") == "2");
    CHECK_FALSE(house.sign_in("bob@one.test", "ldap horse").proved);
    // Another Bob, another entry: not this one's mail.
    house.server.modify("dn: cn=Bob," + people +
                        "\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Bob\nsn: x\nmail: bob@one.test\n"
                        "userPassword: ldap horse\n");
    done = house.sync();
    CHECK(done.restored() == 0);
    CHECK(house.column("state", "bob@one.test") == "suspended");
    CHECK(std::ranges::any_of(done.notes(), [](const std::string& note) { return note.contains("is the mailbox of another entry"); }));
    // The administrator says that it is the same person.
    house.database.sql("update directory.account set external_id = null where address = 'bob@one.test'");
    house.sync();
    done = house.sync();
    CHECK(house.column("state", "bob@one.test") == "active");
    CHECK(house.column("account_id", "bob@one.test") == account);
}

TEST_CASE("an empty or broken directory suspends nobody", "[auth][ldap][sync]") {
    Following house;
    house.sync();
    for (const char* cn : {"Ada", "Bob", "Eve"}) house.server.modify("dn: cn=" + std::string(cn) + "," + people + "\nchangetype: delete\n");
    auto done = house.sync();
    CHECK(done.error().contains("2 of 2 mailboxes"));
    CHECK(done.suspended() == 0);
    CHECK(house.plan().error().fault == Fault::conflict);
    CHECK(house.column("state", "ada@one.test") == "active");
    house.server.stop();
    done = house.sync(true);
    CHECK_FALSE(done.error().empty());
    CHECK(house.column("state", "ada@one.test") == "active");
    house.server.start_again();
    done = house.sync(true);
    CHECK(done.error().empty());
    CHECK(done.suspended() == 2);
}

TEST_CASE("one replica at a time works on a tenant", "[auth][ldap][sync]") {
    Following house;
    house.sync();
    house.database.sql("update directory.external_sync set claimed_until = now() + interval '1 hour'");
    CHECK_FALSE(house.run(auth::sync_tenant(house.here(), house.one())).value());
    house.database.sql("update directory.external_sync set claimed_until = now() - interval '1 s'");
    CHECK(house.run(auth::sync_tenant(house.here(), house.one())).value());
}

TEST_CASE("mailboxes that an administrator keeps are not the sync's", "[auth][ldap][sync]") {
    Following house;
    house.mailbox("carl@one.test");  // in no directory
    house.mailbox("bob@one.test");   // is taken over, once
    auto done = house.sync();
    CHECK(done.added() == 1);
    CHECK(house.column("external_id is not null", "bob@one.test") == "true");
    CHECK(house.column("external_id is not null", "carl@one.test") == "false");
    CHECK(house.column("state", "carl@one.test") == "active");
    house.database.sql("update directory.account set state = 'suspended' where address = 'ada@one.test'");
    done = house.sync();
    CHECK(done.restored() == 0);
    CHECK(house.column("state", "ada@one.test") == "suspended");
}
