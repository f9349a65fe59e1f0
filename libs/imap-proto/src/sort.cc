#include "sky/imap-proto/sort.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::imap {
namespace {

using Key = SortCriterion::Key;

struct KeyWord {
    std::string_view word;
    Key key;
};
constexpr KeyWord key_words[] = {
    {"ARRIVAL", Key::arrival},
    {"CC", Key::cc},
    {"DATE", Key::date},
    {"FROM", Key::from},
    {"SIZE", Key::size},
    {"SUBJECT", Key::subject},
    {"TO", Key::to},
    {"DISPLAYFROM", Key::display_from},
    {"DISPLAYTO", Key::display_to},
    {"RELEVANCY", Key::relevancy},
};

struct AlgorithmWord {
    std::string_view word;
    ThreadRequest::Algorithm algorithm;
};
constexpr AlgorithmWord algorithm_words[] = {{"ORDEREDSUBJECT", ThreadRequest::Algorithm::ordered_subject},
                                             {"REFERENCES", ThreadRequest::Algorithm::references},
                                             {"REFS", ThreadRequest::Algorithm::refs}};

Result<SortCriterion> criterion(Arguments& in) {
    SortCriterion out;
    if (in.take_word("REVERSE")) {
        out.reverse = true;
        if (const auto space = in.space(); !space) return forward(space);
    }
    for (const KeyWord& known : key_words) {
        if (!in.take_word(known.word)) continue;
        out.key = known.key;
        return out;
    }
    return unexpected(Fault::syntax, "There is no such sort criterion");
}

// charset *(SP search-key): here the charset must be named.
Result<SearchProgram> program(Arguments& in, CharsetDecoder decode) {
    if (const auto space = in.space(); !space) return forward(space);
    auto charset = in.astring();
    if (!charset) return forward(charset);
    if (charset->empty()) return unexpected(Fault::syntax, "A charset has a name");
    return parse_search_program(in, *std::move(charset), decode);
}

}  // namespace

Result<SortRequest> parse_sort(Arguments& in, CharsetDecoder decode) {
    SortRequest out;
    auto result = parse_search_return(in);
    if (!result) return forward(result);
    out.result = *std::move(result);
    if (const auto open = in.expect('('); !open) return forward(open);
    do {
        if (out.criteria.size() == max_sort_criteria) return unexpected(Fault::limit, "Too many sort criteria");
        const auto one = criterion(in);
        if (!one) return forward(one);
        out.criteria.push_back(*one);
    } while (in.take(' '));
    if (const auto close = in.expect(')'); !close) return forward(close);
    auto keys = program(in, decode);
    if (!keys) return forward(keys);
    out.program = *std::move(keys);
    const bool by_relevancy = std::ranges::any_of(out.criteria, [](const SortCriterion& one) { return one.key == Key::relevancy; });
    if (out.program.is_known && (by_relevancy || out.result.relevancy) && !uses(out.program.root, SearchKey::Kind::fuzzy))
        return unexpected(Fault::syntax, "RELEVANCY goes with FUZZY");  // RFC 6203 §6
    return out;
}

Result<ThreadRequest> parse_thread(Arguments& in, CharsetDecoder decode) {
    ThreadRequest out;
    const auto word = in.atom();
    if (!word) return forward(word);
    const auto known =
        std::ranges::find_if(algorithm_words, [&](const AlgorithmWord& one) { return ascii::equals_ignoring_case(one.word, *word); });
    if (known == std::ranges::end(algorithm_words)) return unexpected(Fault::syntax, "There is no such threading algorithm");
    out.algorithm = known->algorithm;
    auto keys = program(in, decode);
    if (!keys) return forward(keys);
    out.program = *std::move(keys);
    return out;
}

}  // namespace sky::imap
