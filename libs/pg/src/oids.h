#pragma once
// Type oids of PostgreSQL's catalogue (pg_type.dat); fixed for all versions.
#include <cstdint>

namespace sky::pg {

inline constexpr std::int64_t postgres_epoch_micros = 946'684'800'000'000;  // 2000-01-01 since 1970-01-01

namespace oid {
inline constexpr std::uint32_t boolean = 16, bytea = 17, int8 = 20, int2 = 21, int4 = 23, text = 25, oid = 26, float8 = 701;
inline constexpr std::uint32_t varchar = 1043, timestamptz = 1184, numeric = 1700, uuid = 2950, jsonb = 3802, name = 19, json = 114,
                               void_ = 2278;
inline constexpr std::uint32_t boolean_array = 1000, bytea_array = 1001, int2_array = 1005, int4_array = 1007, text_array = 1009,
                               int8_array = 1016, timestamptz_array = 1185, uuid_array = 2951;
}  // namespace oid
}  // namespace sky::pg
