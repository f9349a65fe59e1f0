#include "pop3/store/inbox.h"

#include "sky/mailstore/notify.h"

namespace sky::pop3d {
namespace {
constexpr std::size_t slice = 5000;               // placements of one query
constexpr std::size_t most_messages = 1'000'000;  // a maildrop is held in memory, 32 octets a message

class StoredOctets final : public Octets {
  public:
    explicit StoredOctets(mailstore::BodyReader reader) : reader_(std::move(reader)) {}
    Task<Result<std::string>> next(Deadline deadline) override { return reader_.next(deadline); }

  private:
    mailstore::BodyReader reader_;
};
}  // namespace

Task<Result<mailstore::Mailbox>> StoreInbox::inbox(const identity::Principal& user, Deadline deadline) {
    return mailboxes_.inbox({user.tenant, user.account}, deadline);
}

Task<Result<Listing>> StoreInbox::list(const identity::Principal& user, Deadline deadline) {
    auto mailbox = co_await inbox(user, deadline);
    if (!mailbox) co_return std::unexpected(std::move(mailbox.error()));
    const mailstore::MailboxRef ref{user.tenant, user.account, mailbox->id};
    Listing listing{mailbox->uid_validity, {}};
    auto& messages = listing.messages;
    for (std::uint32_t first = 1; messages.size() < most_messages;) {
        auto placements = co_await reader_.load(ref, {first, UINT32_MAX}, slice, deadline);
        if (!placements) co_return std::unexpected(std::move(placements.error()));
        for (const auto& placement : *placements)
            messages.push_back({placement.uid, placement.email, placement.internal_date, placement.size});
        if (placements->size() < slice || placements->back().uid.value == UINT32_MAX) break;
        first = placements->back().uid.value + 1;
    }
    co_return listing;
}

Task<Result<std::unique_ptr<Octets>>> StoreInbox::open(const identity::Principal& user, EmailId email, Deadline deadline) {
    auto reader = co_await reader_.open(user.tenant, email, 0, UINT64_MAX, deadline);
    if (!reader) co_return std::unexpected(std::move(reader.error()));
    co_return std::make_unique<StoredOctets>(std::move(*reader));
}

Task<Result<void>> StoreInbox::remove(const identity::Principal& user, UidValidity validity, std::vector<Uid> uids, Deadline deadline) {
    auto mailbox = co_await inbox(user, deadline);
    if (!mailbox) co_return std::unexpected(std::move(mailbox.error()));
    if (mailbox->uid_validity != validity) co_return unexpected(Fault::conflict, "the mailbox was restored", "UIDVALIDITY changed");
    std::vector<std::uint32_t> numbers;
    for (const Uid uid : uids) numbers.push_back(uid.value);
    auto removed = co_await writer_.remove({user.tenant, user.account, mailbox->id}, mailstore::uid_set(std::move(numbers)), deadline);
    if (!removed) co_return std::unexpected(std::move(removed.error()));
    if (redis_ && removed->changed.modseq)  // a hint; readers trust PostgreSQL
        static_cast<void>(co_await redis_->command(
            {"PUBLISH", mailstore::change_channel(user.account), mailstore::change_payload(removed->changed.modseq)},
            after(std::chrono::seconds(1))));
    co_return Result<void>{};
}

}  // namespace sky::pop3d
