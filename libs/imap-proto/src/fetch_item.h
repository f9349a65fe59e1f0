#pragma once
// fetch-att, for FETCH and for NOTIFY's MessageNew.
#include <vector>

#include "sky/imap-proto/fetch.h"

namespace sky::imap {

// The next item goes behind the others. Fault::limit past max_fetch_items.
Result<void> parse_fetch_item(Arguments& in, std::vector<FetchItem>& items);

}  // namespace sky::imap
