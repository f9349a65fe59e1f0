#pragma once
// What a verb is: a row with its options and the function that runs it. One verb, one file: commands/<group>_<name>.cc.
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sky/base/result.h"

namespace sky::skyctl {

class Session;

enum class Takes { text, number, octets, nothing, texts, on_off };  // octets: 500M, 5G; texts: one or more
enum class Must { be_given, may_be_given };

struct Option {
    std::string_view name;  // "NAME" stands by its place; "--tenant" by its name
    Takes takes = Takes::text;
    Must must = Must::be_given;
    std::string_view sentence;
    std::string_view field = {};  // of the request; empty: the verb itself looks at it (request.h)
};

// The arguments of one run, by Option::name. Asking for one that the verb does not declare gives nothing.
class Arguments {
  public:
    std::string text(std::string_view option) const;
    std::int64_t number(std::string_view option) const;  // 0 when not given
    bool given(std::string_view option) const;
    std::vector<std::string> texts(std::string_view option) const;
    void set(std::string_view option, std::vector<std::string> values);

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct Verb {
    std::string_view group;  // "tenant", "mailbox photo"; empty for migrate and fsck
    std::string_view name;
    std::string_view sentence;
    std::string_view example;  // without the leading skyctl
    std::span<const Option> options;
    Result<void> (*run)(Session& session, const Arguments& arguments);

    std::string words() const { return group.empty() ? std::string(name) : std::string(group) + " " + std::string(name); }
};

std::span<const Verb* const> verbs();

// "5G" → octets; empty for what is no size.
std::optional<std::int64_t> parse_octets(std::string_view text);

}  // namespace sky::skyctl
