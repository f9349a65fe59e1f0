#pragma once
// The order of SORT (RFC 5256 §3, RFC 5957 §4).
#include "imap/search_eval.h"

namespace sky::imapd {

// What these messages are sorted by; `scores` for RELEVANCY.
Task<Result<std::vector<SortKey>>> sort_keys(const SearchScope& scope, const std::vector<imap::SortCriterion>& criteria,
                                             const std::vector<Target>& targets, const Scores& scores);

// By the criteria, and where they are equal by the place in the mailbox.
bool comes_before(const std::vector<imap::SortCriterion>& criteria, const SortKey& a, std::uint32_t uid_a, const SortKey& b,
                  std::uint32_t uid_b);

Task<Result<std::vector<Target>>> sorted(const SearchScope& scope, std::vector<imap::SortCriterion> criteria, std::vector<Target> targets,
                                         const Scores& scores);

}  // namespace sky::imapd
