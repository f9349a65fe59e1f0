#pragma once
// Addresses as the directory keeps them: one spelling each, so that they can be compared and indexed.
#include <optional>
#include <string>
#include <string_view>

#include "sky/base/result.h"

namespace sky::auth {

struct Address {
    std::string local;   // case folded, NFC; a quoted string keeps its quotes only where it needs them
    std::string domain;  // A-labels in lower case, no trailing dot; or an address literal in brackets
    std::string text() const { return local + "@" + domain; }
};

// RFC 5321 §4.1.2 Mailbox, with the limits of §4.5.3.1 (local part 64, domain 255 octets). Our local parts ignore case, as every large
// provider's do. Beyond ASCII (RFC 6531 §3.3) U-labels become A-labels; a local part that normalise_local() refuses can be nobody's here,
// but is left as it is, since it may be somebody's elsewhere. Empty for what is no address.
std::optional<Address> parse_address(std::string_view text);

// A name that can be a domain of ours (RFC 1035 §2.3.1, RFC 1123 §2.1): at least two labels of letters, digits and hyphens.
// U-labels become A-labels.
std::optional<std::string> normalise_domain(std::string_view text);

// The same for a domain that somebody wants to host: U-labels are converted, and the text of a refusal (Fault::syntax) says why. Public
// suffixes and single labels are nobody's; encoded labels must stand for a name.
Result<std::string> hosted_domain(std::string_view text);

// What a new mailbox or alias, or an alias's target, may be called: a plain dot-string (RFC 5321 §4.1.2)
// at a domain name, in any script (RFC 6531) but without characters that deceive.
std::optional<Address> parse_plain_address(std::string_view text);

// postmaster and abuse must reach someone at every domain (RFC 5321 §4.5.1, RFC 2142 §4).
bool is_duty_address(const Address& address);

}  // namespace sky::auth
