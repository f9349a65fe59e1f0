// Our side of delivery's contract, against a server that keeps what it is sent.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "certificates.h"
#include "sky/base/sha256.h"
#include "sky/rpc/server.h"
#include "sky/rpc/server_stream.h"
#include "skybridge/delivery/v1/delivery.grpc.pb.h"
#include "smtp/message_buffer.h"
#include "smtp/rpc/delivery.h"

using namespace sky;
using namespace sky::smtpd;
namespace v1 = skybridge::delivery::v1;

namespace {

struct Kept {
    struct Message {
        v1::Envelope envelope;
        std::string octets;
        std::size_t largest_chunk = 0;
        v1::End end;
    };
    std::map<std::uint64_t, Message> messages;
    std::vector<std::string> confirmed;
    int confirm_calls = 0;
    std::string refuse_with;
    bool vanish = false;

    Task<Result<void>> submit(rpc::Context, rpc::Stream<v1::SubmitRequest, v1::SubmitReply> stream) {
        for (;;) {
            auto part = co_await stream.read();
            if (!part || !*part || vanish) co_return Result<void>{};
            Message& message = messages[(*part)->sequence()];
            if ((*part)->has_envelope()) message.envelope = (*part)->envelope();
            message.octets += (*part)->chunk();
            message.largest_chunk = std::max(message.largest_chunk, (*part)->chunk().size());
            if (!(*part)->has_end()) continue;
            message.end = (*part)->end();
            v1::SubmitReply reply;
            reply.set_sequence((*part)->sequence());
            reply.set_accepted(refuse_with.empty());
            reply.set_fault(refuse_with);
            reply.set_ingest_id(message.envelope.ingest_id());
            static_cast<void>(co_await stream.write(std::move(reply)));
        }
    }
    Task<Result<v1::ConfirmReply>> confirm(rpc::Context, const v1::ConfirmRequest& request) {
        ++confirm_calls;
        for (const auto& one : request.ingests()) confirmed.push_back(one.ingest_id());
        co_return v1::ConfirmReply{};
    }
};

class Server final : public v1::Delivery::CallbackService {
  public:
    explicit Server(rpc::Shards<Kept>& shards) : shards_(shards) {}
    grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitReply>* Submit(grpc::CallbackServerContext* context) override {
        return rpc::bidi<v1::SubmitRequest, v1::SubmitReply>(context, shards_, &Kept::submit);
    }
    grpc::ServerUnaryReactor* Confirm(grpc::CallbackServerContext* context, const v1::ConfirmRequest* request,
                                      v1::ConfirmReply* reply) override {
        return rpc::unary(context, shards_, request, reply, &Kept::confirm);
    }

  private:
    rpc::Shards<Kept>& shards_;
};

struct Scene {
    boost::asio::io_context io;
    rpc::testing::Authority authority;
    Kept kept;
    rpc::Shards<Kept> shards;
    Server service{shards};
    std::unique_ptr<rpc::Server> server;
    std::unique_ptr<Delivery> delivery;

    Scene() {
        shards.enter(0, io.get_executor(), kept);
        server = std::move(*rpc::Server::start({.address = "127.0.0.1:0", .credentials = authority.issue("delivery")}, {&service}));
        delivery = std::make_unique<Delivery>(
            io.get_executor(), std::make_shared<rpc::Channel>(rpc::ChannelOptions{.target = "127.0.0.1:" + std::to_string(server->port()),
                                                                                  .credentials = authority.issue("smtp"),
                                                                                  .server_name = "localhost"}));
    }
    ~Scene() {
        run([](Scene& self) -> Task<void> {
            co_await self.delivery->stop(after(std::chrono::seconds(2)));
            co_await self.shards.leave(0, after(std::chrono::seconds(0)));
            co_await self.server->stop(after(std::chrono::seconds(0)));
        }(*this));
    }
    void run(Task<void> task) {
        bool done = false;
        boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr) {
            done = true;
            io.stop();
        });
        io.restart();
        auto work = boost::asio::make_work_guard(io);
        io.run_for(std::chrono::seconds(20));
        REQUIRE(done);
    }
    Result<Receipt> submit(const Submission& submission) {
        Result<Receipt> receipt = unexpected(Fault::internal, "not run");
        run([](Scene& self, const Submission& one, Result<Receipt>& out) -> Task<void> {
            out = co_await self.delivery->submit(one, after(std::chrono::seconds(10)));
        }(*this, submission, receipt));
        return receipt;
    }
};

Submission submission_of(MessageBuffer& body, std::string_view content) {
    REQUIRE(body.append(content));
    Submission submission;
    submission.ingest = new_uuid(Time{std::chrono::seconds(1'700'000'000)});
    submission.tenant = TenantId{3};
    submission.reverse_path = "bob@elsewhere.test";
    submission.destinations = {{"ada@example.test", "sales@example.test", TenantId{3}, AccountId{7}}, {"eve@elsewhere.test", "", {}, {}}};
    submission.protocol = "ESMTPS";
    submission.head = "Received: from x\r\n";
    submission.body = &body;
    submission.sha256 = sha256(content);
    submission.message_id = "<1@x>";
    return submission;
}

}  // namespace

TEST_CASE("a message travels whole, in chunks that delivery takes", "[smtp]") {
    Scene scene;
    for (const std::size_t size : {0UL, 10UL, 262'144UL, 262'127UL, 1'000'000UL}) {
        const std::string content(size, 'x');
        MessageBuffer body("/tmp");
        const auto submission = submission_of(body, content);
        const auto receipt = scene.submit(submission);
        REQUIRE(receipt);
        CHECK(receipt->ingest == submission.ingest);
        const auto& got = scene.kept.messages.rbegin()->second;
        CHECK(got.octets == submission.head + content);
        CHECK(got.largest_chunk <= 256 * 1024);
        CHECK(got.end.size() == got.octets.size());
        CHECK(got.end.sha256() == submission.sha256);
        CHECK(got.envelope.recipients(0).original() == "sales@example.test");
        CHECK(got.envelope.recipients(1).account_id() == 0);
        CHECK(got.envelope.protocol() == "ESMTPS");
        CHECK_FALSE(got.envelope.authenticated());
    }
}

TEST_CASE("delivery's refusal keeps its fault, its absence is temporary", "[smtp][contract:2.10]") {
    Scene scene;
    MessageBuffer body("/tmp");
    const auto submission = submission_of(body, "x");
    scene.kept.refuse_with = "over_quota";
    CHECK(scene.submit(submission).error().fault == Fault::over_quota);
    scene.kept.refuse_with = "a fault from the future";
    CHECK(codes(scene.submit(submission).error().fault).temporary);
    scene.kept.refuse_with.clear();
    scene.kept.vanish = true;
    CHECK(codes(scene.submit(submission).error().fault).temporary);
    scene.kept.vanish = false;
    CHECK(scene.submit(submission));  // on a new stream
}

// Stopping cuts off a call whose answer is on its way, so delivery may hear of a message twice.
TEST_CASE("confirmations go together, the last ones before we stop", "[smtp]") {
    Scene scene;
    const auto heard = [&scene] { return std::set(scene.kept.confirmed.begin(), scene.kept.confirmed.end()).size(); };
    for (int i = 0; i < 300; ++i) scene.delivery->confirm(new_uuid(Time{}), TenantId{3});
    scene.run([](Scene& self) -> Task<void> {
        for (int i = 0; i < 100 && self.kept.confirmed.size() < 300; ++i) co_await sleep_for(std::chrono::milliseconds(20));
    }(scene));
    CHECK(heard() == 300);
    CHECK(scene.kept.confirm_calls == 2);
    scene.delivery->confirm(new_uuid(Time{}), TenantId{3});
    scene.run([](Scene& self) -> Task<void> { co_await self.delivery->stop(after(std::chrono::seconds(5))); }(scene));
    CHECK(heard() == 301);
}
