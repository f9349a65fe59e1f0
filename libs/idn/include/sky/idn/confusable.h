#pragma once
// Names that pass for others, by UTS #39. A warning for people who decide; never by itself a refusal.
#include <optional>
#include <string>
#include <string_view>

namespace sky::idn {

// Why a label of this domain (A- or U-labels) or this local part could deceive: it mixes scripts that are not used together, or the
// whole of it looks like ASCII letters. Empty when nothing is suspicious.
std::optional<std::string> looks_confusable(std::string_view text);

}  // namespace sky::idn
