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

    // The beginning of message `index`: its header, or all of it; empty when it is to be streamed. Ask in order. Valid until the next call.
    Task<Result<std::string_view>> of(std::size_t index);

  private:
    std::uint64_t cost(const FetchOne& one) const;

    Session* session_;
    const std::vector<FetchOne>* ones_;
    enum class Need { nothing, header, whole } need_ = Need::nothing;
    std::vector<std::string> window_;
    std::size_t first_ = 0;  // index of window_[0]
};

}  // namespace sky::imapd
