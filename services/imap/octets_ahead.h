#pragma once
// Reads the octets of small messages, or the headers of all, for many messages in one query: a client that asks BODY.PEEK[HEADER.FIELDS
// (…)] of ten thousand messages must not cost ten thousand round trips. Memory stays bounded; large messages stream (fetch_section).
#include <string>
#include <string_view>
#include <vector>

#include "imap/session.h"
#include "sky/imap-proto/fetch.h"

namespace sky::imapd {

// One message to be answered. The placement is a copy: the view may change while we wait. `text` is null when no item needs it.
struct FetchOne {
    Target target;
    store::Placement message;
    const store::EmailText* text = nullptr;
};

class OctetsAhead {
  public:
    OctetsAhead(Session& session, const imap::FetchRequest& request, const std::vector<FetchOne>& ones);

    // The messages [first, end) that are read together.
    struct Window {
        std::size_t first = 0;
        std::size_t end = 0;
        std::vector<std::string> octets;  // none: they are to be streamed, or nobody asked for them
        // The beginning of a message: its header, or all of it; empty when it is to be streamed.
        std::string_view of(std::size_t index) const { return octets.empty() ? std::string_view() : octets[index - first]; }
    };
    // The one that begins with this message. May be read while the one before is written: a window is about half a megabyte.
    Task<Result<Window>> read(std::size_t first) const;

  private:
    std::uint64_t cost(const FetchOne& one) const;

    Session* session_;
    const std::vector<FetchOne>* ones_;
    enum class Need { nothing, header, whole } need_ = Need::nothing;
};

}  // namespace sky::imapd
