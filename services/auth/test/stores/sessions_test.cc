// Who is signed in is seen and ended by those who administer them.
#include <catch2/catch.hpp>

#include "house.h"
#include "sky/base/clock.h"
#include "sky/presence/presence.h"
#include "skybridge/admin/v1/roles.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;

namespace {
// A gateway's sessions of three accounts.
struct Desk {
    House house;
    SystemClock clock;
    redis::Client client{house.context.get_executor(), *house.process.redis};
    redis::Subscriber subscriber{house.context.get_executor(), *house.process.redis};
    presence::Registry registry{house.context.get_executor(), client, subscriber, clock};
    std::vector<presence::Entry> entries;

    Desk() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        for (const std::string address : {"boss@one.test", "desk@one.test", "eve@two.test"}) {
            const auto mailbox = house.mailbox(address);
            presence::Session session{.id = address + "-" + std::to_string(getpid()) + "-" +
                                            std::to_string(clock.now().time_since_epoch().count())};
            session.tenant =
                TenantId(std::stoll(house.database.sql("select tenant_id from directory.account where address = '" + address + "'")));
            session.account = AccountId(mailbox.account_id());
            session.address = address;
            session.protocol = "imap";
            session.since = clock.now();
            entries.push_back(registry.add(session, [](std::string_view) {}));
        }
        for (int i = 0; i < 500 && list().sessions_size() < 3; ++i) house.run(sleep_for(10ms));
    }
    ~Desk() {
        entries.clear();
        house.run(registry.stop());
        house.run(subscriber.stop());
        house.run(client.stop());
    }
    admin_v1::ListSessionsReply list(const std::string& token = {}) {
        return house.operate<admin_v1::ListSessionsReply>(admin_v1::ListSessionsRequest{}, token).value();
    }
    std::string token(const std::string& address, const std::string& role) {
        admin_v1::GrantRoleRequest grant;
        grant.set_address(address);
        grant.set_role(role);
        house.operate<admin_v1::RoleGrant>(grant).value();
        admin_v1::AddTokenRequest request;
        request.set_address(address);
        return house.operate<admin_v1::NewToken>(request).value().secret();
    }
    Result<admin_v1::EndSessionsReply> end(const std::string& address, const std::string& id, const std::string& token) {
        admin_v1::EndSessionsRequest request;
        request.set_address(address);
        request.set_id(id);
        return house.operate<admin_v1::EndSessionsReply>(request, token);
    }
    std::string id_of(const std::string& address) {
        const auto all = list();
        for (const auto& session : all.sessions())
            if (session.address() == address) return session.id();
        return {};
    }
};
}  // namespace

TEST_CASE("sessions are ended within one's reach, up to one's rank, and it stands on the record", "[auth]") {
    Desk desk;
    const auto boss = desk.token("boss@one.test", "tenant"), help = desk.token("desk@one.test", "help_desk");
    CHECK(desk.list(help).sessions_size() == 2);
    CHECK(desk.end("eve@two.test", {}, boss).error().fault == Fault::not_found);
    CHECK(desk.end({}, desk.id_of("eve@two.test"), boss).error().fault == Fault::not_found);
    CHECK(desk.end("boss@one.test", {}, help).error().fault == Fault::forbidden);
    CHECK(desk.end({}, desk.id_of("boss@one.test"), help).error().fault == Fault::forbidden);
    CHECK(desk.house.database.sql("select count(*) from directory.audit where action = 'sessions.end'") == "0");
    CHECK(desk.end("desk@one.test", {}, boss).value().told() == 1);
    CHECK(desk.house.database.sql("select string_agg(actor || ' ' || object, ',') from directory.audit where action = 'sessions.end'") ==
          "boss@one.test desk@one.test");
}
