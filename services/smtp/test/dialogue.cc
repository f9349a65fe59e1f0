#include "dialogue.h"

#include "sky/base/ascii.h"
#include "support/played_sasl.h"

namespace sky::smtpd {
namespace asio = boost::asio;

Task<Result<identity::Principal>> Played::converse(identity::Attempt attempt, identity::Dialogue dialogue, identity::AskClient ask) {
    auto given = co_await support::password_of(std::move(dialogue), std::move(ask));
    if (!given) co_return forward(given);
    attempt.username = std::move(given->authentication);
    attempt.password = std::move(given->password);
    attempt.authorization_id = std::move(given->authorization);
    co_return co_await authenticate(std::move(attempt), after(std::chrono::seconds(5)));
}

Task<Result<identity::Principal>> Played::authenticate(identity::Attempt, Deadline) { co_return unexpected(Fault::bad_credentials, "no"); }

Task<Result<identity::Recipient>> Played::resolve(std::string address, Deadline) {
    using Kind = identity::Recipient::Kind;
    if (auth_away) co_return unexpected(Fault::unavailable, "", "auth is away");
    identity::Recipient found{.kind = Kind::remote, .tenant = {}, .address = address, .targets = {}};
    address = ascii::to_lower(address);
    if (address.ends_with("@example.test") || address.ends_with("@mx.test") || address.ends_with("@alone.test")) {
        found.kind = Kind::unknown;
        found.tenant = TenantId{1};
    }
    const identity::Target ada{TenantId{1}, AccountId{7}, "ada@example.test"};
    if (address == "ada@example.test" || address == "postmaster@mx.test") found.targets = {ada};
    if (address == "sales@example.test") found.targets = {ada, {TenantId{1}, AccountId{}, "bob@elsewhere.test"}};
    constexpr std::pair<std::string_view, int> others[] = {{"boss@example.test", 8}, {"info@example.test", 9}, {"carl@example.test", 10}};
    for (const auto& [name, account] : others)
        if (address == name) found.targets = {{TenantId{1}, AccountId{account}, address}};
    if (address == "all@example.test" || address == "members@example.test") {
        found.targets = {ada};
        found.how = identity::Recipient::How::group;
    }
    if (!found.targets.empty()) found.kind = Kind::local;
    co_return found;
}

Task<Result<identity::Recipient>> Played::resolve(std::string address, identity::Sender sender, Deadline deadline) {
    auto found = co_await resolve(address, deadline);
    if (!found || sender.address == "ada@example.test") co_return found;
    found->moderation = address == "all@example.test";
    if (found->moderation) found->matched = address;
    found->forbidden = address == "members@example.test";
    if (found->forbidden) found->kind = identity::Recipient::Kind::refused;
    co_return found;
}

Task<Result<identity::Permission>> Played::authorize(const identity::Principal& who, identity::Action action, std::string address,
                                                     Deadline) {
    identity::Permission out;
    if (who.account != AccountId{7}) co_return out;
    if (address == "info@example.test" && action != identity::Action::open_mailbox)
        out = {.allowed = true, .object = {TenantId{1}, AccountId{9}, address}, .sent_copy = "both"};
    if (address == "boss@example.test" && action == identity::Action::send_on_behalf)
        out = {.allowed = true, .object = {TenantId{1}, AccountId{8}, address}, .sent_copy = "sender"};
    co_return out;
}

Task<Result<Receipt>> Played::submit(const Submission& submission, Deadline) {
    if (refusal) co_return std::unexpected(*refusal);
    auto content = submission.body->read(0, SIZE_MAX).value();
    if (const auto& cut = submission.cut) content.erase(cut->begin, cut->end - cut->begin);
    submitted.push_back(
        {submission.reverse_path, submission.head, std::move(content), submission.message_id, submission.destinations, submission.copies});
    co_return Receipt{ingest.value_or(submission.ingest)};
}

Task<void> Client::says(std::string line) { static_cast<void>(co_await stream_.write(line + "\r\n")); }

Task<std::string> Client::hears() {
    std::string whole;
    for (;;) {
        const auto line = co_await reader_.line(10'000);
        if (!line) co_return whole + "(" + line.error().text + ")";
        whole += std::string(whole.empty() ? "" : "\n") + std::string(*line);
        if (line->size() < 4 || (*line)[3] != '-') co_return whole;
    }
}

Task<std::string> Client::asks(std::string line) {
    co_await says(std::move(line));
    co_return co_await hears();
}

Task<void> Client::greeted() {
    co_await hears();
    co_await asks("EHLO client.test");
}

Task<bool> Client::closed() {
    const auto line = co_await reader_.line(10'000);
    co_return !line && net::is_eof(line.error());
}

namespace {
Task<void> serve(net::Stream stream, House& house, const Policy& policy, const Played& played) {
    Session session(std::move(stream), house, policy);
    session.peer().user = played.user;
    co_await session.run();
}
}  // namespace

namespace {
void play(Role role, std::optional<identity::Principal> user, std::function<Task<void>(Client&, Played&)> client) {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    asio::ip::tcp::socket near(context);
    near.connect(acceptor.local_endpoint());
    asio::ip::tcp::socket far = acceptor.accept();

    Played played;
    played.user = std::move(user);
    ManualClock clock;
    Sends sends(context.get_executor(), nullptr, clock);
    House house{.directory = played, .custody = played, .clock = clock, .sends = sends, .tls = nullptr, .draining = {}, .drain = false};
    played.drain = [&house] {
        house.drain = true;
        house.draining.notify_all();
    };
    played.outdate = [&house] {
        for (Session* session : house.sessions) session->outdate();
    };
    played.advance = [&clock](std::chrono::seconds by) { clock.advance(by); };
    const Policy policy{.role = role, .hostname = "mx.test", .postmaster = "postmaster@mx.test", .spool = "/tmp", .recipients = 3};
    std::exception_ptr thrown;
    bool ended = false;
    {
        Group group(context.get_executor());
        group.spawn("session", serve(net::Stream(std::move(far)), house, policy, played));
        Client talker{net::Stream(std::move(near))};
        asio::co_spawn(context, client(talker, played), [&](std::exception_ptr error) {
            thrown = error;
            ended = true;
        });
        const auto limit = after(std::chrono::seconds(20));
        while (!ended && !passed(limit)) context.run_one_for(std::chrono::seconds(1));
    }
    context.run_for(std::chrono::milliseconds(100));
    if (!ended) throw std::runtime_error("the dialogue did not end");
    if (thrown) std::rethrow_exception(thrown);
}
}  // namespace

void dialogue(Role role, std::function<Task<void>(Client&, Played&)> client) { play(role, std::nullopt, std::move(client)); }
void dialogue_of(identity::Principal user, std::function<Task<void>(Client&, Played&)> client) {
    play(Role::submission, std::move(user), std::move(client));
}
void dialogue_of_ada(std::function<Task<void>(Client&, Played&)> client) {
    dialogue_of({TenantId{1}, AccountId{7}, "ada@example.test", "Ada", 1}, std::move(client));
}

}  // namespace sky::smtpd
