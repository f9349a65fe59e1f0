#pragma once
// Wire text of IMAP's ENVELOPE, BODYSTRUCTURE and BODY (RFC 9051 §7.5.2), written once at delivery and sent as it is.
#include <string>
#include <string_view>

#include "sky/mime/header.h"
#include "sky/mime/tree.h"

namespace sky::mime {

// A string as quoted when it is short printable ASCII, otherwise as literal (RFC 9051 §4.3); NUL becomes a space.
void put_string(std::string& out, std::string_view text);

std::string envelope(const Header& header);
std::string bodystructure(std::string_view message, const Tree& tree);

// The BODY form: a BODYSTRUCTURE without its extension data. Empty when the text is not a BODYSTRUCTURE of ours.
std::string body_form(std::string_view bodystructure);

}  // namespace sky::mime
