#include "sky/pg/params.h"

#include <bit>
#include <cstring>

#include "oids.h"

namespace sky::pg {
namespace {
// PostgreSQL counts from 2000-01-01 (timestamptz, in microseconds).
std::int64_t micros_since_2000(Time time) { return unix_micros(time) - postgres_epoch_micros; }
}  // namespace

void Params::put16(std::uint16_t v) { data_ += {static_cast<char>(v >> 8), static_cast<char>(v)}; }
void Params::put32(std::uint32_t v) {
    put16(static_cast<std::uint16_t>(v >> 16));
    put16(static_cast<std::uint16_t>(v));
}
void Params::put64(std::uint64_t v) {
    put32(static_cast<std::uint32_t>(v >> 32));
    put32(static_cast<std::uint32_t>(v));
}

void Params::begin(std::uint32_t oid) {
    oids_.push_back(oid);
    offsets_.push_back(data_.size());
}
void Params::end(std::size_t start) { lengths_.push_back(static_cast<int>(data_.size() - start)); }

void Params::drop_last_to_null() {
    data_.resize(offsets_.back());
    lengths_.back() = -1;
}

std::vector<const char*> Params::values() const {
    std::vector<const char*> out;
    out.reserve(offsets_.size());
    for (std::size_t i = 0; i < offsets_.size(); ++i) out.push_back(lengths_[i] < 0 ? nullptr : data_.data() + offsets_[i]);
    return out;
}

Params& Params::add(bool value) {
    begin(oid::boolean);
    data_ += value ? '\1' : '\0';
    end(offsets_.back());
    return *this;
}
Params& Params::add(std::int16_t value) {
    begin(oid::int2);
    put16(static_cast<std::uint16_t>(value));
    end(offsets_.back());
    return *this;
}
Params& Params::add(std::int32_t value) {
    begin(oid::int4);
    put32(static_cast<std::uint32_t>(value));
    end(offsets_.back());
    return *this;
}
Params& Params::add(std::int64_t value) {
    begin(oid::int8);
    put64(static_cast<std::uint64_t>(value));
    end(offsets_.back());
    return *this;
}
Params& Params::add(double value) {
    begin(oid::float8);
    put64(std::bit_cast<std::uint64_t>(value));
    end(offsets_.back());
    return *this;
}
Params& Params::add(std::string_view text) {
    begin(oid::text);
    data_ += text;
    end(offsets_.back());
    return *this;
}
Params& Params::add(Bytea bytes) {
    begin(oid::bytea);
    data_ += bytes.octets;
    end(offsets_.back());
    return *this;
}
Params& Params::add(Jsonb json) {
    begin(oid::jsonb);
    data_ += '\1';  // the version of jsonb's binary format
    data_ += json.text;
    end(offsets_.back());
    return *this;
}
Params& Params::add(const Uuid& id) {
    begin(oid::uuid);
    data_ += id.bytes();
    end(offsets_.back());
    return *this;
}
Params& Params::add(Time time) {
    begin(oid::timestamptz);
    put64(static_cast<std::uint64_t>(micros_since_2000(time)));
    end(offsets_.back());
    return *this;
}

// One-dimensional array: dimensions, has-null flag, element type, length, lower bound; then length and octets of each element.
std::size_t Params::array_header(std::uint32_t array_oid, std::uint32_t element_oid, std::size_t count) {
    begin(array_oid);
    put32(count == 0 ? 0 : 1);
    put32(0);
    put32(element_oid);
    if (count != 0) {
        put32(static_cast<std::uint32_t>(count));
        put32(1);
    }
    return offsets_.back();
}

Params& Params::add(std::span<const std::int64_t> values) {
    const auto start = array_header(oid::int8_array, oid::int8, values.size());
    data_.reserve(data_.size() + values.size() * 12);
    for (const auto value : values) {
        put32(8);
        put64(static_cast<std::uint64_t>(value));
    }
    end(start);
    return *this;
}
Params& Params::add(std::span<const std::int32_t> values) {
    const auto start = array_header(oid::int4_array, oid::int4, values.size());
    for (const auto value : values) {
        put32(4);
        put32(static_cast<std::uint32_t>(value));
    }
    end(start);
    return *this;
}
Params& Params::add(std::span<const std::string> texts) {
    const auto start = array_header(oid::text_array, oid::text, texts.size());
    for (const auto& text : texts) {
        put32(static_cast<std::uint32_t>(text.size()));
        data_ += text;
    }
    end(start);
    return *this;
}
Params& Params::add(std::span<const std::string_view> texts) {
    const auto start = array_header(oid::text_array, oid::text, texts.size());
    for (const auto text : texts) {
        put32(static_cast<std::uint32_t>(text.size()));
        data_ += text;
    }
    end(start);
    return *this;
}
Params& Params::add(std::span<const Bytea> values) {
    const auto start = array_header(oid::bytea_array, oid::bytea, values.size());
    for (const auto value : values) {
        put32(static_cast<std::uint32_t>(value.octets.size()));
        data_ += value.octets;
    }
    end(start);
    return *this;
}
Params& Params::add(std::span<const Uuid> values) {
    const auto start = array_header(oid::uuid_array, oid::uuid, values.size());
    for (const auto& value : values) {
        put32(16);
        data_ += value.bytes();
    }
    end(start);
    return *this;
}
Params& Params::add(std::span<const Time> values) {
    const auto start = array_header(oid::timestamptz_array, oid::timestamptz, values.size());
    for (const auto value : values) {
        put32(8);
        put64(static_cast<std::uint64_t>(micros_since_2000(value)));
    }
    end(start);
    return *this;
}
Params& Params::add(std::span<const bool> values) {
    const auto start = array_header(oid::boolean_array, oid::boolean, values.size());
    for (const bool value : values) {
        put32(1);
        data_ += value ? '\1' : '\0';
    }
    end(start);
    return *this;
}
Params& Params::add(const std::vector<bool>& values) {
    const auto start = array_header(oid::boolean_array, oid::boolean, values.size());
    for (const bool value : values) {
        put32(1);
        data_ += value ? '\1' : '\0';
    }
    end(start);
    return *this;
}

}  // namespace sky::pg
