#include "imap/listed_metadata.h"

#include <algorithm>

#include "imap/metadata_text.h"
#include "imap/special_use.h"

namespace sky::imapd {
namespace {
constexpr std::size_t values_at_once = 64;  // of 64 KiB at most
}

// One question for each account.
Task<Result<void>> ListedMetadata::read(std::span<const ListedName> names) {
    std::map<AccountId, std::vector<MailboxId>> by_account;
    for (const ListedName& one : names)
        if (may_read(one)) by_account[one.mailbox->account].push_back(one.mailbox->id);
    known_.clear();
    for (const auto& [account, mailboxes] : by_account) {
        const store::AccountRef owner{session_->account().tenant, account};
        auto found = co_await store::read_metadata(session_->house().pool, owner, session_->account().account, mailboxes,
                                                   {.entries = *entries_}, session_->limit());
        if (!found) co_return forward(found);
        known_.merge(*found);
    }
    if (std::ranges::find(*entries_, special_use_entry) == entries_->end()) co_return Result<void>{};
    for (const ListedName& one : names)
        if (may_read(one)) put_special_use(known_[one.mailbox->id], one.mailbox->special_use, store::most_metadata_octets);
    co_return Result<void>{};
}

Task<Result<void>> ListedMetadata::append(std::span<const ListedName> rest) {
    if (entries_->empty()) co_return Result<void>{};
    if (read_ahead_ == 0) {
        read_ahead_ = std::min(rest.size(), std::max<std::size_t>(1, values_at_once / entries_->size()));
        if (auto done = co_await read(rest.first(read_ahead_)); !done) co_return done;
    }
    --read_ahead_;
    if (const ListedName& one = rest.front(); may_read(one))
        append_metadata(session_->out(), one.name, known_[one.mailbox->id], *entries_, session_->names());
    co_return Result<void>{};
}

}  // namespace sky::imapd
