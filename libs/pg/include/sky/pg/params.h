#pragma once
// Parameters of a prepared statement, encoded in PostgreSQL's binary format as they are added: $1, $2, … in the order of add().
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/ids.h"
#include "sky/base/uuid.h"

namespace sky::pg {

// Text or bytes: both are octets in C++, so the caller says which one PostgreSQL should see.
struct Bytea {
    std::string_view octets;
};
struct Jsonb {
    std::string_view text;
};

class Params {
  public:
    Params& add(bool value);
    Params& add(std::int16_t value);  // smallint
    Params& add(std::int32_t value);  // integer
    Params& add(std::int64_t value);  // bigint
    Params& add(double value);
    Params& add(std::string_view text);  // text; the octets must be UTF-8 without NUL
    Params& add(const std::string& text) { return add(std::string_view(text)); }
    Params& add(const char* text) { return add(std::string_view(text)); }
    Params& add(Bytea bytes);
    Params& add(Jsonb json);
    Params& add(const Uuid& id);
    Params& add(Time time);  // timestamptz, microseconds
    template <class Tag, class Number>
    Params& add(Id<Tag, Number> id) {
        return add(static_cast<std::int64_t>(id.value));
    }  // every id is a bigint column
    template <class T>
    Params& add(const std::optional<T>& value) {
        return value ? add(*value) : null_like(T{});
    }

    // Arrays, for unnest() and = any().
    Params& add(std::span<const std::int64_t> values);
    Params& add(std::span<const std::int32_t> values);
    Params& add(std::span<const std::string> texts);
    Params& add(std::span<const std::string_view> texts);
    Params& add(std::span<const Bytea> values);
    Params& add(std::span<const Uuid> values);
    Params& add(std::span<const Time> values);
    Params& add(std::span<const bool> values);
    template <class T>
    Params& add(const std::vector<T>& values) {
        return add_vector(values);
    }
    Params& add(const std::vector<bool>& values);

    // What libpq wants; valid until the next add().
    std::size_t count() const { return oids_.size(); }
    const std::uint32_t* oids() const { return oids_.data(); }
    std::vector<const char*> values() const;
    const int* lengths() const { return lengths_.data(); }

  private:
    template <class T>
    Params& add_vector(const std::vector<T>& values) {
        return add(std::span<const T>(values));
    }
    template <class Tag, class Number>
    Params& add_vector(const std::vector<Id<Tag, Number>>& ids) {
        std::vector<std::int64_t> numbers;
        numbers.reserve(ids.size());
        for (auto id : ids) numbers.push_back(static_cast<std::int64_t>(id.value));
        return add(std::span<const std::int64_t>(numbers));
    }
    template <class T>
    Params& null_like(const T& sample) {
        add(sample);
        drop_last_to_null();
        return *this;
    }
    void drop_last_to_null();
    void begin(std::uint32_t oid);
    void end(std::size_t start);
    void put16(std::uint16_t v);
    void put32(std::uint32_t v);
    void put64(std::uint64_t v);
    std::size_t array_header(std::uint32_t array_oid, std::uint32_t element_oid, std::size_t count);

    std::string data_;
    std::vector<std::uint32_t> oids_;
    std::vector<std::size_t> offsets_;
    std::vector<int> lengths_;  // -1 is NULL
};

// Params of these values, in order: params(tenant, "name", 3).
template <class... T>
Params params(const T&... values) {
    Params out;
    (out.add(values), ...);
    return out;
}

}  // namespace sky::pg
