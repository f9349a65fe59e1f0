#include "imap/bodies_ahead.h"

#include <algorithm>
#include <cstdlib>

namespace sky::imapd {
namespace {

constexpr std::int64_t near = 64;  // UIDs: so far apart, one is the next after the other
constexpr std::size_t most = 8;
constexpr std::int64_t most_octets = 128 * 1024;

}  // namespace

Task<Result<std::string>> BodiesAhead::read(Session& session, const store::Placement& message) {
    const auto uid = static_cast<std::int64_t>(message.uid.value);
    const std::int64_t before = std::exchange(last_uid_, message.uid.value);
    const std::int64_t way = uid - before;
    const bool follows = before > 0 && way != 0 && std::abs(way) <= near;
    const auto found = std::ranges::find(waiting_, message.email, &std::pair<EmailId, std::string>::first);
    if (found != waiting_.end()) {
        std::string octets = std::move(found->second);
        waiting_.erase(found);
        co_return octets;
    }
    if (way != 0) waiting_.clear();  // else another part of the same
    std::vector<EmailId> emails{message.email};
    std::int64_t octets = message.size;
    const std::int64_t step = way > 0 ? 1 : -1;  // the newest first is as usual
    for (std::int64_t at = uid + step; follows && at > 0 && std::abs(at - uid) <= near && emails.size() < most; at += step) {
        const store::Placement* next = session.mailbox().view().find(static_cast<std::uint32_t>(at));
        if (next == nullptr) continue;
        if ((octets += next->size) > most_octets) break;
        emails.push_back(next->email);
    }
    auto read = co_await store::Reader(session.house().pool)
                    .octets(session.account().tenant, emails, store::Reader::Extent::whole, session.limit());
    if (!read) co_return forward(read);
    for (std::size_t i = 1; i < emails.size(); ++i)
        if (!(*read)[i].empty()) waiting_.emplace_back(emails[i], std::move((*read)[i]));
    co_return std::move(read->front());
}

}  // namespace sky::imapd
