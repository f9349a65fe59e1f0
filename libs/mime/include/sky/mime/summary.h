#pragma once
// Everything about a message that a mailbox listing, a search or a FETCH asks for, computed once from its octets. A pure function.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/mime/sort_keys.h"

namespace sky::mime {

struct Summary {
    std::string envelope;       // wire text, see imap_text.h; may hold any octet but NUL
    std::string bodystructure;  // wire text, extensible form; body_form() makes BODY of it
    std::string tree;           // packed, see tree.h
    std::uint64_t header_size = 0;
    std::string preview;                  // UTF-8, at most 200 characters (RFC 8970)
    std::string message_id;               // without brackets, UTF-8; empty when absent
    std::vector<std::string> references;  // References and In-Reply-To, oldest first, at most 20, without brackets
    std::string base_subject;             // RFC 5256 §2.1, lower case
    std::optional<Time> sent;             // the Date field
    // Decoded UTF-8 without NUL, for searching and showing:
    std::string from;
    std::string to;
    std::string cc;
    std::string bcc;
    std::string subject;
    bool has_attachment = false;
    SortKeys sort;
};

Summary summarize(std::string_view message);

}  // namespace sky::mime
