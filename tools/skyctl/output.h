#pragma once
// What verbs print: a table for people, JSON for programs. The columns are the keys of the JSON.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sky::skyctl {

enum class Format { table, json };

enum class Truth : bool { no, yes };
struct Object {
    std::string json;  // shown as it is
};
using Cell = std::variant<std::string, std::int64_t, std::vector<std::string>, Truth, Object>;

class Table {
  public:
    Table() = default;
    explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
    std::size_t size() const { return rows_.size(); }
    std::string render(Format format) const;  // ends with a line feed; JSON: an array of objects

    // One thing: JSON gives an object, not an array of one.
    std::string render_one(Format format) const;

  private:
    std::string object(const std::vector<Cell>& row) const;
    std::vector<std::string> columns_;
    std::vector<std::vector<Cell>> rows_;
};

// "2026-11-24 08:15:00Z"; empty for 0.
std::string moment_text(std::int64_t unix_seconds);
// "5.0G"
std::string octets_text(std::int64_t octets);
// A JSON string with its quotes. Octets that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace sky::skyctl
