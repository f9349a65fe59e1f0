#pragma once
// LIST's METADATA return option (RFC 9590): entries of many mailboxes, read some mailboxes at a time while they are listed.
#include <map>
#include <span>
#include <string>
#include <vector>

#include "imap/rights.h"
#include "sky/mailstore/metadata.h"

namespace sky::imapd {

class ListedMetadata {
  public:
    // All outlive this.
    ListedMetadata(Session& session, const VisibleNames& visible, const std::vector<std::string>& entries)
        : session_(&session), visible_(&visible), entries_(&entries) {}
    // Writes the METADATA response of the first of `rest`, the names that are still to be listed. Names without a mailbox have none, nor
    // have those that may not be read.
    Task<Result<void>> append(std::span<const ListedName> rest);

  private:
    bool may_read(const ListedName& one) const {
        return one.selected && one.mailbox != nullptr && visible_->rights(*one.mailbox).has(store::Right::read);
    }
    Task<Result<void>> read(std::span<const ListedName> names);

    Session* session_;
    const VisibleNames* visible_;
    const std::vector<std::string>* entries_;
    std::size_t read_ahead_ = 0;  // names at the front of `rest` whose entries have been read
    std::map<MailboxId, std::vector<store::MetadataEntry>> known_;
};

}  // namespace sky::imapd
