#pragma once
// How a writer tells readers, after COMMIT, that an account has changed: PUBLISH change_channel(account) change_payload(modseq).
// A hint and no more: readers take the change itself from PostgreSQL, above their own watermark.
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/ascii.h"
#include "sky/base/ids.h"

namespace sky::mailstore {

inline std::string change_channel(AccountId account) { return "mail:" + std::to_string(account.value); }

// "The account is at least at this MODSEQ."
inline std::string change_payload(ModSeq modseq) { return std::to_string(modseq.value); }
inline std::optional<ModSeq> read_change_payload(std::string_view payload) {
    const auto number = ascii::number(payload, INT64_MAX);
    if (!number) return std::nullopt;
    return ModSeq(static_cast<std::int64_t>(*number));
}

}  // namespace sky::mailstore
