#pragma once
// Which mailboxes the ESEARCH command searches (RFC 7377 §2.2): the mailbox filters of NOTIFY (RFC 5465 §6) and one more.
#include <string>
#include <vector>

#include "sky/imap-proto/search.h"

namespace sky::imap {

struct SearchSource {
    enum class Kind { selected, inboxes, personal, subscribed, subtree, subtree_one, mailboxes };
    Kind kind = Kind::selected;
    std::vector<std::string> names;  // of the last three
};

struct MultiSearchRequest {
    std::vector<SearchSource> sources;  // none given: the selected mailbox alone
    SearchRequest search;
    bool only_selected() const;
};
inline constexpr std::size_t max_search_sources = 100;
inline constexpr std::size_t max_source_names = 1000;  // of all together

// [IN (…)] [RETURN (…)] [CHARSET charset] keys. Fault::syntax for SAVE and UPDATE where other mailboxes are searched too.
Result<MultiSearchRequest> parse_multi_search(Arguments& arguments, CharsetDecoder decode);

}  // namespace sky::imap
