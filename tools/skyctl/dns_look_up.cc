#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "sky/dns/resolver.h"
#include "skyctl/dns_records.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr std::chrono::seconds patience{15};

// A TXT as its bare text, all else as zone files write it: the form of zone::Record::value.
std::string value_of(const dns::Data& data) {
    const auto* txt = std::get_if<dns::Txt>(&data);
    return txt ? txt->text : dns::text(data);
}

Task<zone::Live> ask(dns::Resolver& resolver, zone::Question question) {
    zone::Live out{question, {}, {}};
    const auto type = dns::type_of(question.type);
    auto answer = co_await resolver.query(question.owner, type.value_or(dns::Type::txt), after(patience));
    if (!answer) {
        out.failure = answer.error().reason.empty() ? answer.error().text : answer.error().reason;
        co_return out;
    }
    for (const auto& data : answer->records) out.values.push_back(value_of(data));
    co_return out;
}
}  // namespace

Result<std::vector<zone::Live>> look_up(const Session& session, const std::vector<zone::Question>& questions) {
    auto options = dns::resolver_at(session.settings().text("DNS_RESOLVER"));
    if (!options) return unexpected(Fault::syntax, settings::environment_name("skyctl", "DNS_RESOLVER") + " is not address:port");
    boost::asio::io_context io(1);
    auto resolver = dns::Resolver::open(io.get_executor(), *options);
    if (!resolver) return forward(resolver);
    std::vector<zone::Live> out;
    for (const auto& question : questions)
        boost::asio::co_spawn(io, ask(*resolver, question), [&](const std::exception_ptr& failure, zone::Live live) {
            if (failure) std::rethrow_exception(failure);
            out.push_back(std::move(live));
            if (out.size() == questions.size()) resolver->stop();  // nothing is left for the context to wait for
        });
    if (questions.empty()) resolver->stop();
    io.run();
    return out;
}

}  // namespace sky::skyctl
