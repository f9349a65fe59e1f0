#include "smtp/authorship.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "smtp/authority.h"
#include "smtp/originators.h"

namespace sky::smtpd {
namespace {
using Tie = Authority::Tie;
constexpr std::size_t most_addresses = 20;  // each is asked about

Task<Result<Authority>> asked(Session& session, std::string address) {
    co_return co_await authority_over(session.house().directory, *session.peer().user, std::move(address), after(std::chrono::seconds(5)));
}

void add_copy(std::vector<SentCopy>& copies, const Authority& authority) {
    const auto same = [&](const SentCopy& copy) { return copy.account == authority.mailbox.account; };
    if (authority.keeps_copy && std::ranges::none_of(copies, same))
        copies.push_back({authority.mailbox.account, authority.mailbox.address});
}
}  // namespace

Task<Result<Authorship>> authorship_of(Session& session, const smtp::HeaderScanner& header) {
    auto found = originators_of(header);
    if (!found) co_return forward(found);
    Authorship out;
    auto authors = found->from;
    if (const auto& path = session.peer().transaction->mail.path; authors.empty() && path) {
        authors = {smtp::print(*path)};
        out.fields += "From: <" + authors.front() + ">\r\n";
    }
    if (authors.size() + found->claims.size() > most_addresses) co_return unexpected(Fault::forbidden, "too many addresses in From");
    bool on_behalf = false;
    for (const auto& author : authors) {
        auto authority = co_await asked(session, author);
        if (!authority) co_return forward(authority);
        if (authority->tie == Tie::none) co_return unexpected(Fault::forbidden, "the address in From is not yours", "From " + author);
        on_behalf |= authority->tie == Tie::on_behalf;
        add_copy(out.copies, *authority);
    }
    for (const auto& claim : found->claims) {
        auto authority = co_await asked(session, claim);
        if (!authority) co_return forward(authority);
        if (authority->tie == Tie::none)
            co_return unexpected(Fault::forbidden, "a name in From shows an address that is not yours", "name " + claim);
    }
    const auto& me = session.peer().user->address;
    if (found->sender && !ascii::equals_ignoring_case(*found->sender, me)) {
        auto authority = co_await asked(session, *found->sender);
        if (!authority) co_return forward(authority);
        if (authority->tie == Tie::none)
            co_return unexpected(Fault::forbidden, "the address in Sender is not yours", "Sender " + *found->sender);
        if (on_behalf) out.cut = {header.sender().begin, header.sender().end};
    }
    const bool named = found->sender && !out.cut;
    if (!named && (on_behalf || authors.size() > 1)) out.fields += "Sender: <" + me + ">\r\n";
    co_return out;
}

}  // namespace sky::smtpd
