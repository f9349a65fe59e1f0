#pragma once
// What stands in the DNS against what should.
#include <string>
#include <string_view>
#include <vector>

#include "sky/zone/expected.h"

namespace sky::zone {

struct Question {
    std::string owner, type;
    bool operator==(const Question&) const = default;
};

// The answer to one question. Values as in Record::value; none means that the DNS says there are none.
struct Live {
    Question question;
    std::vector<std::string> values;
    std::string failure;  // not empty: the DNS gave no answer, for this reason
};

enum class Mark { ok, missing, different, extra, unknown };
std::string_view mark_name(Mark mark);

struct Difference {
    Mark mark = Mark::ok;
    Record expected;                // for extra: the record it disturbs, with the severity of that
    std::vector<std::string> live;  // different: what stands in its place; extra: that one
    std::string failure;            // unknown
};

// Each name and type once.
std::vector<Question> questions(const std::vector<Record>& expected);

// One row for each expected record in their order, the extra ones after their kind. A question without an answer in `live` is unknown.
std::vector<Difference> compare(const std::vector<Record>& expected, const std::vector<Live>& live);

// Every record without which mail is lost is right.
bool is_sound(const std::vector<Difference>& differences);

}  // namespace sky::zone
