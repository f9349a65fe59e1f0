// \Recent and RECENT (RFC 3501 §2.3.2, §7.3.2): who is the first to be told of a message.
#include <algorithm>

#include "imap/selected.h"
#include "sky/imap-proto/write.h"
#include "sky/mailstore/recent.h"

namespace sky::imapd {

std::string Selected::flags_text(const store::Placement& message) const {
    std::string out = view_->flags_text(message.flags);
    if (is_recent(message.uid.value)) out += out.empty() ? "\\Recent" : " \\Recent";
    return out;
}

void Selected::note_recent(std::uint32_t first, std::uint32_t bound, std::uint64_t messages) {
    if (first >= bound) return;
    recent_.add({first, bound - 1});
    recent_count_ = std::min(recent_count_ + messages, exists_told_);
    recent_told_ = recent_count_;
}

// As the client counts them. Blocks that nobody looked into hold nothing below `first` but in a view that began anew.
std::uint64_t Selected::count_recent(std::uint32_t first) const {
    std::uint64_t out = 0;
    for (std::size_t block = UidMap::block_of(first); block < uids_->blocks(); ++block) {
        if (!uids_->known(block)) {
            out += uids_->count(block);
            continue;
        }
        uids_->each(block, [&](std::uint32_t uid) { out += uid >= first ? 1 : 0; });
    }
    return out;
}

// A session that may not write sees what is recent and leaves it so. That a claim fails is no reason to say nothing: it is made with the
// next news.
Task<void> Selected::claim_recent(std::uint32_t from, Deadline deadline) {
    const std::uint32_t bound = uid_next_;
    std::uint32_t first = view_->row().recent_uid.value;
    if (first >= bound) co_return;  // somebody was told already
    if (read_only()) {
        first = std::max(first, from);
    } else {
        const auto claimed = co_await store::claim_recent(*view_->pool(), ref(), bound, deadline);
        if (!claimed) co_return;
        view_->note_recent(claimed->mailbox.recent_uid);
        first = claimed->first;
    }
    if (first >= bound) co_return;
    recent_.add({first, bound - 1});
    recent_count_ += count_recent(first);
}

void Selected::announce_recent(std::string& out) {
    recent_count_ = std::min(recent_count_, exists_told_);
    if (recent_count_ == recent_told_) return;
    recent_told_ = recent_count_;
    imap::append_number(out += "* ", recent_told_);
    out += " RECENT\r\n";
}

}  // namespace sky::imapd
