#pragma once
// What mailboxes are for (RFC 6154): which uses can be given, and the annotation that tells and changes them. One's own mailboxes have
// them; others' show none.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/mailstore/metadata.h"

namespace sky::imapd {

namespace store = mailstore;

// No value: a use that can't be given, be it unknown or one of the two that show other mailboxes' messages (RFC 6154 §2).
std::optional<store::SpecialUse> possible_use(std::string_view attribute);

inline constexpr std::string_view special_use_entry = "/private/specialuse";  // RFC 6154 §4

// What its value asks for: attributes with spaces between them, each as often as one likes; nothing, or NIL, is no use. No value: what
// can't be given, or more than one use.
std::optional<store::SpecialUse> use_of(const std::optional<std::string>& value);

// The entry of a mailbox for this use, where there is one, in place of what was stored under its name.
void put_special_use(std::vector<store::MetadataEntry>& found, store::SpecialUse use, std::size_t max_size);

}  // namespace sky::imapd
