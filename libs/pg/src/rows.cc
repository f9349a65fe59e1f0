#include "sky/pg/rows.h"

#include <libpq-fe.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "oids.h"
#include "sky/base/ascii.h"

namespace sky::pg {
namespace {
template <class Number>
Number big_endian(const char* at) {
    Number value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) value = static_cast<Number>(value << 8 | static_cast<unsigned char>(at[i]));
    return value;
}

[[noreturn]] void wrong_type(const pg_result* result, int column, const char* wanted) {
    std::fprintf(stderr, "pg: column %d (%s) has type oid %u, read as %s\n", column, PQfname(result, column), PQftype(result, column),
                 wanted);
    std::abort();
}

// The elements of a one-dimensional binary array; a NULL element reads as empty.
template <class Element, class Decode>
std::vector<Element> elements(std::string_view raw, Decode decode) {
    std::vector<Element> out;
    if (raw.size() < 20) return out;  // no dimensions: empty
    const auto count = big_endian<std::uint32_t>(raw.data() + 12);
    out.reserve(count);
    std::size_t at = 20;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto length = static_cast<std::int32_t>(big_endian<std::uint32_t>(raw.data() + at));
        at += 4;
        const auto size = static_cast<std::size_t>(length < 0 ? 0 : length);
        out.push_back(decode(raw.substr(at, size)));
        at += size;
    }
    return out;
}

std::int64_t integer_of(std::string_view raw) {
    switch (raw.size()) {
        case 8:
            return static_cast<std::int64_t>(big_endian<std::uint64_t>(raw.data()));
        case 4:
            return static_cast<std::int32_t>(big_endian<std::uint32_t>(raw.data()));
        case 2:
            return static_cast<std::int16_t>(big_endian<std::uint16_t>(raw.data()));
        default:
            return 0;
    }
}
}  // namespace

Rows::Rows(pg_result* owned) : result_(owned, [](pg_result* result) { PQclear(result); }) {}
std::size_t Rows::size() const { return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0; }
Row Rows::operator[](std::size_t row) const { return {*this, row}; }
std::int64_t Rows::affected() const {
    if (!result_) return 0;
    return static_cast<std::int64_t>(ascii::number(PQcmdTuples(result_.get())).value_or(0));
}

bool Row::is_null(int column) const { return PQgetisnull(rows_->result_.get(), row_, column) != 0; }

std::string_view Row::raw(int column) const {
    const auto* result = rows_->result_.get();
    const std::string_view value(PQgetvalue(result, row_, column), static_cast<std::size_t>(PQgetlength(result, row_, column)));
    return PQftype(result, column) == oid::jsonb && !value.empty() ? value.substr(1) : value;
}

std::int64_t Row::integer(int column) const {
    const auto type = PQftype(rows_->result_.get(), column);
    if (type != oid::int8 && type != oid::int4 && type != oid::int2 && type != oid::oid)
        wrong_type(rows_->result_.get(), column, "integer");
    return integer_of(raw(column));
}

bool Row::read(int column, bool*) const {
    if (PQftype(rows_->result_.get(), column) != oid::boolean) wrong_type(rows_->result_.get(), column, "boolean");
    const auto value = raw(column);
    return !value.empty() && value[0] != 0;
}

double Row::read(int column, double*) const {
    if (PQftype(rows_->result_.get(), column) != oid::float8) wrong_type(rows_->result_.get(), column, "float8");
    const auto value = raw(column);
    return value.size() == 8 ? std::bit_cast<double>(big_endian<std::uint64_t>(value.data())) : 0.0;
}

Uuid Row::read(int column, Uuid*) const {
    if (PQftype(rows_->result_.get(), column) != oid::uuid) wrong_type(rows_->result_.get(), column, "uuid");
    return Uuid::from_bytes(raw(column)).value_or(Uuid{});
}

Time Row::read(int column, Time*) const {
    if (PQftype(rows_->result_.get(), column) != oid::timestamptz) wrong_type(rows_->result_.get(), column, "timestamptz");
    return from_unix_micros(integer_of(raw(column)) + postgres_epoch_micros);
}

std::vector<std::int64_t> Row::read(int column, std::vector<std::int64_t>*) const {
    const auto type = PQftype(rows_->result_.get(), column);
    if (type != oid::int8_array && type != oid::int4_array && type != oid::int2_array)
        wrong_type(rows_->result_.get(), column, "integer[]");
    return elements<std::int64_t>(raw(column), integer_of);
}

std::vector<std::string> Row::read(int column, std::vector<std::string>*) const {
    const auto type = PQftype(rows_->result_.get(), column);
    if (type != oid::text_array && type != oid::bytea_array) wrong_type(rows_->result_.get(), column, "text[]");
    return elements<std::string>(raw(column), [](std::string_view raw) { return std::string(raw); });
}

}  // namespace sky::pg
