// Who may do what, over every rpc of the contracts: rows, columns and cells of these matrices come from the contracts and the table of
// rights.
#include <google/protobuf/message.h>

#include <catch2/catch.hpp>

#include "auth/access/access.h"
#include "house.h"
#include "sky/base/encode.h"
#include "skybridge/admin/v1/admin_rpcs.h"
#include "skybridge/admin/v1/plans.pb.h"

using namespace house;
using namespace sky::auth;

namespace {
namespace pb = google::protobuf;

// Two tenants under a reseller, one beside it; each with a domain and two people, everything named after it.
struct World : House {
    std::map<std::string, std::int64_t> ids;

    World() {
        add("seller", "", "reseller");
        add("north", "seller");
        add("south", "seller");
        add("island", "");
        add("islands", "", "reseller");
        sell("islands", "island-plan");
        database.sql(
            "insert into directory.mailbox_day (tenant_id, day, account_id, address, kind, state, plan, used_octets, tenant) select "
            "tenant_id, '2029-11-01', account_id, address, kind, state, '', 0, 'island' from directory.account "
            "where address like '%@island.test'; insert into directory.usage_day (day, recorded_at) values ('2029-11-01', now())");
    }
    void sell(const std::string& owner, const std::string& plan) {
        admin_v1::AddPlanRequest request;
        request.set_name(plan);
        request.set_owner(owner);
        request.set_storage_bytes(1);
        operate<admin_v1::Plan>(request).value();
    }
    void add(const std::string& name, const std::string& parent, const std::string& kind = {}) {
        admin_v1::AddTenantRequest request;
        request.set_name(name);
        request.set_parent(parent);
        request.set_kind(kind);
        ids[name] = operate<admin_v1::Tenant>(request).value().id();
        admin_v1::AddDomainRequest domain;
        domain.set_tenant(name);
        domain.set_name(name + ".test");
        operate<admin_v1::Domain>(domain).value();
        mailbox("boss@" + name + ".test");
        mailbox("user@" + name + ".test");
        alias("alias@" + name + ".test", {"user@" + name + ".test"});
        group("group@" + name + ".test", {"boss@" + name + ".test"});
    }
    std::string account(const std::string& address) {
        return database.sql("select account_id from directory.account where address = '" + address + "'");
    }
    // A token that speaks for this person, who holds this role over that tenant.
    std::string token(const std::string& address, Role role, const std::string& over) {
        const std::string home = address.substr(address.find('@') + 1, address.rfind('.') - address.find('@') - 1);
        const std::string tenant = std::to_string(ids.at(home)), secret = "token-" + hex_encode(random_bytes(16));
        if (role != Role::user)
            database.sql("insert into directory.role_grant values (" + tenant + ", " + account(address) + ", '" +
                         std::string(name_of(role)) + "', " + (over.empty() ? "null" : std::to_string(ids.at(over))) +
                         ", now(), 'test') on conflict do nothing");
        database.sql("insert into directory.token (tenant_id, account_id, digest, created_by) values (" + tenant + ", " + account(address) +
                     ", decode('" + hex_encode(token_digest(secret)) + "', 'hex'), 'test')");
        return secret;
    }
    std::string of_role(Role role) {
        switch (role) {
            case Role::user:
                return token("user@north.test", role, "");
            case Role::help_desk:
            case Role::tenant:
                return token("boss@north.test", role, "north");
            case Role::reseller:
                return token("boss@seller.test", role, "seller");
            case Role::platform:
                return token("boss@island.test", role, "");
        }
        return {};
    }
    // Everything that belongs to a tenant, in one digest.
    std::string state_of(const std::string& tenant) {
        const std::string tables = database.sql(
            "select string_agg(format('(select coalesce(md5(string_agg(r::text, ''|'' order by r::text)), ''-'') from directory.%I r where "
            "r.tenant_id = " +
            std::to_string(ids.at(tenant)) +
            ")', c.table_name), ' || ' order by c.table_name) from information_schema.columns c "
            "where c.table_schema = 'directory' and c.column_name = 'tenant_id'");
        return database.sql("select " + tables);
    }
};

std::vector<const pb::MethodDescriptor*> all_rpcs() {
    std::vector<const pb::MethodDescriptor*> out;
    for (const auto name : admin_v1::admin_contracts) {
        const auto* file = pb::DescriptorPool::generated_pool()->FindFileByName(std::string(name));
        REQUIRE(file);
        for (int s = 0; s < file->service_count(); ++s)
            for (int m = 0; m < file->service(s)->method_count(); ++m) out.push_back(file->service(s)->method(m));
    }
    return out;
}

// A request about something of this tenant.
std::unique_ptr<pb::Message> request_about(const pb::MethodDescriptor& rpc, const AccessRight& right, const std::string& tenant,
                                           const std::string& person) {
    std::unique_ptr<pb::Message> request(pb::MessageFactory::generated_factory()->GetPrototype(rpc.input_type())->New());
    if (const auto* month = rpc.input_type()->FindFieldByName("month"); month)
        request->GetReflection()->SetString(request.get(), month, "2029-11");
    if (right.field.empty()) return request;
    const auto* field = rpc.input_type()->FindFieldByName(std::string(right.field));
    REQUIRE(field);
    const std::string value = right.place == Place::domain    ? tenant + ".test"
                              : right.place == Place::address ? person + "@" + tenant + ".test"
                                                              : tenant;
    request->GetReflection()->SetString(request.get(), field, value);
    return request;
}

// Calls with(request) for each word that the request can carry: that word is `word`, the rest stays.
void with_each_word(const pb::Message& request, const std::string& word,
                    const std::function<void(const pb::Message&, const std::string&)>& with) {
    const auto* type = request.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
        const auto* field = type->field(i);
        std::unique_ptr<pb::Message> changed(request.New());
        changed->CopyFrom(request);
        const auto* reflection = changed->GetReflection();
        if (field->type() == pb::FieldDescriptor::TYPE_STRING) {
            if (field->is_repeated())
                reflection->AddString(changed.get(), field, word);
            else
                reflection->SetString(changed.get(), field, word);
            with(*changed, field->full_name());
        } else if (field->type() == pb::FieldDescriptor::TYPE_MESSAGE && !field->is_repeated()) {
            with_each_word(reflection->GetMessage(request, field), word, [&](const pb::Message& inner, const std::string& name) {
                reflection->MutableMessage(changed.get(), field)->CopyFrom(inner);
                with(*changed, name);
            });
        }
    }
}

bool is_refusal(const Error& error) {
    return error.fault == Fault::forbidden || error.fault == Fault::not_found || error.fault == Fault::not_authenticated;
}
constexpr Role roles[] = {Role::user, Role::help_desk, Role::tenant, Role::reseller, Role::platform};
}  // namespace

TEST_CASE("every rpc has a right and every right an rpc", "[auth]") {
    CHECK(all_rpcs().size() == access_rights().size());
    for (const auto* rpc : all_rpcs()) {
        INFO(rpc->full_name());
        CHECK(right_of(rpc->name()));
    }
}

TEST_CASE("each role may call exactly what the table of rights gives it, within its reach", "[auth]") {
    World world;
    for (const Role role : roles) {
        const auto caller =
            world.run(identify(world.here(), {.deadline = after(10s), .caller = "web", .bearer = world.of_role(role)})).value();
        REQUIRE(caller.subject.role == role);
        for (const auto* rpc : all_rpcs()) {
            const AccessRight& right = *right_of(rpc->name());
            for (const std::string tenant : {"north", "south", "island"}) {
                const auto request = request_about(*rpc, right, tenant, "user");
                const auto may = world.run(check_access(world.here(), caller, right, *request));
                const bool within = role == Role::platform || tenant == "north" || (role == Role::reseller && tenant == "south") ||
                                    right.place == Place::nowhere;
                INFO(rpc->name() << " as " << name_of(role) << " about " << tenant);
                CHECK(may.has_value() == (role >= right.least && within));
                if (!may) CHECK(is_refusal(may.error()));
                // What one may not see and what is not there look the same.
                if (!may && role >= right.least) {
                    const auto nothing =
                        world.run(check_access(world.here(), caller, right, *request_about(*rpc, right, "nowhere", "user")));
                    REQUIRE_FALSE(nothing);
                    CHECK(nothing.error().fault == may.error().fault);
                    CHECK(nothing.error().text == may.error().text);
                }
            }
        }
    }
}

TEST_CASE("no administrator reaches into a foreign tenant, by the code's check or by row-level security alone", "[auth]") {
    const bool mutant = GENERATE(false, true);
    CAPTURE(mutant);
    World world;
    const std::string tokens[] = {world.of_role(Role::tenant), world.of_role(Role::reseller)};
    const std::string before = world.state_of("island");
    if (mutant) setenv("SKYBRIDGE_MUTANT", "S58", 1);
    const auto channel = world.channel("skyctl");
    for (const auto& token : tokens)
        for (const auto* rpc : all_rpcs()) {
            const AccessRight& right = *right_of(rpc->name());
            for (const std::string person : {"user", "alias", "nobody"}) {
                const auto request = request_about(*rpc, right, "island", person);
                const auto reply = world.run(rpc::detail::call_path(*channel, rpc::path_of(*rpc), request->SerializeAsString(),
                                                                    {.deadline = after(10s), .bearer = token}));
                INFO(rpc->name() << " about " << person);
                if (!right.field.empty() && right.place != Place::filter) CHECK_FALSE(reply);
                if (reply) CHECK(reply->find("island") == std::string::npos);
            }
        }
    unsetenv("SKYBRIDGE_MUTANT");
    CHECK(world.state_of("island") == before);
}

TEST_CASE("users look after themselves only, the help desk not after its superiors", "[auth]") {
    World world;
    const std::string user = world.of_role(Role::user), desk = world.token("user@south.test", Role::help_desk, "south");
    world.token("boss@south.test", Role::tenant, "south");
    const auto set_password = [&](const std::string& address, const std::string& token) {
        admin_v1::SetPasswordRequest request;
        request.set_address(address);
        request.set_password("another phrase");
        return world.operate<admin_v1::Mailbox>(request, token);
    };
    CHECK(set_password("user@south.test", desk));
    const auto superior = set_password("boss@south.test", desk);
    REQUIRE_FALSE(superior);
    CHECK(superior.error().fault == Fault::forbidden);
    CHECK_FALSE(set_password("user@north.test", desk));
    CHECK_FALSE(set_password("user@north.test", user));
}

TEST_CASE("a token that is none, has ended, or comes from elsewhere is not valid", "[auth]") {
    World world;
    const std::string token = world.of_role(Role::tenant);
    const auto list = [&](const std::string& bearer) {
        return world.operate<admin_v1::ListTenantsReply>(admin_v1::ListTenantsRequest{}, bearer);
    };
    REQUIRE(list(token));
    CHECK(list(token)->tenants_size() == 1);
    CHECK(list("token-" + std::string(32, '0')).error().fault == Fault::not_authenticated);
    world.database.sql("update directory.token set networks = '{192.0.2.0/24}'");
    CHECK(list(token).error().fault == Fault::not_authenticated);
    world.database.sql("update directory.token set networks = '{192.0.2.0/24,127.0.0.0/8}'");
    CHECK(list(token));
    world.database.sql("update directory.account set state = 'suspended' where address = 'boss@north.test'");
    CHECK(list(token).error().fault == Fault::not_authenticated);
    world.database.sql("update directory.account set state = 'active'; update directory.token set expires_at = now() - interval '1 s'");
    CHECK(list(token).error().fault == Fault::not_authenticated);
}

TEST_CASE("every table with a tenant has row-level security", "[auth]") {
    House house;
    CHECK(
        house.database.sql("select coalesce(string_agg(c.relname, ' '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                           "join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped "
                           "where n.nspname = 'directory' and c.relkind = 'r' and not c.relrowsecurity") == "");
}

TEST_CASE("hostile words in any field of any rpc are words", "[auth][contract:S64]") {
    using namespace std::string_literals;
    World world;
    const auto relations = [&] {
        return world.database.sql(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'directory'");
    };
    const std::string before = world.state_of("island"), tables = relations();
    const auto channel = world.channel("skyctl");
    const auto call = [&](const pb::MethodDescriptor& rpc, const std::string& octets) {
        return world.run(rpc::detail::call_path(*channel, rpc::path_of(rpc), octets, {.deadline = after(10s)}));
    };
    // As SQL, as a pattern, as a format, as a place holder; with an end in the middle.
    const std::string words[] = {"x'; drop table directory.change; --", "x\\' or 'a'='a", "%_\\", "$1 %s {} \xCA\xBC\"", "x\0y"s};
    for (const auto* rpc : all_rpcs()) {
        const auto request = request_about(*rpc, *right_of(rpc->name()), "north", "user");
        for (const auto& word : words)
            with_each_word(*request, word, [&](const pb::Message& hostile, const std::string& field) {
                INFO(rpc->name() << ": " << field << " is " << word);
                const auto reply = call(*rpc, hostile.SerializeAsString());
                if (reply) return;
                CHECK(reply.error().fault != Fault::internal);
                CHECK(reply.error().fault != Fault::corrupt);
                CHECK(reply.error().text.find("SQL") == std::string::npos);
            });
        // What is not UTF-8 is no request (CVE-2025-1094).
        with_each_word(*request, "@@@@", [&](const pb::Message& hostile, const std::string& field) {
            INFO(rpc->name() << ": " << field);
            std::string octets = hostile.SerializeAsString();
            octets.replace(octets.find("@@@@"), 4, "\xC0\xA7\xFF'");
            const auto reply = call(*rpc, octets);
            REQUIRE_FALSE(reply);
            CHECK(reply.error().fault == Fault::syntax);
        });
    }
    for (const auto& word : words) {
        INFO(word);
        const auto answer = world.sign_in(word, word, word);
        CHECK(answer.refusal.fault == Fault::bad_credentials);
        for (const auto& address : {word + "@north.test", "user@" + word}) {
            const auto found = world.run(world.gateway().resolve(address, after(5s)));
            if (found) CHECK((found->kind == identity::Recipient::Kind::unknown || found->kind == identity::Recipient::Kind::remote));
            if (!found) CHECK(found.error().fault == Fault::syntax);
        }
    }
    CHECK(world.run(world.here().sign_in().journal().flush(world.here().pool(), after(5s))));
    CHECK(relations() == tables);
    CHECK(world.state_of("island") == before);
}
