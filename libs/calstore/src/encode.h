#pragma once
// Between rows and values.
#include <optional>
#include <string>
#include <string_view>

#include "sky/calstore/types.h"
#include "sky/pg/pool.h"

namespace sky::calstore {

// Of SHA-256 and the store's epoch.
std::string etag_of(std::string_view hash, std::int32_t epoch);

struct Token {
    std::int32_t epoch = 0;
    CalendarId collection;
    ModSeq modseq;
};
std::string write_token(const Token& token);
std::optional<Token> read_token(std::string_view text);

// A flat JSON object of strings.
std::string write_properties(const Properties& properties);
Properties read_properties(const pg::Row& row, int names, int values);  // two text[] columns

// The order of collection_columns.
Collection read_collection(const pg::Row& row);
// The order of object_columns.
Object read_object(const pg::Row& row);

}  // namespace sky::calstore
