#include "pop3/maildrop.h"

#include <fmt/core.h>

#include <algorithm>

namespace sky::pop3d {

Maildrop::Totals Maildrop::totals() const {
    Totals totals;
    for (std::size_t i = 0; i < messages_.size(); ++i) {
        if (deleted_[i]) continue;
        ++totals.messages;
        totals.octets += messages_[i].size;
    }
    return totals;
}

Result<const Message*> Maildrop::find(std::uint32_t number) const {
    if (number == 0 || number > messages_.size()) return unexpected(Fault::not_found, "no such message");
    if (marked(number)) return unexpected(Fault::not_found, "message is deleted");
    return &messages_[number - 1];
}

Result<void> Maildrop::mark(std::uint32_t number) {
    if (auto found = find(number); !found) return std::unexpected(std::move(found.error()));
    deleted_[number - 1] = true;
    return {};
}

void Maildrop::unmark_all() { deleted_.assign(messages_.size(), false); }

std::vector<Uid> Maildrop::marked() const {
    std::vector<Uid> uids;
    for (std::size_t i = 0; i < messages_.size(); ++i)
        if (deleted_[i]) uids.push_back(messages_[i].uid);
    return uids;
}

std::string unique_id(const Message& message) { return fmt::format("{:x}.{:x}", message.email.value, unix_seconds(message.internal_date)); }

}  // namespace sky::pop3d
