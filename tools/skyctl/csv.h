#pragma once
// Comma-separated values, as spreadsheets write them: quoted or not, lines ended by CRLF or LF, with or without a byte order mark.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::skyctl {

struct CsvRow {
    std::size_t line;  // of the file, from 1
    std::vector<std::string> fields;
};

// All rows that are not empty. Fault::syntax names the line of a quote that does not end, of text behind one that did, and of what is not
// UTF-8.
Result<std::vector<CsvRow>> parse_csv(std::string_view text);

}  // namespace sky::skyctl
