#pragma once
// The maildrop of one session: message numbers, marks for deletion (RFC 1939 §5). No I/O. Several sessions may have the same inbox open:
// each keeps the numbers it began with, and finds out when it asks for a message that another one removed.
#include <cstdint>
#include <string>
#include <vector>

#include "pop3/asked.h"

namespace sky::pop3d {

class Maildrop {
  public:
    Maildrop() = default;
    explicit Maildrop(Listing listing) : validity_(listing.validity), messages_(std::move(listing.messages)), deleted_(messages_.size()) {}

    struct Totals {
        std::size_t messages = 0;
        std::uint64_t octets = 0;
    };
    Totals totals() const;  // without those marked

    // Numbers go from 1 to size(). Fault::not_found for others and for messages that are marked.
    Result<const Message*> find(std::uint32_t number) const;
    Result<void> mark(std::uint32_t number);
    void unmark_all();
    std::size_t size() const { return messages_.size(); }
    bool marked(std::uint32_t number) const { return deleted_[number - 1]; }
    std::vector<Uid> marked() const;
    UidValidity validity() const { return validity_; }

  private:
    UidValidity validity_;
    std::vector<Message> messages_;
    std::vector<bool> deleted_;
};

// The unique id of RFC 1939 §7: of the email, not of its place, so that it never changes, whatever happens to UIDs. The date is in it
// because a database restored to an earlier day hands out the same number again.
std::string unique_id(const Message& message);

}  // namespace sky::pop3d
