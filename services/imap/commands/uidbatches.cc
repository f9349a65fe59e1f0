#include <algorithm>

#include "imap/commands/all.h"
#include "imap/limits.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

constexpr std::uint32_t smallest_batch = 500;
constexpr std::uint64_t most_messages = 100'000;  // in the batches of one request that names them

struct Batches {
    std::uint32_t size = 0;
    bool some = false;  // from `first` to `last` of them, counted from 1 at the newest
    std::uint32_t first = 1, last = UINT32_MAX;
};

Result<Batches> read(Arguments& in) {
    Batches out;
    const auto positive = [&](std::uint32_t& into) -> Result<void> {
        const auto number = in.number();
        if (!number) return forward(number);
        if (*number == 0) return unexpected(Fault::syntax, "Batches are counted from 1");
        into = static_cast<std::uint32_t>(*number);
        return {};
    };
    if (const auto size = positive(out.size); !size) return forward(size);
    if (in.take(' ')) {
        out.some = true;
        if (const auto first = positive(out.first); !first) return forward(first);
        if (const auto colon = in.expect(':'); !colon) return forward(colon);
        if (const auto last = positive(out.last); !last) return forward(last);
    }
    if (const auto end = in.end(); !end) return forward(end);
    return out;
}

}  // namespace

// UIDBATCHES cuts the mailbox into ranges of UIDs that hold so many messages each, the newest first (RFC 10022). Together they cover all
// UIDs down to 1; the last holds what is left.
Task<Result<Reply>> uid_batches(Session& session, Arguments arguments) {
    const auto asked = read(arguments);
    if (!asked) co_return forward(asked);
    if (asked->first > asked->last) co_return Reply::bad("CLIENTBUG", "The first batch comes first");
    if (asked->size < smallest_batch) co_return Reply::no("TOOFEW", "A batch has at least 500 messages");
    if (asked->size > session.house().policy.message_limit)
        co_return Reply::no(limit_code(session.house().policy.message_limit), "No command works on so many messages");
    if (asked->some && (std::uint64_t{asked->last} - asked->first + 1) * asked->size > most_messages)
        co_return Reply::no("TOOMANY", "These are too many batches at once");
    Selected& mailbox = session.mailbox();
    if (auto numbered = co_await mailbox.number(session.limit()); !numbered) co_return forward(numbered);

    // The number of each batch's oldest message, and before them that of the newest message of all, or the oldest of the batch before.
    const std::uint64_t count = mailbox.count(), size = asked->size, skipped = (asked->first - std::uint64_t{1}) * size;
    std::vector<std::uint32_t> numbers;
    if (skipped < count) {
        numbers.push_back(static_cast<std::uint32_t>(skipped > 0 ? count - skipped + 1 : count));
        for (std::uint64_t batch = asked->first; batch <= asked->last && (batch - 1) * size < count; ++batch)
            numbers.push_back(static_cast<std::uint32_t>(batch * size < count ? count - batch * size + 1 : 1));
        std::ranges::reverse(numbers);
    }
    auto uids = co_await mailbox.uids_at(std::move(numbers), session.limit());
    if (!uids) co_return forward(uids);
    std::ranges::reverse(*uids);
    std::string& out = session.out();
    imap::append_string(out += "* UIDBATCHES (TAG ", session.tag());
    out += ')';
    for (std::size_t i = 1; i < uids->size(); ++i) {
        // The last batch of all reaches down to UID 1, those before it to their own oldest message.
        const bool is_last = (asked->first + i - 1) * size >= count;
        imap::append_number(out += i == 1 ? ' ' : ',', i == 1 && skipped == 0 ? (*uids)[0] : (*uids)[i - 1] - 1);
        imap::append_number(out += ':', is_last ? 1 : (*uids)[i]);
    }
    out += "\r\n";
    co_return Reply::ok("UIDBATCHES completed");
}

}  // namespace sky::imapd
