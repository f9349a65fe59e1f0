// Mail contacts, and the address list that they stand in.
#include <catch2/catch.hpp>

#include "house.h"
#include "skybridge/admin/v1/address_list.pb.h"
#include "skybridge/admin/v1/contacts.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;

namespace {
struct Office {
    House house;
    Office() {
        house.tenant("one", "one.test");
        house.tenant("two", "two.test");
        house.mailbox("ada@one.test");
        house.mailbox("grace@one.test");
        house.mailbox("eve@two.test");
        house.group("team@one.test", {"ada@one.test"});
    }
    Result<admin_v1::Contact> contact(const std::string& address, const std::string& name, const std::string& tenant = "one") {
        admin_v1::AddContactRequest request;
        request.set_tenant(tenant);
        request.set_address(address);
        request.set_display_name(name);
        request.set_company("Elsewhere Ltd");
        return house.operate<admin_v1::Contact>(request);
    }
    std::string token(const std::string& address) {
        admin_v1::AddTokenRequest request;
        request.set_address(address);
        return house.operate<admin_v1::NewToken>(request).value().secret();
    }
    Result<std::vector<std::string>> search(const std::string& text, const std::string& token, const std::string& tenant = {},
                                            const std::string& kind = {}) {
        admin_v1::SearchAddressListRequest request;
        request.set_text(text);
        request.set_tenant(tenant);
        request.set_kind(kind);
        auto reply = house.operate<admin_v1::SearchAddressListReply>(request, token);
        if (!reply) return forward(reply);
        std::vector<std::string> out;
        for (const auto& entry : reply->entries()) out.push_back(entry.address());
        return out;
    }
};
using Addresses = std::vector<std::string>;
}  // namespace

TEST_CASE("everybody of an organisation finds everybody in it, and nobody else's", "[auth]") {
    Office office;
    office.contact("bob@elsewhere.test", "Bob Elsewhere").value();
    office.contact("mallory@elsewhere.test", "Mallory", "two").value();
    const auto ada = office.token("ada@one.test"), eve = office.token("eve@two.test");
    CHECK(office.search("", ada).value() == Addresses{"ada@one.test", "bob@elsewhere.test", "grace@one.test", "team@one.test"});
    CHECK(office.search("", eve).value() == Addresses{"eve@two.test", "mallory@elsewhere.test"});
    CHECK(office.search("", ada, "two").error().fault == Fault::not_found);
    CHECK(office.search("ELSE bo", ada).value() == Addresses{"bob@elsewhere.test"});
    CHECK(office.search("lsewhere", ada).value().empty());
    CHECK(office.search("%", ada).value().empty());
    CHECK(office.search("", ada, "", "group").value() == Addresses{"team@one.test"});
    CHECK(office.search("", "", "one").value().size() == 4);
    CHECK(office.search("", "").error().fault == Fault::syntax);
}

TEST_CASE("an organisation may keep its list to itself, and leave people out of it", "[auth]") {
    Office office;
    const auto ada = office.token("ada@one.test");
    admin_v1::ChangeMailboxRequest hide;
    hide.set_address("grace@one.test");
    hide.set_listed(false);
    office.house.operate<admin_v1::Mailbox>(hide).value();
    CHECK(office.search("", ada).value() == Addresses{"ada@one.test", "team@one.test"});
    admin_v1::ChangeTenantRequest close;
    close.set_name("one");
    close.set_address_list(false);
    office.house.operate<admin_v1::Tenant>(close).value();
    CHECK(office.search("", ada).error().fault == Fault::forbidden);
    CHECK(office.search("", "", "one").value().size() == 2);
}

TEST_CASE("a contact is added, changed and removed", "[auth]") {
    Office office;
    CHECK(office.contact("bob@elsewhere.test", "Bob").value().company() == "Elsewhere Ltd");
    CHECK(office.contact("Bob@Elsewhere.test", "Bob").error().fault == Fault::already_exists);
    CHECK(office.contact("bob@elsewhere.test", "Bob", "two"));
    CHECK(office.contact("nonsense", "Bob").error().fault == Fault::syntax);
    admin_v1::ChangeContactRequest change;
    change.set_tenant("one");
    change.set_address("bob@elsewhere.test");
    change.set_title("Buyer");
    const auto changed = office.house.operate<admin_v1::Contact>(change).value();
    CHECK(changed.title() == "Buyer");
    CHECK(changed.display_name() == "Bob");
    admin_v1::ListContactsRequest list;
    CHECK(office.house.operate<admin_v1::ListContactsReply>(list).value().contacts_size() == 2);
    admin_v1::RemoveContactRequest remove;
    remove.set_tenant("one");
    remove.set_address("bob@elsewhere.test");
    CHECK(office.house.operate<admin_v1::RemoveReply>(remove).value().removed() == 1);
    CHECK(office.house.operate<admin_v1::RemoveReply>(remove).error().fault == Fault::not_found);
    admin_v1::GetContactRequest get;
    get.set_tenant("two");
    get.set_address("bob@elsewhere.test");
    CHECK(office.house.operate<admin_v1::Contact>(get).value().tenant() == "two");
}
