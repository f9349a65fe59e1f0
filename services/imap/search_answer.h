#pragma once
// The responses of SEARCH, SORT and ESEARCH, and what SAVE keeps of a result.
#include <optional>
#include <string>

#include "imap/search_eval.h"
#include "sky/imap-proto/search_return.h"

namespace sky::imapd {

// A result in the order in which it is answered: that of the mailbox, or sorted.
struct SearchResult {
    std::vector<Target> targets;
    Scores scores;
    bool tells_mod_seq = false;  // MODSEQ was among the keys (RFC 7162 §3.1.6)
    std::string limited;         // response code: not all messages were looked at (RFC 9738 §3.1)
    bool refused = false;        // none were, for there are more than SORT and THREAD look at (RFC 9738 §3.3)
};

// "* SEARCH 2 84 882", "* SORT …"
void append_plain(std::string& out, std::string_view verb, const SearchScope& scope, const SearchResult& result, Numbers form);

struct SearchCorrelator {
    std::string_view tag;
    imap::NameForm names = imap::NameForm::mutf7;
    const store::Mailbox* mailbox = nullptr;  // named by the ESEARCH command's responses (RFC 7377 §2.1)
};
// "* ESEARCH (TAG …) UID MIN 2 …"; nothing where only SAVE was asked for.
void append_extended(std::string& out, const SearchCorrelator& correlator, const imap::SearchReturn& asked, const SearchScope& scope,
                     const SearchResult& result, Numbers form);

// The UIDs that "$" means after this (RFC 5182 §2.4, RFC 9394 §3.2), ascending.
std::vector<std::uint32_t> saved_of(const imap::SearchReturn& asked, const std::vector<Target>& targets);

}  // namespace sky::imapd
