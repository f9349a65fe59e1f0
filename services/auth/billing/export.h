#pragma once
// Lines of a statement as text for other programs. A document may be written in pieces: head, then lines of some tenants after the other,
// then tail; the same lines give the same octets.
#include <span>
#include <string>

#include "auth/billing/statement.h"

namespace sky::auth {

// Whether lines stand in front of these in the document.
enum class Position { first, later };

// RFC 4180: a head, CRLF, quotes where needed; money in decimals. A field that a spreadsheet would run as a formula gets an apostrophe in
// front (RFC 4180 has no word on it; addresses are chosen by those who are billed).
std::string csv_head();
std::string csv_lines(Month month, std::span<const Line> lines);

// RFC 8259: {"month": …, "lines": […]}, money in minor units.
std::string json_head(Month month);
std::string json_lines(std::span<const Line> lines, Position where);
std::string json_tail();

}  // namespace sky::auth
