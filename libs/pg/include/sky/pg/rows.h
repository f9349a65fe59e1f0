#pragma once
// The rows of one result, in PostgreSQL's binary format, decoded on access. Asking for the wrong type is our bug and aborts.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/clock.h"
#include "sky/base/ids.h"
#include "sky/base/uuid.h"

struct pg_result;

namespace sky::pg {

class Row;

class Rows {
  public:
    Rows() = default;
    explicit Rows(pg_result* owned);
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    Row operator[](std::size_t row) const;
    std::int64_t affected() const;  // rows touched by INSERT, UPDATE, DELETE
    class Iterator;
    Iterator begin() const;
    Iterator end() const;

  private:
    friend class Row;
    std::shared_ptr<pg_result> result_;
};

// A view of one row; valid while its Rows lives. Columns are counted from 0.
class Row {
  public:
    Row(const Rows& rows, std::size_t row) : rows_(&rows), row_(static_cast<int>(row)) {}
    bool is_null(int column) const;
    std::string_view raw(int column) const;  // text and bytea as they are; no copy; NULL is empty

    // get<T>(column): bool, std::int16_t, std::int32_t, std::int64_t (from any smaller integer column), double, std::string,
    // std::string_view (text, bytea, json), Uuid, Time, any Id, std::optional of these, std::vector<std::int64_t | std::string> (arrays).
    template <class T>
    T get(int column) const {
        return read(column, static_cast<T*>(nullptr));
    }

  private:
    bool read(int column, bool*) const;
    std::int16_t read(int column, std::int16_t*) const { return static_cast<std::int16_t>(integer(column)); }
    std::int32_t read(int column, std::int32_t*) const { return static_cast<std::int32_t>(integer(column)); }
    std::uint32_t read(int column, std::uint32_t*) const { return static_cast<std::uint32_t>(integer(column)); }
    std::int64_t read(int column, std::int64_t*) const { return integer(column); }
    double read(int column, double*) const;
    std::string read(int column, std::string*) const { return std::string(raw(column)); }
    std::string_view read(int column, std::string_view*) const { return raw(column); }
    Uuid read(int column, Uuid*) const;
    Time read(int column, Time*) const;
    std::vector<std::int64_t> read(int column, std::vector<std::int64_t>*) const;
    std::vector<std::string> read(int column, std::vector<std::string>*) const;
    template <class Tag, class Number>
    Id<Tag, Number> read(int column, Id<Tag, Number>*) const {
        return Id<Tag, Number>(static_cast<Number>(integer(column)));
    }
    template <class T>
    std::optional<T> read(int column, std::optional<T>*) const {
        if (is_null(column)) return std::nullopt;
        return get<T>(column);
    }
    std::int64_t integer(int column) const;

    const Rows* rows_;
    int row_;
};

class Rows::Iterator {
  public:
    Iterator(const Rows& rows, std::size_t at) : rows_(&rows), at_(at) {}
    Row operator*() const { return (*rows_)[at_]; }
    Iterator& operator++() {
        ++at_;
        return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

  private:
    const Rows* rows_;
    std::size_t at_;
};
inline Rows::Iterator Rows::begin() const { return {*this, 0}; }
inline Rows::Iterator Rows::end() const { return {*this, size()}; }

}  // namespace sky::pg
