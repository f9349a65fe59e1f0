// Submit, Confirm and the operator's queue, spoken to as smtp and skyctl do.
#include <catch2/catch.hpp>

#include "certificates.h"
#include "delivery/rpc/services.h"
#include "delivery/settings.h"
#include "delivery/shard.h"
#include "sky/base/sha256.h"
#include "sky/mailstore/accounts.h"
#include "sky/mailstore/upkeep.h"
#include "sky/rpc/stream_client.h"
#include "skybridge/delivery/v1/delivery.grpc.pb.h"
#include "support/run.h"
#include "support/scratch_database.h"

namespace {
using namespace sky;
using namespace std::chrono_literals;
namespace v1 = skybridge::delivery::v1;

constexpr std::int64_t tenant = 7, ada = 70;

struct Gateway {
    Gateway(boost::asio::io_context& context, std::shared_ptr<rpc::Channel> to)
        : channel(std::move(to)),
          delivery(v1::Delivery::NewStub(channel->grpc())),
          queue(v1::Queue::NewStub(channel->grpc())),
          stream(context.get_executor(), "test.submit",
                 [this](grpc::ClientContext* call, grpc::ClientBidiReactor<v1::SubmitRequest, v1::SubmitReply>* reactor) {
                     delivery->async()->Submit(call, reactor);
                 }) {}
    std::shared_ptr<rpc::Channel> channel;
    std::unique_ptr<v1::Delivery::Stub> delivery;
    std::unique_ptr<v1::Queue::Stub> queue;
    rpc::StreamClient<v1::SubmitRequest, v1::SubmitReply> stream;
};

struct Message {
    Uuid id = new_uuid(SystemClock{}.now());
    std::string text = "From: ada@example.test\r\nSubject: one\r\nMessage-ID: <one@example.test>\r\n\r\nHello\r\n";
    std::string message_id = "one@example.test";
    std::string recipient = "ada@example.test";
    std::int64_t account = ada;

    v1::SubmitRequest envelope() const {
        v1::SubmitRequest part;
        auto& out = *part.mutable_envelope();
        out.set_ingest_id(std::string(id.bytes()));
        out.set_tenant_id(tenant);
        out.set_reverse_path("bob@example.net");
        auto& to = *out.add_recipients();
        to.set_address(recipient);
        to.set_account_id(account);
        to.set_tenant_id(account ? tenant : 0);
        out.set_received_at(unix_micros(SystemClock{}.now()));
        return part;
    }
    v1::SubmitRequest chunk() const {
        v1::SubmitRequest part;
        part.set_chunk(text);
        return part;
    }
    v1::SubmitRequest end() const {
        v1::SubmitRequest part;
        part.mutable_end()->set_sha256(sha256(text));
        part.mutable_end()->set_message_id(message_id);
        part.mutable_end()->set_size(text.size());
        return part;
    }
};

struct House {
    support::ScratchDatabase database{{"services/auth", "libs/mailstore", "services/delivery"}};
    rpc::testing::Authority authority;
    boost::asio::io_context context;
    settings::Settings settings = settings::Settings::load("delivery", delivery::setting_rows,
                                                           {{"SKYBRIDGE_DELIVERY_PG_DSN", database.dsn("sky_delivery")},
                                                            {"SKYBRIDGE_DELIVERY_MESSAGE_SIZE", "65536"},
                                                            {"SKYBRIDGE_DELIVERY_HEALTH_PORT", "0"},
                                                            {"SKYBRIDGE_DELIVERY_RPC_CERT", "/dev/null"},
                                                            {"SKYBRIDGE_DELIVERY_RPC_KEY", "/dev/null"},
                                                            {"SKYBRIDGE_DELIVERY_RPC_CA", "/dev/null"}})
                                      .value();
    rpc::Shards<delivery::DeliveryShard> shards;
    delivery::Process process{
        .settings = settings, .redis = {}, .auth = {}, .smarthost = {}, .gateways = {"smtp"}, .operators = {"skyctl"}, .shards = shards};
    delivery::Services services{shards};
    std::unique_ptr<Shard> shard;
    std::unique_ptr<rpc::Server> server;
    std::vector<std::unique_ptr<Gateway>> gateways;

    House() {
        schema(mailstore::schema_version);
        pg::Pool auth{context.get_executor(), {.dsn = database.dsn("sky_auth"), .connections = 1}};
        run(make_account(auth)).value();
        server = rpc::Server::start({.address = "127.0.0.1:0", .credentials = authority.issue("delivery")}, services.all()).value();
        process.auth = std::make_shared<rpc::Channel>(  // nobody listens there: auth is away
            rpc::ChannelOptions{.target = "127.0.0.1:1", .credentials = authority.issue("delivery")});
        shard = run(delivery::DeliveryShard::start(process, {.executor = context.get_executor()})).value();
        server->set_serving(rpc::Serving::yes);
    }
    ~House() {
        for (auto& gateway : gateways) run(gateway->stream.stop());
        run(shard->drain(after(10s)));
        run(server->stop(after(10s)));
    }
    void schema(int mail) const {
        database.sql(
            "set client_min_messages = warning; drop table if exists public.skybridge_migration; create table public.skybridge_migration "
            "as select room, number from"
            " (values ('mailstore', " +
            std::to_string(mail) + "), ('delivery', 2)) as v (room, number);" + " grant select on public.skybridge_migration to public");
    }
    static Task<Result<void>> make_account(pg::Pool& auth) {
        auto tx = co_await auth.begin(TenantId{tenant}, after(10s));
        if (!tx) co_return forward(tx);
        const mailstore::AccountRef account{TenantId{tenant}, AccountId{ada}};
        if (auto made = co_await mailstore::create_account(*tx, account, mailstore::AccountKind::user, std::nullopt); !made) co_return made;
        co_return co_await tx->commit();
    }

    template <class T>
    T run(Task<T> task) {
        return support::run(context, std::move(task));
    }
    Gateway& gateway(const std::string& name = "smtp") {
        auto channel = std::make_shared<rpc::Channel>(
            rpc::ChannelOptions{.target = "127.0.0.1:" + std::to_string(server->port()), .credentials = authority.issue(name)});
        gateways.push_back(std::make_unique<Gateway>(context, std::move(channel)));
        return *gateways.back();
    }
    Result<v1::SubmitReply> submit(Gateway& gateway, const Message& message) { return run(submit_parts(gateway, message)); }
    static Task<Result<v1::SubmitReply>> submit_parts(Gateway& gateway, Message message) {
        auto parts = gateway.stream.open();
        for (auto part : {message.envelope(), message.chunk(), message.end()})
            if (auto sent = co_await parts.write(std::move(part), after(10s)); !sent) co_return std::unexpected(sent.error());
        co_return co_await parts.finish(after(10s));
    }
    v1::ListQueueReply list(Gateway& gateway) {
        auto reply = run(
            rpc::call(*gateway.queue, &v1::Queue::StubInterface::async_interface::List, v1::ListQueueRequest{}, {.deadline = after(10s)}));
        return reply.value();
    }
    std::string inbox() const { return database.sql("select count(*) from mail.placement"); }
    void confirm(Gateway& gateway, Uuid id) {
        v1::ConfirmRequest request;
        auto& one = *request.add_ingests();
        one.set_ingest_id(std::string(id.bytes()));
        one.set_tenant_id(tenant);
        run(rpc::call(*gateway.delivery, &v1::Delivery::StubInterface::async_interface::Confirm, request, {.deadline = after(10s)}))
            .value();
    }
};

}  // namespace

TEST_CASE("an accepted submission is committed, in the INBOX and in the ledger", "[delivery][rfc5321:4.4]") {
    House house;
    const Message message;
    const auto reply = house.submit(house.gateway(), message).value();
    CHECK(reply.accepted());
    CHECK(reply.ingest_id() == message.id.bytes());
    CHECK(house.inbox() == "1");
    CHECK(house.database.sql("select outcome from queue.ingest_recipient") == "delivered");
    CHECK(house.database.sql("select convert_from(prefix, 'UTF8') from mail.email") ==
          "Return-Path: <bob@example.net>\r\nDelivered-To: ada@example.test\r\n");
}

TEST_CASE("the same id again is the same message", "[delivery]") {
    House house;
    auto& smtp = house.gateway();
    const Message message;
    CHECK(house.submit(smtp, message)->accepted());
    house.confirm(smtp, message.id);
    CHECK(house.submit(smtp, message)->accepted());
    CHECK(house.inbox() == "1");
}

TEST_CASE("a sender's repetition is known until its 250 was heard", "[delivery]") {
    House house;
    auto& smtp = house.gateway();
    const Message first, again, later;
    CHECK(house.submit(smtp, first)->accepted());
    const auto known = house.submit(smtp, again).value();
    CHECK(known.accepted());
    CHECK(known.ingest_id() == first.id.bytes());
    CHECK(house.inbox() == "1");
    house.confirm(smtp, first.id);
    CHECK(house.submit(smtp, later)->ingest_id() == later.id.bytes());
    CHECK(house.inbox() == "2");
}

TEST_CASE("without a Message-ID nothing is taken for a repetition", "[delivery]") {
    House house;
    auto& smtp = house.gateway();
    const Message first{.message_id = ""}, second{.message_id = ""};
    CHECK(house.submit(smtp, first)->accepted());
    CHECK(house.submit(smtp, second)->accepted());
    CHECK(house.inbox() == "2");
}

TEST_CASE("parts of several messages interleave on one stream", "[delivery]") {
    House house;
    auto& smtp = house.gateway();
    const Message one{.text = "Subject: one\r\n\r\n1\r\n", .message_id = "1"}, two{.text = "Subject: two\r\n\r\n2\r\n", .message_id = "2"};
    house.run([](Gateway& gateway, Message a, Message b) -> Task<void> {
        auto first = gateway.stream.open(), second = gateway.stream.open();
        static_cast<void>(co_await first.write(a.envelope(), after(10s)));
        static_cast<void>(co_await second.write(b.envelope(), after(10s)));
        static_cast<void>(co_await second.write(b.chunk(), after(10s)));
        static_cast<void>(co_await first.write(a.chunk(), after(10s)));
        static_cast<void>(co_await second.write(b.end(), after(10s)));
        CHECK((co_await second.finish(after(10s)))->ingest_id() == b.id.bytes());
        static_cast<void>(co_await first.write(a.end(), after(10s)));
        CHECK((co_await first.finish(after(10s)))->ingest_id() == a.id.bytes());
    }(smtp, one, two));
    CHECK(house.inbox() == "2");
}

TEST_CASE("a message given up leaves nothing", "[delivery]") {
    House house;
    auto& smtp = house.gateway();
    house.run([](Gateway& gateway, Message message) -> Task<void> {
        auto parts = gateway.stream.open();
        v1::SubmitRequest abort;
        abort.mutable_abort();
        for (auto part : {message.envelope(), message.chunk(), abort, message.end()})
            static_cast<void>(co_await parts.write(std::move(part), after(10s)));
        CHECK((co_await parts.finish(after(500ms))).error().fault == Fault::timeout);
    }(smtp, Message{}));
    CHECK(house.inbox() == "0");
    CHECK(house.submit(smtp, Message{})->accepted());
}

TEST_CASE("what does not arrive whole or is too large is refused, and the stream goes on", "[delivery]") {
    House house;
    auto& smtp = house.gateway();
    const auto halved = house.run([](Gateway& gateway, Message message) -> Task<Result<v1::SubmitReply>> {
        auto parts = gateway.stream.open();
        for (auto part : {message.envelope(), message.end()}) static_cast<void>(co_await parts.write(std::move(part), after(10s)));
        co_return co_await parts.finish(after(10s));
    }(smtp, Message{}));
    CHECK_FALSE(halved->accepted());
    CHECK(halved->fault() == "unavailable");
    const auto huge = house.submit(smtp, Message{.text = std::string(70'000, 'x')});
    CHECK(huge->fault() == "too_large");
    CHECK(house.inbox() == "0");
    CHECK(house.submit(smtp, Message{})->accepted());
}

TEST_CASE("only the gateways submit and only operators see the queue", "[delivery]") {
    House house;
    CHECK_FALSE(house.submit(house.gateway("imap"), Message{}));
    auto listed = house.run(rpc::call(*house.gateway().queue, &v1::Queue::StubInterface::async_interface::List, v1::ListQueueRequest{},
                                      {.deadline = after(10s)}));
    CHECK(listed.error().fault == Fault::forbidden);
    CHECK(house.inbox() == "0");
}

TEST_CASE("the operator lists and removes what waits", "[delivery]") {
    House house;
    auto& skyctl = house.gateway("skyctl");
    CHECK(house.submit(house.gateway(), Message{.recipient = "eve@elsewhere.example", .account = 0})->accepted());
    auto queue = house.list(skyctl);
    REQUIRE(queue.entries_size() == 1);
    CHECK(queue.entries(0).recipient() == "eve@elsewhere.example");
    CHECK(queue.entries(0).sender() == "bob@example.net");
    v1::RemoveQueueRequest remove;
    using Queue = v1::Queue::StubInterface::async_interface;
    CHECK(house.run(rpc::call(*skyctl.queue, &Queue::Remove, remove, {.deadline = after(10s)})).error().fault == Fault::syntax);
    remove.set_recipient("@ELSEWHERE.example");
    // What a worker holds at the moment stays.
    int removed = 0;
    for (int i = 0; i < 200 && removed == 0; ++i) {
        removed = house.run(rpc::call(*skyctl.queue, &Queue::Remove, remove, {.deadline = after(10s)}))->removed();
        if (removed == 0) house.run(sleep_for(50ms));
    }
    CHECK(removed == 1);
    CHECK(house.list(skyctl).entries_size() == 0);
    CHECK(house.database.sql("select outcome from queue.ingest_recipient") == "removed");
    CHECK(house.database.sql("select count(*) from queue.message") == "0");
}

TEST_CASE("an unknown schema is refused by name", "[delivery]") {
    House house;
    house.schema(mailstore::schema_version + 1);
    const auto refused = house.run(delivery::DeliveryShard::start(house.process, {.executor = house.context.get_executor()}));
    REQUIRE_FALSE(refused);
    INFO(refused.error().reason);
    CHECK(refused.error().reason.contains("schema mail is at migration " + std::to_string(mailstore::schema_version + 1)));
}
